import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { passwordForms } from '../../policy/passwords.ts'
import type { OpenTransaction } from '../../store/database.ts'
import { findUser, type UserRecord } from '../../store/users.ts'
import { findThrottle, forgetFailures, recordFailure, userCounter } from './attempts.ts'
import { lockBearer } from './lock-bearer.ts'
import { recordEvent, userActor } from './record-event.ts'
import type { Bearer } from './sign-in.ts'
import { transact } from './transact.ts'

/**
 * Has the caller prove the current password, then runs the act in one transaction, on the user as locked. The hash is
 * computed outside it; a password that was changed meanwhile proves nothing.
 * @throws Refusal `wrong_password`, `too_many_attempts`, `account_locked`, `overloaded`, `session_ended` or
 *   `step_token_invalid`.
 */
export async function withConfirmedPassword<T>(
  deps: Deps,
  bearer: Bearer,
  password: string,
  source: Source,
  act: (tx: OpenTransaction, user: UserRecord, now: Date) => Promise<T | Refusal>,
): Promise<T> {
  const about = { subjectId: bearer.user.id }
  const counters = [userCounter('currentPassword', bearer.user.id)]
  const refuseUnheard = async () => {
    const counts = await findThrottle(deps.db, deps, counters, source, deps.clock.now(), about)
    if (counts instanceof Refusal) throw counts
  }
  // `proven`: the version of the credentials that the password was right for.
  const judge = async (tx: OpenTransaction, proven: number | undefined) => {
    const now = deps.clock.now()
    const user = await lockBearer(tx, bearer, now)
    if (user instanceof Refusal) return user
    const counts = await findThrottle(tx, deps, counters, source, now, about)
    if (counts instanceof Refusal) return counts
    if (user.credentials_version !== proven) {
      await recordFailure(tx, deps, counters, source, now, about)
      const failure = {
        type: 'password_check',
        outcome: 'failure',
        actor: userActor(user.id),
        subjectId: user.id,
      } as const
      await recordEvent(tx, failure, source, now)
      return new Refusal('wrong_password')
    }
    await forgetFailures(tx, deps, counters, counts)
    return act(tx, user, now)
  }

  await refuseUnheard()
  return deps.hasher.inTurn({ account: `current:${bearer.user.id}` }, async (hasWaited) => {
    if (hasWaited) await refuseUnheard()
    const account = await findUser(deps.db, bearer.user.id)
    const right = await deps.hasher.verify(account?.password_hash, passwordForms(password))
    return transact(deps.db, (tx) => judge(tx, right ? account?.credentials_version : undefined))
  })
}
