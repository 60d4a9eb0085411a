/** `npm start`: reads the settings, opens or starts the database, listens, and closes in good order. */
import { createServer } from 'node:net'
import type { Logger } from 'pino'
import { CannotStart, explain } from './cannot-start.ts'
import { type Config, loadConfig } from './config.ts'
import { createLog } from './log.ts'
import { migrateDatabase } from './migrate-database.ts'
import { VERSION } from './release.ts'
import { type Service, startService } from './service.ts'

type Close = () => Promise<void>

async function main(): Promise<void> {
  const config = loadConfig(process.env)
  const log = createLog(config.logLevel)
  const stopped = new AbortController()
  const running = start(config, log, stopped.signal)
  closeOnSignals(running, log, stopped)
  await running
}

/** @returns finishes the requests under way and takes down, last first, what was started. A failed start does so too. */
async function start(config: Config, log: Logger, signal: AbortSignal): Promise<Close> {
  const started: Close[] = []
  const close = async () => {
    for (const stop of started.splice(0).reverse()) await stop()
  }
  try {
    for (const port of [config.http.port, config.http.opsPort]) await requireFreePort(config.http.host, port)
    const database = await openOrStartDatabase(config)
    started.push(database.stop)
    // In production migrations are a step of their own, with a role of their own.
    if (!config.production) await migrateDatabase(database, config, log, signal)
    const webPages = config.production ? undefined : (await import('./dev/web-pages.ts')).serveWebPages
    const service = await startService(config, database, log, { webPages, signal })
    started.push(service.close)
    await service.listen()
    greet(config, service, database.embedded, log)
    return close
  } catch (error) {
    await close()
    throw error
  }
}

/** Asked first, so that a second start says so at once instead of touching the database. */
async function requireFreePort(host: string, port: number | undefined): Promise<void> {
  if (port === undefined) return
  await new Promise<void>((resolve, reject) => {
    const probe = createServer()
    probe.on('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE' ? `port ${port} is in use` : `cannot listen on ${host}:${port} (${error.code})`
      reject(new CannotStart(`${reason}; stop what uses it, or set PORT`))
    })
    probe.listen(port, host, () => probe.close(() => resolve()))
  })
}

async function openOrStartDatabase(config: Config) {
  if (config.database) return { ...config.database, embedded: false, stop: async () => {} }
  const { DataFolderInUse, startEmbeddedDatabase } = await import('./dev/embedded-database.ts')
  const embedded = await startEmbeddedDatabase(config.dataDir).catch((error) => {
    throw error instanceof DataFolderInUse ? new CannotStart(error.message) : error
  })
  return { ...embedded, directUrl: embedded.url, embedded: true }
}

/** A signal during the start waits for its end, so that no half-started database stays behind. */
function closeOnSignals(running: Promise<Close>, log: Logger, stopped: AbortController): void {
  let closing = false
  const onSignal = async () => {
    if (closing) return
    closing = true
    stopped.abort()
    log.info('told to stop')
    try {
      // A start that fails after the signal has taken down what it had started, and the reason no longer matters.
      const close = await running.catch(() => process.exit(0))
      await close()
      log.info('stopped')
      process.exit(0)
    } catch (error) {
      log.error({ err: error }, 'closing failed')
      process.exit(1)
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal)
}

/** For people where one started it by hand; a log line in production, where machines read what it prints. */
function greet(config: Config, service: Service, embedded: boolean, log: Logger): void {
  const { issuer } = config.token
  log.info({ address: issuer, version: VERSION }, 'the service listens')
  if (config.production) {
    if (service.firstAdmin?.linkMailed)
      log.info("a link to set the first administrator's password is on its way by mail")
    return
  }
  const lines = [`OmniCRM identity service listens on ${issuer}`]
  lines.push(`  pages           ${issuer}/app`)
  if (config.http.docs) lines.push(`  API reference   ${issuer}/docs`)
  if (embedded) {
    lines.push(`  database        embedded PostgreSQL in ${config.dataDir}/ (delete the folder to start afresh)`)
  }
  if (service.firstAdmin) {
    const { email, temporaryPassword } = service.firstAdmin
    lines.push(`  first admin     ${email}`)
    if (temporaryPassword)
      lines.push(`  one-time password  ${temporaryPassword}   (to be changed at the first sign-in)`)
  }
  lines.push('  stop            Ctrl-C')
  console.log(lines.join('\n'))
}

main().catch((error: unknown) => {
  console.error(explain(error))
  process.exit(1)
})
