/** A running service: the database opened, the keys checked, the jobs started, the app built. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { buildApp, buildOpsApp, type Surroundings, type WebPages } from './app.ts'
import type { Config, ServiceDatabase } from './config.ts'
import { createFirstAdmin, type FirstAdmin } from './flows/bootstrap/create-first-admin.ts'
import type { App } from './http/app-type.ts'
import { applyRetention } from './jobs/apply-retention.ts'
import { auditHeadLog } from './jobs/log-audit-head.ts'
import { prepareEventPartitions, purgeExpired } from './jobs/purge.ts'
import { startJobs } from './jobs/schedule.ts'
import { sealEvents } from './jobs/seal-events.ts'
import { startWorker } from './jobs/worker.ts'
import { reEncryptSecrets } from './keys/re-encrypt.ts'
import { keepSigningKeys } from './keys/rotate-signing-key.ts'
import { createMetrics } from './metrics/metrics.ts'
import { openDeps } from './open-deps.ts'
import { isTimeLimited, openDatabase } from './store/database.ts'
import { releaseAbandonedJobs } from './store/queue.ts'
import { waitForSchema } from './wait-for-database.ts'

export interface Service {
  app: App
  firstAdmin: FirstAdmin | undefined
  listen(): Promise<void>
  /**
   * Says that it is not ready and goes on for as long as the settings demand; then takes no more connections, finishes
   * the requests and jobs under way, and closes its own.
   */
  close(): Promise<void>
}

/** Two jobs at a time, and one to listen. */
const WORKER_CONNECTIONS = 3

const UNLIMITED =
  "the database ends nothing that takes too long, because a pooler in between drops the service's limits: set them on its role (docs/operations.md, PgBouncer)"

export interface StartOptions {
  /** The reference front end, for those who develop. */
  webPages?: WebPages | undefined
  /** Ends the wait for the database. */
  signal?: AbortSignal
}

/**
 * Waits for the database as long as the settings say.
 * @throws SchemaMismatch, KeyMismatch, or the database's error when it cannot be reached.
 */
export async function startService(
  config: Config,
  database: Pick<ServiceDatabase, 'url' | 'directUrl' | 'secretKeys'>,
  log: Logger,
  { webPages, signal }: StartOptions = {},
): Promise<Service> {
  let draining = false
  let closing = false
  const onIdleError = (error: Error) => {
    if (!closing) log.warn({ err: error }, 'lost an idle database connection')
  }
  const tracing = config.tracing ? (await import('./tracing/tracing.ts')).startTracing(log) : undefined
  const { size: poolSize, preparedStatements } = config.pool
  const onQuery = tracing?.noteQuery
  const db = openDatabase({ url: database.url, poolSize, preparedStatements, onIdleError, onQuery })
  try {
    await waitForSchema(db, { seconds: config.databaseWait, log, ...(signal && { signal }) })
    const deps = await openDeps(config, db, database.secretKeys, log)
    const surroundings: Surroundings = {
      ...(config.http.metrics && { metrics: createMetrics(deps) }),
      tracing,
      webPages,
      isDraining: () => draining,
    }
    const [isLimited, firstAdmin, app, ops] = await Promise.all([
      isTimeLimited(db),
      createFirstAdmin(deps),
      buildApp(deps, surroundings),
      config.http.opsPort === undefined ? undefined : buildOpsApp(deps, surroundings),
    ])
    if (!isLimited) log.warn(UNLIMITED)
    const queue = { url: database.directUrl, poolSize: WORKER_CONNECTIONS, onIdleError }
    // The queue's connections are made while the plugins load.
    const [stopWorker] = await Promise.all([startWorker(deps, queue, () => closing), app.ready(), ops?.ready()])
    const stopJobs = startJobs(
      [
        { name: 'seal-events', every: 1_000, run: () => sealEvents(deps) },
        { name: 'adjust-clock', every: 60_000, run: () => deps.clock.adjust() },
        { name: 'purge', every: 60_000, run: (signal) => purgeExpired(deps, signal) },
        { name: 'abandoned-jobs', every: 60_000, run: () => releaseAbandonedJobs(db) },
        { name: 'event-partitions', every: 3_600_000, run: () => prepareEventPartitions(deps) },
        { name: 'audit-head', every: 60_000, run: auditHeadLog(deps) },
        { name: 'audit-retention', every: 3_600_000, run: (signal) => applyRetention(deps, signal) },
        { name: 'reload-signing-keys', every: 5_000, run: () => deps.keys.signing.reload() },
        { name: 'signing-keys', every: 60_000, run: () => keepSigningKeys(deps) },
        { name: 're-encrypt', every: 60_000, run: () => reEncryptSecrets(deps) },
      ],
      log,
    )
    return {
      app,
      firstAdmin,
      async listen() {
        const { host, port, opsPort } = config.http
        if (opsPort !== undefined) await ops?.listen({ host, port: opsPort })
        await app.listen({ host, port })
      },
      async close() {
        draining = true
        await sleep(config.http.shutdownDelay * 1000)
        await app.close()
        closing = true
        const jobsStopped = stopJobs()
        await stopWorker()
        await jobsStopped
        await ops?.close()
        await db.destroy()
        await tracing?.stop()
      },
    }
  } catch (error) {
    await db.destroy()
    await tracing?.stop()
    throw error
  }
}
