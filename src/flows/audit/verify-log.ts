/**
 * Does the log still say what was written? Walks the chain of digests and looks for events outside it. Finds what was
 * changed, removed, inserted or put in another order; newest events that were removed together with their seals only
 * show against a head that was logged before.
 */
import { FIRST_DIGEST, isGenuineCheckpoint, nextDigest } from '../../crypto/event-digest.ts'
import type { Deps, Source } from '../../deps.ts'
import { secondsAfter } from '../../policy/lifetimes.ts'
import {
  type CheckpointRecord,
  findSeal,
  type Head,
  listCheckpoints,
  listSealedEvents,
  listUnsealedEvents,
  readHead,
  type SealedEvent,
} from '../../store/event-seals.ts'
import type { CommandLine } from '../shared/act-on-user.ts'
import { recordEvent } from '../shared/record-event.ts'

const PAGE = 1000

/** An event is sealed within seconds. One that has waited this long, in seconds, was not. */
const UNSEALED_AFTER = 5 * 60

/**
 * Seconds by which an event may be dated before one that was sealed ahead of it: clocks differ, and transactions that
 * began earlier end later. Beyond it somebody has written an event of the past, or the clock was wrong.
 */
const OUT_OF_ORDER = 10 * 60

/** How many events outside the chain are told one by one. */
const UNSEALED_TOLD = 100

export interface VerifyRequest {
  /** Positions; both count. Without `from` and `to` events outside the chain are looked for, too. */
  from: number | undefined
  to: number | undefined
  /** As logged before. */
  head: Head | undefined
}

export interface Verification {
  events: number
  first: number | undefined
  head: Head | undefined
}

/** A fault of the log, in words. Neighbours with the same fault are told as one. */
type Fault = RunOfFaults | { kind: 'other'; text: string }
type RunOfFaults = { from: number; to: number } & (
  | { kind: 'events_gone' | 'seals_gone' }
  | { kind: 'dated_back'; before: SealedEvent }
)

/** Yields each fault in one line; returns what was looked at. */
export async function* verifyLog(deps: Deps, request: VerifyRequest): AsyncGenerator<string, Verification> {
  const checkpoints = await listCheckpoints(deps.db)
  const isGenuine = (entry: CheckpointRecord) => isGenuineCheckpoint(deps.keys.log.checkpoint, entry)
  for (const entry of checkpoints.filter((candidate) => !isGenuine(candidate))) {
    yield `checkpoint ${entry.id} (position ${entry.position}) was not made by this service`
  }
  const checkpoint = checkpoints.find(isGenuine)
  const verification = yield* merged(walkChain(deps, request, checkpoint))
  if (request.head) yield* compareHead(deps, request.head, checkpoint)
  if (request.from === undefined && request.to === undefined) yield* findOutsiders(deps)
  return verification
}

/** A verification is an event itself. */
export function reportVerification(
  deps: Deps,
  authority: CommandLine,
  verification: Verification,
  faults: number,
  source: Source,
): Promise<void> {
  const { events, head } = verification
  return recordEvent(
    deps.db,
    {
      type: 'audit_verified',
      outcome: faults === 0 ? 'success' : 'failure',
      actor: { kind: 'cli', id: authority.operator },
      details: { events, faults, position: head?.position },
    },
    source,
    deps.clock.now(),
  )
}

async function* walkChain(
  deps: Deps,
  { from, to = Number.POSITIVE_INFINITY }: VerifyRequest,
  checkpoint: CheckpointRecord | undefined,
): AsyncGenerator<Fault, Verification> {
  const start = Math.max((from ?? 1) - 1, checkpoint?.position ?? 0)
  let digest = await digestAt(deps, start, checkpoint)
  let position = start
  let events = 0
  let newest: SealedEvent | undefined
  const dropped = new Set(checkpoint?.gaps)
  for (;;) {
    const page = await listSealedEvents(deps.db, position, PAGE)
    for (const sealed of page) {
      if (sealed.position > to) break
      if (sealed.position > position + 1) yield { kind: 'seals_gone', from: position + 1, to: sealed.position - 1 }
      const fault = checkEvent(deps, digest, sealed, dropped)
      if (fault) yield fault
      const falseTime = checkTime(deps, newest, sealed)
      if (falseTime) yield falseTime
      else if (!newest || sealed.event_at > newest.event_at) newest = sealed
      // The stored digest goes on, so that one fault is told once and not for all that follows.
      digest = sealed.digest
      position = sealed.position
      events += 1
    }
    if (page.length < PAGE || (page.at(-1)?.position ?? 0) > to) break
  }
  const head = position === 0 ? undefined : { position, digest }
  return { events, first: events > 0 ? start + 1 : undefined, head }
}

