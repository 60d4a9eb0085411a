/** `npm start`: reads the settings, opens or starts the database, listens, and closes in good order. */
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { type Logger, pino } from 'pino'
import { type Config, ConfigError, loadConfig } from './config.ts'
import { KeyMismatch } from './keys.ts'
import { SchemaTooOld, type Service, startService } from './service.ts'
import { migrate } from './store/migrate.ts'

const DATA_FOLDER = fileURLToPath(new URL('../.data', import.meta.url))

/** Something the person who starts the service can mend; told in one line each, without a stack. */
class CannotStart extends Error {}

async function main(): Promise<void> {
  const config = readConfig()
  const log = pino({ level: config.logLevel })
  await requireFreePort(config)
  const database = await openOrStartDatabase(config)
  const service = await startService(config, database, log).catch(async (error) => {
    await database.stop()
    throw error
  })
  closeOnSignals(service, database.stop, log)
  await service.app.listen({ host: config.http.host, port: config.http.port })
  greet(config, service, database.embedded)
}

function readConfig(): Config {
  try {
    return loadConfig(process.env)
  } catch (error) {
    if (error instanceof ConfigError) throw new CannotStart(error.message)
    throw error
  }
}

/** Asked first, so that a second start says so at once instead of touching the database. */
function requireFreePort({ http: { host, port } }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
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
  if (config.database && config.secretKeys) {
    const { url, migrationUrl, directUrl } = config.database
    // In production migrations are a step of their own, with a role of their own.
    if (!config.production) await migrate(migrationUrl, decodeURIComponent(new URL(url).username))
    return { url, directUrl, secretKeys: config.secretKeys, embedded: false, stop: async () => {} }
  }
  const { DataFolderInUse, startEmbeddedDatabase } = await import('./dev/embedded-database.ts')
  const embedded = await startEmbeddedDatabase(DATA_FOLDER).catch((error) => {
    throw error instanceof DataFolderInUse ? new CannotStart(error.message) : error
  })
  await migrate(embedded.migrationUrl, decodeURIComponent(new URL(embedded.url).username))
  return { ...embedded, directUrl: embedded.url, secretKeys: config.secretKeys ?? embedded.secretKeys, embedded: true }
}

function closeOnSignals(service: Service, stopDatabase: () => Promise<void>, log: Logger): void {
  let closing = false
  const close = async () => {
    if (closing) return
    closing = true
    try {
      await service.close()
      await stopDatabase()
      process.exit(0)
    } catch (error) {
      log.error({ err: error }, 'closing failed')
      process.exit(1)
    }
  }
  process.on('SIGINT', close)
  process.on('SIGTERM', close)
}

function greet(config: Config, service: Service, embedded: boolean): void {
  const { issuer } = config.token
  const lines = [`OmniCRM identity service listens on ${issuer}`, `  API reference   ${issuer}/docs`]
  if (embedded) lines.push('  database        embedded PostgreSQL in .data/ (delete the folder to start afresh)')
  if (service.firstAdmin) {
    const { email, temporaryPassword, linkMailed } = service.firstAdmin
    if (linkMailed) lines.push('  a link to set its password is on its way by mail')
    lines.push(`  first admin     ${email}`)
    if (temporaryPassword)
      lines.push(`  one-time password  ${temporaryPassword}   (to be changed at the first sign-in)`)
  }
  if (!config.production) lines.push('  stop            Ctrl-C')
  console.log(lines.join('\n'))
}

main().catch((error: unknown) => {
  const known = error instanceof CannotStart || error instanceof KeyMismatch || error instanceof SchemaTooOld
  const text = error instanceof Error ? error.message : String(error)
  for (const line of text.split('\n')) console.error(`omnicrm-identity: ${line}`)
  if (!known && error instanceof Error) console.error(error.stack)
  process.exit(1)
})
