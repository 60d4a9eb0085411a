import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { normalisePassword } from '../../policy/passwords.ts'
import type { OpenTransaction } from '../../store/database.ts'
import type { UserRecord } from '../../store/users.ts'
import { type Counter, findThrottle, forgetFailures, recordFailure } from './attempts.ts'
import { lockBearer } from './lock-bearer.ts'
import { recordEvent, userActor } from './record-event.ts'
import type { Bearer } from './sign-in.ts'
import { transact } from './transact.ts'

/**
 * Has the caller prove the current password, then runs the act in one transaction, on the user as locked. The hash is
 * computed outside it; a password that was changed meanwhile proves nothing.
 * @throws Refusal `wrong_password`, `too_many_attempts`, `session_ended` or `step_token_invalid`.
 */
export async function withConfirmedPassword<T>(
  deps: Deps,
  bearer: Bearer,
  password: string,
  source: Source,
  act: (tx: OpenTransaction, user: UserRecord, now: Date) => Promise<T | Refusal>,
): Promise<T> {
  const counters: Counter[] = [{ kind: 'currentPassword', id: String(bearer.user.id), userId: bearer.user.id }]
  const throttled = await findThrottle(deps.db, deps, counters, source, deps.clock.now(), { subjectId: bearer.user.id })
  if (throttled) throw throttled
  const right = await deps.hasher.verify(bearer.user.password_hash, normalisePassword(password))

  return transact(deps.db, async (tx) => {
    const now = deps.clock.now()
    const user = await lockBearer(tx, bearer, now)
    if (user instanceof Refusal) return user
    const heardTooOften = await findThrottle(tx, deps, counters, source, now, { subjectId: user.id })
    if (heardTooOften) return heardTooOften
    if (!right || user.credentials_version !== bearer.user.credentials_version) {
      await recordFailure(tx, deps, counters, now)
      const failure = {
        type: 'password_check',
        outcome: 'failure',
        actor: userActor(user.id),
        subjectId: user.id,
      } as const
      await recordEvent(tx, failure, source, now)
      return new Refusal('wrong_password')
    }
    await forgetFailures(tx, deps, counters)
    return act(tx, user, now)
  })
}