/** What the first digest is held against. Without a seal there, the chain has to begin with the first event. */
async function digestAt(deps: Deps, position: number, checkpoint: CheckpointRecord | undefined): Promise<Buffer> {
  if (position === checkpoint?.position) return checkpoint.digest
  return (await findSeal(deps.db, position))?.digest ?? FIRST_DIGEST
}

function checkEvent(deps: Deps, previous: Buffer, sealed: SealedEvent, dropped: Set<number>): Fault | undefined {
  const { position, digest, event_id, event_at, type, text } = sealed
  if (text === null) return dropped.has(position) ? undefined : { kind: 'events_gone', from: position, to: position }
  if (digest.equals(nextDigest(deps.keys.log.chain, previous, position, text))) return undefined
  const event = `event ${event_id} (${type}, ${event_at.toISOString()})`
  return { kind: 'other', text: `position ${position}: ${event}, its seal or the seal before was changed` }
}

/** @param newest the event with the latest time among those sealed before. */
function checkTime(deps: Deps, newest: SealedEvent | undefined, sealed: SealedEvent): Fault | undefined {
  const { position, event_at: at, text } = sealed
  if (text === null) return undefined
  if (newest && at < secondsAfter(newest.event_at, -OUT_OF_ORDER)) {
    return { kind: 'dated_back', from: position, to: position, before: newest }
  }
  if (at <= secondsAfter(deps.clock.now(), OUT_OF_ORDER)) return undefined
  return {
    kind: 'other',
    text: `position ${position}: event ${sealed.event_id} is dated ${at.toISOString()}, in the future`,
  }
}

async function* merged(faults: AsyncGenerator<Fault, Verification>): AsyncGenerator<string, Verification> {
  let open: RunOfFaults | undefined
  for (;;) {
    const { done, value } = await faults.next()
    if (!done && value.kind !== 'other' && open && goesOn(open, value)) {
      open.to = value.to
      continue
    }
    if (open) yield sayRun(open)
    open = undefined
    if (done) return value
    if (value.kind === 'other') yield value.text
    else open = { ...value }
  }
}

function goesOn(open: RunOfFaults, next: RunOfFaults): boolean {
  if (open.kind !== next.kind || next.from !== open.to + 1) return false
  return open.kind !== 'dated_back' || next.kind !== 'dated_back' || open.before.position === next.before.position
}

function sayRun(run: RunOfFaults): string {
  const { kind, from, to } = run
  const places = from === to ? `position ${from}` : `positions ${from} to ${to}`
  if (kind === 'dated_back') {
    const { position, event_at } = run.before
    return `${places}: dated more than ${OUT_OF_ORDER / 60} minutes before position ${position} (${event_at.toISOString()}): there or here the time is false`
  }
  const what = kind === 'events_gone' ? 'event' : 'seal'
  return from === to ? `${places}: the ${what} is gone` : `${places}: the ${what}s are gone`
}

async function* compareHead(deps: Deps, given: Head, checkpoint: CheckpointRecord | undefined): AsyncGenerator<string> {
  const stored =
    given.position === checkpoint?.position ? checkpoint.digest : (await findSeal(deps.db, given.position))?.digest
  if (stored?.equals(given.digest)) return
  if (stored) {
    yield `position ${given.position} has another digest than the given head: the log was written anew`
  } else if (given.position < (checkpoint?.position ?? 0)) {
    yield `the given head is older than what retention has left; give one after position ${checkpoint?.position}`
  } else {
    const end = (await readHead(deps.db))?.position ?? 0
    yield `the log ends at position ${end}, before the given head ${given.position}: its newest events are gone`
  }
}

async function* findOutsiders(deps: Deps): AsyncGenerator<string> {
  const before = secondsAfter(deps.clock.now(), -UNSEALED_AFTER)
  const outsiders = await listUnsealedEvents(deps.db, before, UNSEALED_TOLD + 1)
  for (const { id, at, type, queued } of outsiders.slice(0, UNSEALED_TOLD)) {
    const why = queued ? 'waits for its seal; is the service running?' : 'has no seal: it was written past the service'
    yield `event ${id} (${type}, ${at.toISOString()}) ${why}`
  }
  if (outsiders.length > UNSEALED_TOLD) yield `more than ${UNSEALED_TOLD} events have no seal`
}
