/** A running service: the database opened, the keys checked, the jobs started, the app built. */
import type { Logger } from 'pino'
import { buildApp } from './app.ts'
import type { Config, SecretKey } from './config.ts'
import { createFirstAdmin, type FirstAdmin } from './flows/bootstrap/create-first-admin.ts'
import type { App } from './http/app-type.ts'
import { prepareEventPartitions, purgeExpired } from './jobs/purge.ts'
import { startJobs } from './jobs/schedule.ts'
import { sealEvents } from './jobs/seal-events.ts'
import { startWorker } from './jobs/worker.ts'
import { openDeps } from './open-deps.ts'
import { openDatabase } from './store/database.ts'
import { releaseAbandonedJobs } from './store/queue.ts'

export interface Service {
  app: App
  firstAdmin: FirstAdmin | undefined
  /** Finishes the requests and jobs under way, then closes the connections. */
  close(): Promise<void>
}

/** Two jobs at a time, and one to listen. */
const WORKER_CONNECTIONS = 3

/** @throws SchemaTooOld, KeyMismatch, or the database's error when it cannot be reached. */
export async function startService(
  config: Config,
  database: { url: string; directUrl: string; secretKeys: SecretKey[] },
  log: Logger,
): Promise<Service> {
  let closing = false
  // The message alone: the error also carries the driver's connection with all its state.
  const onIdleError = (error: Error) => {
    if (!closing) log.warn({ reason: error.message }, 'lost an idle database connection')
  }
  const db = openDatabase({ url: database.url, poolSize: config.database?.poolSize ?? 10, onIdleError })
  try {
    const deps = await openDeps(config, db, database.secretKeys, log)
    const firstAdmin = await createFirstAdmin(deps)
    const app = await buildApp(deps)
    const queue = { url: database.directUrl, poolSize: WORKER_CONNECTIONS, onIdleError }
    const stopWorker = await startWorker(deps, queue, () => closing)
    const stopJobs = startJobs(
      [
        { name: 'seal-events', every: 1_000, run: () => sealEvents(deps) },
        { name: 'adjust-clock', every: 60_000, run: () => deps.clock.adjust() },
        { name: 'purge', every: 60_000, run: () => purgeExpired(deps) },
        { name: 'abandoned-jobs', every: 60_000, run: () => releaseAbandonedJobs(db) },
        { name: 'event-partitions', every: 3_600_000, run: () => prepareEventPartitions(deps) },
      ],
      log,
    )
    return {
      app,
      firstAdmin,
      async close() {
        closing = true
        const jobsStopped = stopJobs()
        await app.close()
        await stopWorker()
        await jobsStopped
        await db.destroy()
      },
    }
  } catch (error) {
    await db.destroy()
    throw error
  }
}
