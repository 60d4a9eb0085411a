/** Drops the months of the log that AUDIT_RETENTION no longer asks for, by one replica at a time. */
import { checkpointMac, FIRST_DIGEST } from '../crypto/event-digest.ts'
import type { Deps } from '../deps.ts'
import { recordEvent } from '../flows/shared/record-event.ts'
import { DAY, secondsAfter } from '../policy/lifetimes.ts'
import { tryLockInTransaction } from '../store/database.ts'
import {
  allowLongStatement,
  dropEventsBefore,
  findRetentionCut,
  hasEventsBefore,
  purgeEventSeals,
  readPermittedRetention,
} from '../store/event-retention.ts'
import { findSeal, listCheckpoints } from '../store/event-seals.ts'
import { SYSTEM } from '../store/events.ts'
import { inBatches } from './in-batches.ts'

/** @param signal ends the run early; the next one goes on. */
export async function applyRetention(deps: Deps, signal?: AbortSignal): Promise<void> {
  const days = deps.config.auditRetentionDays
  if (days === undefined) return
  const permitted = await readPermittedRetention(deps.db)
  if (permitted === null || permitted > days) {
    const allows = permitted === null ? 'no event to be dropped' : `events to be dropped after ${permitted} days only`
    deps.log.warn(`the database allows ${allows}; run migrate with AUDIT_RETENTION=${days}`)
    return
  }
  const boundary = monthStart(secondsAfter(deps.clock.now(), -days * DAY))
  if (await hasEventsBefore(deps.db, boundary)) await dropBefore(deps, boundary)
  await inBatches((limit) => purgeEventSeals(deps.db, limit), signal)
}

function dropBefore(deps: Deps, boundary: Date): Promise<void> {
  return deps.db.transaction().execute(async (tx) => {
    if (!(await tryLockInTransaction(tx, 'event-retention'))) return
    await allowLongStatement(tx)
    const cut = await findRetentionCut(tx, boundary)
    const { anchor: position, gaps } = cut
    const digest =
      (await findSeal(tx, position))?.digest ??
      (await listCheckpoints(tx)).find((checkpoint) => checkpoint.position === position)?.digest ??
      FIRST_DIGEST
    const mac = checkpointMac(deps.keys.log.checkpoint, { position, digest, gaps, dropped_before: boundary })
    const dropped = await dropEventsBefore(tx, boundary, cut, mac)
    if (dropped === 0) return
    const details = { before: boundary.toISOString(), events: dropped, position }
    await recordEvent(
      tx,
      { type: 'audit_retention_applied', outcome: 'success', actor: SYSTEM, details },
      undefined,
      deps.clock.now(),
    )
  })
}

const monthStart = (day: Date) => new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), 1))
