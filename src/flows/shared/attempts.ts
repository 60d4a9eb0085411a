/** Counting failed tries, holding further ones up and ending them, for whatever `policy/attempts.ts` limits. */
import { lookupHash } from '../../crypto/lookup-hash.ts'
import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { type AttemptKind, isSpent, limitOf, nobodysCounts, REQUEST_KINDS, waitAfter } from '../../policy/attempts.ts'
import { secondsAfter } from '../../policy/lifetimes.ts'
import {
  type AttemptHold,
  addFailure,
  blockAttempts,
  countThrottled,
  findAttempts,
  forgetAttempts,
  forgetAttemptsOn,
  lockAttempts,
} from '../../store/attempts.ts'
import type { Database, OpenTransaction } from '../../store/database.ts'
import { forgetDevice } from '../../store/devices.ts'
import type { Askable } from '../../store/statement.ts'
import { ANONYMOUS, type EventReport, recordEvent } from './record-event.ts'

/** What is counted: an account, a source, a user's second factor … */
export interface Counter {
  kind: AttemptKind
  /** An e-mail key, an address, a user id; reaches the database only as a keyed hash. */
  id: string
  /** Whom it keeps out: their account shows as locked. */
  userId?: number
  /** Of a known device; the count goes with it. */
  deviceId?: string
}

type About = Pick<EventReport, 'subjectId' | 'details'>

/** The counter of an account by its e-mail address. A user's stays theirs when the address changes. */
export function accountCounter(
  kind: Extract<AttemptKind, 'signInAccount' | 'resetAccount'>,
  account: string,
  user: { id: number } | undefined,
): Counter {
  return user ? userCounter(kind, user.id) : { kind, id: `email:${account}` }
}

/** The counter of what belongs to a user. */
export function userCounter(kind: AttemptKind, userId: number): Counter {
  return { kind, id: `user:${userId}`, ...(!limitOf(kind).ofRequests && { userId }) }
}

/** The refusal of a try that is not to be heard; the counts that there are when it may go on. */
export async function findThrottle(
  db: Database,
  deps: Deps,
  counters: Counter[],
  source: Source,
  now: Date,
  about: About = {},
): Promise<Refusal | AttemptHold[]> {
  const counts = await findCounts(db, deps, counters, now)
  return (await throttle(db, deps, counters, counts, source, now, about)) ?? counts
}

/** The counts that there are. */
export async function findCounts(db: Askable, deps: Deps, counters: Counter[], now: Date): Promise<AttemptHold[]> {
  const keys = counters.map((counter) => keyOf(deps, counter))
  return findAttempts(db, keys, now)
}

/**
 * The refusal by these counts of a try that must wait, or that no waiting helps; undefined when it may go on. Tries refused
 * unheard are told in the log of events at the 1st, 10th, 100th …, so that a flood of tries is no flood of events.
 */
export async function throttle(
  db: Database,
  deps: Deps,
  counters: Counter[],
  counts: AttemptHold[],
  source: Source,
  now: Date,
  about: About = {},
): Promise<Refusal | undefined> {
  const worst = counts.filter((count) => isHeld(count, now)).sort((a, b) => heldUntil(b) - heldUntil(a))[0]
  const kind = worst && counters.find((counter) => keyOf(deps, counter).equals(worst.key))?.kind
  if (!worst || !kind) return undefined

  const until = worst.locked_at ? 'released' : worst.blocked_until?.toISOString()
  const details = { ...about.details, kind, until }
  const tell = (tx: Database) => countUnheard(tx, worst.key, { ...about, details }, source, now)
  // The count and its event stand or fall together.
  await (db.isTransaction ? tell(db) : db.transaction().execute(tell))
  return refusalOf(kind, worst, now)
}

function isHeld({ locked_at, blocked_until }: AttemptHold, now: Date): boolean {
  return locked_at !== null || (blocked_until !== null && blocked_until > now)
}

/** For the longest hold to come first: a lock has no end of its own. */
function heldUntil({ locked_at, blocked_until }: AttemptHold): number {
  return locked_at ? Number.MAX_SAFE_INTEGER : Number(blocked_until)
}

