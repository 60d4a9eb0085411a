import { lookupHash } from '../../crypto/lookup-hash.ts'
import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { emailKey } from '../../policy/email-key.ts'
import { findAccount } from '../../store/accounts.ts'
import { lockInTransaction } from '../../store/database.ts'
import { addJob, MAIL_RESET_LINK } from '../../store/queue.ts'
import { accountCounter, type Counter, findThrottle, recordFailure } from '../shared/attempts.ts'
import { ANONYMOUS, recordEvent } from '../shared/record-event.ts'
import { transact } from '../shared/transact.ts'

/**
 * Has a reset link mailed to the account of this address. Known and unknown addresses cost the same work here, one job
 * included: the link and its mail are made by the worker. So with `ACCOUNT_ENUMERATION=conceal` neither text nor time
 * tells whether the account exists.
 * @throws Refusal `account_not_found` (with `reveal`), `too_many_attempts`.
 */
export async function requestReset(deps: Deps, email: string, source: Source): Promise<void> {
  const key = emailKey(email)
  const account = key ?? email.slice(0, 1024)
  const user = key === undefined ? undefined : (await findAccount(deps.db, key, [])).account
  // Every request counts, not only failing ones: a stranger must not flood somebody's mailbox.
  const counters: Counter[] = [
    accountCounter('resetAccount', account, user),
    { kind: 'resetSource', id: source.network },
  ]
  const hashed = lookupHash(deps.keys.lookupKey, 'email', account).toString('base64url')
  const about = user ? { subjectId: user.id, details: { mailed: user.active } } : { details: { unknown_email: hashed } }

  await transact(deps.db, async (tx) => {
    const now = deps.clock.now()
    // By the hash: what is no address may hold what PostgreSQL cannot take as text. Requests of one source take turns
    // too: many at once, each for another address, would otherwise all be heard before the first is counted.
    await lockInTransaction(tx, `reset:${hashed}`)
    await lockInTransaction(tx, `reset-from:${source.network}`)
    const counts = await findThrottle(tx, deps, counters, source, now, about)
    if (counts instanceof Refusal) return counts
    await recordFailure(tx, deps, counters, source, now)
    await addJob(tx, MAIL_RESET_LINK, { user_id: user?.id ?? null })
    const outcome = user?.active ? 'success' : 'failure'
    return recordEvent(tx, { type: 'password_reset_requested', outcome, actor: ANONYMOUS, ...about }, source, now)
  })
  if (!user && deps.config.accountEnumeration === 'reveal') throw new Refusal('account_not_found')
}
