import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { mustHaveSecondFactor } from '../../policy/two-factor.ts'
import { deleteCodes } from '../../store/backup-codes.ts'
import { readTwoFactorPolicy } from '../../store/policy.ts'
import { endSessions } from '../../store/sessions.ts'
import { deleteSteps } from '../../store/steps.ts'
import { clearEnrolment } from '../../store/users.ts'
import { checkCode, proveSecondFactor } from '../shared/check-code.ts'
import { withConfirmedPassword } from '../shared/confirm-password.ts'
import { queueNotice } from '../shared/queue-notice.ts'
import { ownAct, recordEvent } from '../shared/record-event.ts'
import type { SessionBearer } from '../shared/sign-in.ts'
import { requireOwn } from './require-own.ts'

/**
 * Switches two-factor authentication off, with the password and a code. All other sessions end.
 * @throws Refusal `two_factor_not_enabled`, `two_factor_required` (policy), `wrong_password`, `invalid_code`,
 *   `too_many_attempts`, `forbidden`.
 */
export async function disableTwoFactor(
  deps: Deps,
  bearer: SessionBearer,
  input: { userId: number; password: string; code: string },
  source: Source,
): Promise<void> {
  requireOwn(bearer, input.userId)
  await withConfirmedPassword(deps, bearer, input.password, source, async (tx, user, now) => {
    if (user.totp_secret === null) return new Refusal('two_factor_not_enabled')
    if (mustHaveSecondFactor(await readTwoFactorPolicy(tx), user.roles)) return new Refusal('two_factor_required')
    const check = { bearer, user, code: input.code, status: 400 } as const
    const proof = await checkCode(tx, deps, check, source, now, (code) => proveSecondFactor(tx, deps, user, code, now))
    if (proof instanceof Refusal) return proof

    // With the enrolment every code of it ends, this one too.
    await clearEnrolment(tx, user.id)
    await deleteCodes(tx, user.id)
    await deleteSteps(tx, user.id)
    const endedSessions = await endSessions(tx, user.id, now, bearer.session.id)
    const report = ownAct('two_factor_disabled', user.id, { endedSessions, details: { method: proof.method } })
    await recordEvent(tx, report, source, now)
    await queueNotice(tx, deps, user, 'two_factor_disabled', source, now)
    return undefined
  })
}
