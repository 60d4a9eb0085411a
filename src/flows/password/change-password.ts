import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { findPasswordFault, normalisePassword } from '../../policy/passwords.ts'
import type { OpenTransaction } from '../../store/database.ts'
import { endSessions } from '../../store/sessions.ts'
import { deleteSteps } from '../../store/steps.ts'
import { setPassword, type UserRecord } from '../../store/users.ts'
import { advanceSignIn } from '../shared/advance-sign-in.ts'
import { withConfirmedPassword } from '../shared/confirm-password.ts'
import { describeProgress } from '../shared/issue-tokens.ts'
import { lockBearer } from '../shared/lock-bearer.ts'
import { ownAct, recordEvent } from '../shared/record-event.ts'
import { type Outcome, type SessionBearer, type StepBearer, signInOf } from '../shared/sign-in.ts'
import { transact } from '../shared/transact.ts'

export interface NewPassword {
  newPassword: string
  confirmPassword: string
}

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
  const hash = await acceptNewPassword(deps, bearer.user, input)
  const { progress, now } = await transact(deps.db, async (tx) => {
    const now = deps.clock.now()
    const user = await lockBearer(tx, bearer, now)
    if (user instanceof Refusal) return user
    await storePassword(tx, user.id, hash, source, now)
    await endSessions(tx, user.id)
    return { progress: await advanceSignIn(tx, deps, user.id, signInOf(bearer.step), source, now), now }
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
  await withConfirmedPassword(deps, bearer, input.currentPassword, source, async () => undefined)
  const hash = await acceptNewPassword(deps, bearer.user, input)
  await transact(deps.db, async (tx) => {
    const now = deps.clock.now()
    const user = await lockBearer(tx, bearer, now)
    if (user instanceof Refusal) return user
    if (user.credentials_version !== bearer.user.credentials_version) return new Refusal('wrong_password')
    await storePassword(tx, user.id, hash, source, now)
    await endSessions(tx, user.id, bearer.session.id)
    return undefined
  })
}

/** Judges a new password and hashes it. Outside any transaction: it takes time. */
async function acceptNewPassword(deps: Deps, user: UserRecord, input: NewPassword): Promise<string> {
  const password = normalisePassword(input.newPassword)
  const fault = findPasswordFault(password, normalisePassword(input.confirmPassword), user)
  if (fault) throw new Refusal(fault)
  if (await deps.hasher.verify(user.password_hash, password)) throw new Refusal('password_unchanged')
  return deps.hasher.hash(password)
}

async function storePassword(
  tx: OpenTransaction,
  userId: number,
  hash: string,
  source: Source,
  now: Date,
): Promise<void> {
  await setPassword(tx, userId, hash, 'set')
  await deleteSteps(tx, userId)
  await recordEvent(tx, ownAct('password_changed', userId), source, now)
}
