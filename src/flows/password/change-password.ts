import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { findUser, readUser } from '../../store/users.ts'
import { advanceSignIn } from '../shared/advance-sign-in.ts'
import { withConfirmedPassword } from '../shared/confirm-password.ts'
import { describeProgress } from '../shared/issue-tokens.ts'
import { lockBearer } from '../shared/lock-bearer.ts'
import { ownAct, recordEvent } from '../shared/record-event.ts'
import { acceptNewPassword, type NewPassword, replacePassword } from '../shared/replace-password.ts'
import { type Outcome, type SessionBearer, type StepBearer, signInOf } from '../shared/sign-in.ts'
import { transact } from '../shared/transact.ts'

/**
 * The change that a temporary password forces: ends every session and goes on with the sign-in.
 * @throws Refusal a password code (the step stays usable), or `step_token_invalid`.
 */
export async function changeTemporaryPassword(
  deps: Deps,
  bearer: StepBearer,
  input: NewPassword,
  source: Source,
): Promise<Outcome> {
  const account = await findUser(deps.db, bearer.user.id)
  if (!account) throw new Refusal('step_token_invalid')
  const hash = await acceptNewPassword(deps, account, input)
  const { progress, now } = await transact(deps.db, async (tx) => {
    const now = deps.clock.now()
    const user = await lockBearer(tx, bearer, now)
    if (user instanceof Refusal) return user
    const endedSessions = await replacePassword(tx, user, hash, source, now)
    const passed = {
      user: await readUser(tx, user.id),
      signIn: signInOf(bearer.step),
      reports: [ownAct('password_changed', user.id, { endedSessions })],
    }
    return { progress: await advanceSignIn(tx, deps, passed, source, now), now }
  })
  return describeProgress(deps, progress, now)
}

/**
 * The change that a signed-in user makes: ends all other sessions, this one goes on.
 * @throws Refusal `wrong_password`, a password code, `too_many_attempts`, `session_ended`.
 */
export async function changePassword(
  deps: Deps,
  bearer: SessionBearer,
  input: NewPassword & { currentPassword: string },
  source: Source,
): Promise<void> {
  const confirmed = await withConfirmedPassword(deps, bearer, input.currentPassword, source, async (_, user) => user)
  const hash = await acceptNewPassword(deps, confirmed, input)
  await transact(deps.db, async (tx) => {
    const now = deps.clock.now()
    const user = await lockBearer(tx, bearer, now)
    if (user instanceof Refusal) return user
    if (user.credentials_version !== confirmed.credentials_version) return new Refusal('wrong_password')
    const endedSessions = await replacePassword(tx, user, hash, source, now, bearer.session.id)
    return recordEvent(tx, ownAct('password_changed', user.id, { endedSessions }), source, now)
  })
}
