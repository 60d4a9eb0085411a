/** What every replica does by itself, again and again. */
import { applyRetention } from './jobs/apply-retention.ts'
import { auditHeadLog } from './jobs/log-audit-head.ts'
import { prepareEventPartitions, purgeExpired } from './jobs/purge.ts'
import type { Job } from './jobs/schedule.ts'
import { sealEvents } from './jobs/seal-events.ts'
import { reEncryptSecrets } from './keys/re-encrypt.ts'
import { keepSigningKeys } from './keys/rotate-signing-key.ts'
import type { OpenDeps } from './open-deps.ts'
import { releaseAbandonedJobs } from './store/queue.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

export function regularJobs(deps: OpenDeps): Job[] {
  return [
    // Ended sessions reach the feed that other services follow when their events are sealed.
    { name: 'seal-events', every: SECOND, run: () => sealEvents(deps) },
    // Another replica may have rotated or withdrawn a key.
    { name: 'reload-signing-keys', every: 5 * SECOND, run: () => deps.keys.signing.reload() },
    { name: 'adjust-clock', every: MINUTE, run: () => deps.clock.adjust() },
    { name: 'purge', every: MINUTE, run: (signal) => purgeExpired(deps, signal) },
    { name: 'abandoned-jobs', every: MINUTE, run: () => releaseAbandonedJobs(deps.db) },
    { name: 'audit-head', every: MINUTE, run: auditHeadLog(deps) },
    { name: 'signing-keys', every: MINUTE, run: () => keepSigningKeys(deps) },
    { name: 're-encrypt', every: MINUTE, run: () => reEncryptSecrets(deps) },
    { name: 'event-partitions', every: HOUR, run: () => prepareEventPartitions(deps) },
    { name: 'audit-retention', every: HOUR, run: (signal) => applyRetention(deps, signal) },
  ]
}
