import { mustHaveSecondFactor, provedSecondFactor } from '../../policy/two-factor.ts'
import type { Database } from '../../store/database.ts'
import { readTwoFactorPolicy } from '../../store/policy.ts'
import type { TokenSession } from '../../store/sessions.ts'
import type { UserProfile } from '../../store/users.ts'

/** Does policy demand a second factor that this session lacks? Then it cannot be refreshed. */
export async function lacksDemandedFactor(db: Database, session: TokenSession, user: UserProfile): Promise<boolean> {
  return !provedSecondFactor(session.factors) && mustHaveSecondFactor(await readTwoFactorPolicy(db), user.roles)
}
