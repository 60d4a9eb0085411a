import type { Deps } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { lifetimes, secondsAfter } from '../../policy/lifetimes.ts'
import { type Revocation, revocationsOf } from '../../policy/revocations.ts'
import { findSeal, firstRevokingPosition, listRevokingEvents, readHead } from '../../store/event-seals.ts'

/**
 * A place in the sealed log. The digest there tells this log from another one with the same epoch: after a restore the
 * log has grown on from an earlier place, and not in the same way.
 */
export interface FeedPosition {
  epoch: string
  position: number
  /** Hexadecimal, the first half. */
  digest: string
}

/** How many events a page covers at most. */
const PAGE = 500

/**
 * What has been revoked since a place in the log, oldest first. Reaches back only as far as revoked tokens can still be
 * alive: all before is skipped.
 * @param after undefined to begin.
 * @returns also where to go on: the same place again while there is nothing new.
 * @throws Refusal `cursor_gone` for a place in another database, or in this one before it was restored.
 */
export async function readRevocations(
  deps: Deps,
  after: FeedPosition | undefined,
): Promise<{ items: Revocation[]; next: FeedPosition }> {
  // Seals never change and none comes before another, so what lies up to this one is complete.
  const last = (await readHead(deps.db)) ?? { position: 0, digest: Buffer.alloc(0) }
  const start = await startOf(deps, after, last.position)
  const range = { after: start, upTo: last.position }
  const events = start < last.position ? await listRevokingEvents(deps.db, range, PAGE) : []
  const end = events.length === PAGE ? (events.at(-1) ?? last) : last
  return {
    items: events.flatMap(revocationsOf),
    next: { epoch: deps.keys.epoch, position: end.position, digest: abridge(end.digest) },
  }
}

/** The position after which to read. */
async function startOf(deps: Deps, after: FeedPosition | undefined, last: number): Promise<number> {
  const horizon = secondsAfter(deps.clock.now(), -lifetimes.revocation)
  const known = after && (await happenedAt(deps, after))
  if (after && known && known >= horizon) return after.position
  const first = await firstRevokingPosition(deps.db, horizon)
  return Math.max(after?.position ?? 0, first === undefined ? last : first - 1)
}

/** When the event at this place happened. */
async function happenedAt(deps: Deps, { epoch, position, digest }: FeedPosition): Promise<Date> {
  if (epoch !== deps.keys.epoch) throw new Refusal('cursor_gone')
  if (position === 0 && digest === '') return new Date(0)
  const seal = await findSeal(deps.db, position)
  if (!seal || abridge(seal.digest) !== digest) throw new Refusal('cursor_gone')
  return seal.event_at
}

function abridge(digest: Buffer): string {
  return digest.subarray(0, 16).toString('hex')
}
