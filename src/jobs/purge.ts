/** Deletes what is over, in small batches, so that no one waits for it. */
import type { Deps } from '../deps.ts'
import { nobodysCounts } from '../policy/attempts.ts'
import { lifetimes, secondsAfter } from '../policy/lifetimes.ts'
import { purgeAttempts, purgeNobodysAttempts } from '../store/attempts.ts'
import { purgeDevices } from '../store/devices.ts'
import { ensureEventPartition } from '../store/events.ts'
import { purgeLinks } from '../store/links.ts'
import { purgeMails } from '../store/mails.ts'
import { purgeSessions } from '../store/sessions.ts'
import { purgeSteps } from '../store/steps.ts'

const BATCH = 1000
const DAYS_AHEAD = 40

export async function purgeExpired(deps: Deps): Promise<void> {
  for (const purge of [purgeSessions, purgeSteps, purgeLinks, purgeAttempts]) {
    while ((await purge(deps.db, deps.clock.now(), BATCH)) === BATCH);
  }
  const forgotten = secondsAfter(deps.clock.now(), -lifetimes.finishedMail)
  while ((await purgeMails(deps.db, forgotten, BATCH)) === BATCH);
  const unused = secondsAfter(deps.clock.now(), -lifetimes.knownDevice)
  while ((await purgeDevices(deps.db, unused, BATCH)) === BATCH);
  while ((await purgeNobodysAttempts(deps.db, nobodysCounts.most, BATCH)) === BATCH);
}

/** Makes this month's partition of the log and the next one's, well before they are needed. */
export async function prepareEventPartitions(deps: Deps): Promise<void> {
  const now = deps.clock.now()
  await ensureEventPartition(deps.db, now)
  await ensureEventPartition(deps.db, new Date(now.getTime() + DAYS_AHEAD * 86_400_000))
}
