/** A running service: the database opened, the keys checked, the jobs started, the app built. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { buildApp, buildOpsApp, type Surroundings, type WebPages } from './app.ts'
import type { Config, ServiceDatabase } from './config.ts'
import { createFirstAdmin, type FirstAdmin } from './flows/bootstrap/create-first-admin.ts'
import type { App } from './http/app-type.ts'
import { startJobs } from './jobs/schedule.ts'
import { startWorker } from './jobs/worker.ts'
import { createMetrics } from './metrics/metrics.ts'
import { openDeps } from './open-deps.ts'
import { regularJobs } from './regular-jobs.ts'
import { isTimeLimited, openDatabase } from './store/database.ts'
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
 * Waits for the database as long as the settings say. What was started when a later part fails is closed again.
 * @throws SchemaMismatch, KeyMismatch, or the database's error when it cannot be reached.
 */
export async function startService(
  config: Config,
  database: Pick<ServiceDatabase, 'url' | 'directUrl' | 'secretKeys'>,
  log: Logger,
  { webPages, signal }: StartOptions = {},
): Promise<Service> {
  // What is closed first is started last.
  await using starting = new AsyncDisposableStack()
  const state = { draining: false, closing: false }
  const onIdleError = (error: Error) => {
    if (!state.closing) log.warn({ err: error }, 'lost an idle database connection')
  }
  const tracing = config.tracing ? (await import('./tracing/tracing.ts')).startTracing(log) : undefined
  starting.defer(async () => tracing?.stop())
  const { size: poolSize, preparedStatements } = config.pool
  const onQuery = tracing?.noteQuery
  const db = openDatabase({ url: database.url, poolSize, preparedStatements, onIdleError, onQuery })
  starting.defer(() => db.destroy())

  await waitForSchema(db, { seconds: config.databaseWait, log, ...(signal && { signal }) })
  const deps = await openDeps(config, db, database.secretKeys, log)
  const surroundings: Surroundings = {
    ...(config.http.metrics && { metrics: createMetrics(deps) }),
    tracing,
    webPages,
    isDraining: () => state.draining,
  }
  const [isLimited, firstAdmin, app, ops] = await Promise.all([
    isTimeLimited(db),
    createFirstAdmin(deps),
    buildApp(deps, surroundings),
    config.http.opsPort === undefined ? undefined : buildOpsApp(deps, surroundings),
  ])
  if (!isLimited) log.warn(UNLIMITED)
  starting.defer(async () => ops?.close())
  const queue = { url: database.directUrl, poolSize: WORKER_CONNECTIONS, onIdleError }
  const worker = startWorker(deps, queue, () => state.closing)
  starting.defer(async () => (await worker.catch(() => undefined))?.())
  // The queue's connections are made while the plugins load.
  await Promise.all([worker, app.ready(), ops?.ready()])
  starting.defer(startJobs(regularJobs(deps), log))
  starting.defer(async () => {
    await app.close()
    state.closing = true
  })
  const started = starting.move()
  return {
    app,
    firstAdmin,
    async listen() {
      const { host, port, opsPort } = config.http
      if (opsPort !== undefined) await ops?.listen({ host, port: opsPort })
      await app.listen({ host, port })
    },
    async close() {
      state.draining = true
      await sleep(config.http.shutdownDelay * 1000)
      await started.disposeAsync()
    },
  }
}
