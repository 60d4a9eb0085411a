/** Deletes what is over. */
import type { Deps } from '../deps.ts'
import { nobodysCounts } from '../policy/attempts.ts'
import { DAY, lifetimes, secondsAfter } from '../policy/lifetimes.ts'
import { purgeAttempts, purgeNobodysAttempts } from '../store/attempts.ts'
import { purgeDevices } from '../store/devices.ts'
import { ensureEventPartition } from '../store/events.ts'
import { purgeLinks } from '../store/links.ts'
import { purgeMails } from '../store/mails.ts'
import { purgeSessions } from '../store/sessions.ts'
import { purgeSteps } from '../store/steps.ts'
import { inBatches } from './in-batches.ts'

const DAYS_AHEAD = 40

/** @param signal ends the run early; the next one goes on. */
export async function purgeExpired({ db, clock }: Pick<Deps, 'db' | 'clock'>, signal?: AbortSignal): Promise<void> {
  for (const purge of [purgeSessions, purgeSteps, purgeLinks, purgeAttempts])
    await inBatches((limit) => purge(db, clock.now(), limit), signal)
  const forgotten = secondsAfter(clock.now(), -lifetimes.finishedMail)
  await inBatches((limit) => purgeMails(db, forgotten, limit), signal)
  const unused = secondsAfter(clock.now(), -lifetimes.knownDevice)
  await inBatches((limit) => purgeDevices(db, unused, limit), signal)
  await inBatches((limit) => purgeNobodysAttempts(db, nobodysCounts.most, limit), signal)
}

/** Makes this month's partition of the log and the next one's, well before they are needed. */
export async function prepareEventPartitions(deps: Deps): Promise<void> {
  const now = deps.clock.now()
  await ensureEventPartition(deps.db, now)
  await ensureEventPartition(deps.db, secondsAfter(now, DAYS_AHEAD * DAY))
}
