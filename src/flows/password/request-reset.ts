import { lookupHash } from '../../crypto/lookup-hash.ts'
import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { emailKey } from '../../policy/email-key.ts'
import { lifetimes, secondsAfter } from '../../policy/lifetimes.ts'
import { lockInTransaction, type OpenTransaction } from '../../store/database.ts'
import { findLinkLivingBeyond } from '../../store/links.ts'
import { findUserByEmailKey, lockUser, type UserRecord } from '../../store/users.ts'
import { type Counter, findThrottle, recordFailure } from '../shared/attempts.ts'
import { createLink, queueMail } from '../shared/queue-mail.ts'
import { ANONYMOUS, type EventReport, recordEvent } from '../shared/record-event.ts'
import { transact } from '../shared/transact.ts'

/**
 * Has a reset link mailed to the account of this address. The same work is done for an unknown address, and the mail is
 * never waited for, so with `ACCOUNT_ENUMERATION=conceal` neither text nor time tells whether the account exists.
 * @throws Refusal `account_not_found` (with `reveal`), `too_many_attempts`.
 */
export async function requestReset(deps: Deps, email: string, source: Source): Promise<void> {
  const key = emailKey(email)
  const account = key ?? email.slice(0, 1024)
  // Every request counts, not only failing ones: a stranger must not flood somebody's mailbox.
  const counters: Counter[] = [
    { kind: 'resetAccount', id: account },
    { kind: 'resetSource', id: source.network },
  ]
  const found = key === undefined ? undefined : await findUserByEmailKey(deps.db, key)

  const known = await transact(deps.db, async (tx) => {
    const now = deps.clock.now()
    const user = found ? await lockUser(tx, found.id) : await lockStranger(tx, account)
    const throttled = await findThrottle(tx, deps, counters, source, now, about(deps, user, account))
    if (throttled) return throttled
    await recordFailure(tx, deps, counters, now)
    if (user?.active) await mailResetLink(tx, deps, user, now)
    const outcome = user?.active ? 'success' : 'failure'
    const event = {
      type: 'password_reset_requested',
      outcome,
      actor: ANONYMOUS,
      ...about(deps, user, account),
    } as const
    await recordEvent(tx, event, source, now)
    return user !== undefined
  })
  if (!known && deps.config.accountEnumeration === 'reveal') throw new Refusal('account_not_found')
}

/** Requests for one unknown address wait for each other as those for an account do. */
async function lockStranger(tx: OpenTransaction, account: string): Promise<undefined> {
  await lockInTransaction(tx, `reset:${account}`)
}

/** The live link again while it has long enough left, so that a stranger's request does not void the owner's. */
async function mailResetLink(tx: OpenTransaction, deps: Deps, user: UserRecord, now: Date): Promise<void> {
  const live = await findLinkLivingBeyond(
    tx,
    user.id,
    'password_reset',
    secondsAfter(now, lifetimes.resetLinkSentAgain),
  )
  const linkId = live?.id ?? (await createLink(tx, deps, user.id, 'password_reset', now))
  await queueMail(tx, user, { kind: 'password_reset', linkId }, now)
}

/** Whom the event is about; an unknown address only as a keyed hash. */
function about(deps: Deps, user: UserRecord | undefined, account: string): Pick<EventReport, 'subjectId' | 'details'> {
  if (user) return { subjectId: user.id, details: { mailed: user.active } }
  return { details: { unknown_email: lookupHash(deps.keys.lookupKey, 'email', account).toString('base64url') } }
}