function refusalOf(kind: AttemptKind, { locked_at, blocked_until }: AttemptHold, now: Date): Refusal {
  const outcome = limitOf(kind).ceiling?.outcome
  if (locked_at && outcome && outcome !== 'forget_device') return new Refusal(outcome, { throttle: kind })
  const retryAfter = Math.max(1, Math.ceil((Number(blocked_until) - now.getTime()) / 1000))
  return new Refusal('too_many_attempts', { retryAfter, throttle: kind })
}

async function countUnheard(tx: Database, key: Buffer, about: About, source: Source, now: Date): Promise<void> {
  const count = await countThrottled(tx, key)
  if (!Number.isInteger(Math.log10(count))) return
  const details = { ...about.details, count }
  const report = { ...about, type: 'attempts_throttled', outcome: 'failure', actor: ANONYMOUS, details } as const
  await recordEvent(tx, report, source, now)
}

/** Counts a failure with each counter; beyond the free ones the next try waits, at the ceiling none is heard. */
export async function recordFailure(
  tx: OpenTransaction,
  deps: Deps,
  counters: Counter[],
  source: Source,
  now: Date,
  about: About = {},
): Promise<void> {
  for (const counter of counters) {
    const limit = limitOf(counter.kind)
    const key = keyOf(deps, counter)
    const { recent, inARow } = await addFailure(tx, failureOf(counter, key, now), now)
    if (isSpent(limit, inARow)) {
      await end(tx, counter, key, source, now, about)
    } else {
      const wait = waitAfter(limit, recent)
      if (wait > 0) await blockAttempts(tx, key, secondsAfter(now, wait))
    }
  }
}

function failureOf({ kind, userId, deviceId }: Counter, key: Buffer, now: Date) {
  const { memory, ceiling } = limitOf(kind)
  const recentUntil = secondsAfter(now, memory)
  const untilReleased = userId === undefined ? secondsAfter(now, nobodysCounts.memory) : null
  const forgetAt = ceiling ? untilReleased : recentUntil
  return { key, recentUntil, forgetAt, userId: userId ?? null, deviceId: deviceId ?? null }
}

/** The limit is used up. */
async function end(
  tx: OpenTransaction,
  { kind, deviceId }: Counter,
  key: Buffer,
  source: Source,
  now: Date,
  about: About,
): Promise<void> {
  if (deviceId === undefined) await lockAttempts(tx, key, now)
  else await forgetDevice(tx, deviceId)
  const details = { ...about.details, kind }
  const type = deviceId === undefined ? 'account_locked' : 'device_forgotten'
  await recordEvent(tx, { ...about, type, outcome: 'failure', actor: ANONYMOUS, details }, source, now)
}

/**
 * A success ends the row of failures.
 * @param counts those that there are, where that is known: mostly none, and nothing to forget.
 */
export async function forgetFailures(
  tx: OpenTransaction,
  deps: Deps,
  counters: Counter[],
  counts?: AttemptHold[],
): Promise<void> {
  const keys = counters.map((counter) => keyOf(deps, counter))
  if (!counts || counts.some((count) => keys.some((key) => key.equals(count.key)))) await forgetAttempts(tx, keys)
}

/** A new password releases whatever wrong ones and requests have put on the account; wrong codes count on. */
export async function releasePassword(tx: OpenTransaction, deps: Deps, userId: number): Promise<void> {
  await forgetAttemptsOn(tx, userId, [keyOf(deps, userCounter('secondFactor', userId))])
  await forgetRequests(tx, deps, userId)
}

/** Lifts whatever failed tries and requests have put on a user. */
export async function releaseUser(tx: OpenTransaction, deps: Deps, userId: number): Promise<void> {
  await forgetAttemptsOn(tx, userId)
  await forgetRequests(tx, deps, userId)
}

function forgetRequests(tx: OpenTransaction, deps: Deps, userId: number): Promise<void> {
  return forgetFailures(
    tx,
    deps,
    REQUEST_KINDS.map((kind) => userCounter(kind, userId)),
  )
}

function keyOf(deps: Deps, counter: Counter): Buffer {
  return lookupHash(deps.keys.lookupKey, counter.kind, counter.id)
}
