/** Gives committed events their positions, by one replica at a time, each digest over the one before it. */
import { FIRST_DIGEST, nextDigest } from '../crypto/event-digest.ts'
import type { Deps } from '../deps.ts'
import { revocationsOf } from '../policy/revocations.ts'
import { type OpenTransaction, tryLockInTransaction } from '../store/database.ts'
import { insertSeals, readHead, takeUnsealedEvents } from '../store/event-seals.ts'

const BATCH = 500

/** Seals until nothing is left. @returns how many events were sealed; 0 also while another replica is at it. */
export async function sealEvents(deps: Deps): Promise<number> {
  let total = 0
  for (;;) {
    const sealed = await deps.db.transaction().execute((tx) => sealBatch(tx, deps))
    total += sealed
    if (sealed < BATCH) return total
  }
}

async function sealBatch(tx: OpenTransaction, deps: Deps): Promise<number> {
  if (!(await tryLockInTransaction(tx, 'seal-events'))) return 0
  const events = await takeUnsealedEvents(tx, BATCH)
  if (events.length === 0) return 0
  let { position, digest } = (await readHead(tx)) ?? { position: 0, digest: FIRST_DIGEST }
  const seals = events.map(({ event_id, event_at, text, ...event }) => {
    position += 1
    digest = nextDigest(deps.keys.log.chain, digest, position, text)
    return { position, event_id, event_at, digest, revokes: revocationsOf({ ...event, at: event_at }).length > 0 }
  })
  await insertSeals(tx, seals)
  return events.length
}
