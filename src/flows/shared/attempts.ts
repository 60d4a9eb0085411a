/** Counting failed tries and holding further ones up, for whatever `policy/attempts.ts` limits. */
import { lookupHash } from '../../crypto/lookup-hash.ts'
import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { type AttemptKind, attemptLimits, waitAfter } from '../../policy/attempts.ts'
import { secondsAfter } from '../../policy/lifetimes.ts'
import { addFailure, blockAttempts, countThrottled, findAttempts, forgetAttempts } from '../../store/attempts.ts'
import type { Database, OpenTransaction } from '../../store/database.ts'
import { ANONYMOUS, type EventReport, recordEvent } from './record-event.ts'

/** What is counted: an account, a source, a user's second factor … */
export interface Counter {
  kind: AttemptKind
  /** An e-mail key, an address, a user id; reaches the database only as a keyed hash. */
  id: string
  /** Whose account it is about; releasing the account forgets the count. */
  userId?: number
}

/**
 * The refusal of a try that must wait; undefined when it may go on. Tries refused unheard are told in the log of events
 * at the 1st, 10th, 100th …, so that a flood of tries is no flood of events.
 */
export async function findThrottle(
  db: Database,
  deps: Deps,
  counters: Counter[],
  source: Source,
  now: Date,
  about: Pick<EventReport, 'subjectId' | 'details'> = {},
): Promise<Refusal | undefined> {
  const records = await findAttempts(
    db,
    counters.map((counter) => keyOf(deps, counter)),
    now,
  )
  const blocked = records
    .filter((record) => record.blocked_until !== null && record.blocked_until > now)
    .sort((a, b) => Number(b.blocked_until) - Number(a.blocked_until))[0]
  if (!blocked?.blocked_until) return undefined

  const kind = counters.find((counter) => keyOf(deps, counter).equals(blocked.key))?.kind
  const details = { ...about.details, kind, until: blocked.blocked_until.toISOString() }
  const tell = (tx: Database) => countUnheard(tx, blocked.key, { ...about, details }, source, now)
  // The count and its event stand or fall together.
  await (db.isTransaction ? tell(db) : db.transaction().execute(tell))
  return new Refusal('too_many_attempts', {
    retryAfter: Math.max(1, Math.ceil((blocked.blocked_until.getTime() - now.getTime()) / 1000)),
  })
}

async function countUnheard(
  tx: Database,
  key: Buffer,
  about: Pick<EventReport, 'subjectId' | 'details'>,
  source: Source,
  now: Date,
): Promise<void> {
  const count = await countThrottled(tx, key)
  if (!Number.isInteger(Math.log10(count))) return
  const details = { ...about.details, count }
  const report = { ...about, type: 'attempts_throttled', outcome: 'failure', actor: ANONYMOUS, details } as const
  await recordEvent(tx, report, source, now)
}

/** Counts a failure with each counter and, beyond the free ones, makes the next try wait. */
export async function recordFailure(tx: OpenTransaction, deps: Deps, counters: Counter[], now: Date): Promise<void> {
  for (const counter of counters) {
    const limit = attemptLimits[counter.kind]
    const key = keyOf(deps, counter)
    const failures = await addFailure(tx, key, now, secondsAfter(now, limit.memory), counter.userId ?? null)
    const wait = waitAfter(limit, failures)
    if (wait > 0) await blockAttempts(tx, key, secondsAfter(now, wait))
  }
}

/** A success ends the row of failures. */
export function forgetFailures(tx: OpenTransaction, deps: Deps, counters: Counter[]): Promise<void> {
  return forgetAttempts(
    tx,
    counters.map((counter) => keyOf(deps, counter)),
  )
}

function keyOf(deps: Deps, counter: Counter): Buffer {
  return lookupHash(deps.keys.lookupKey, counter.kind, counter.id)
}
