/** The service as tests run it: a database of its own, a clock that stands, cheap password hashes, real HTTP. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Logger } from 'pino'
import type { Test } from 'tap'
import { parse } from 'yaml'
import { buildApp } from '../../src/app.ts'
import type { Clock } from '../../src/clock.ts'
import { loadConfig } from '../../src/config.ts'
import { createHasher } from '../../src/crypto/hasher.ts'
import { createKeyRing } from '../../src/crypto/key-ring.ts'
import type { Deps } from '../../src/deps.ts'
import type { App } from '../../src/http/app-type.ts'
import { openKeys } from '../../src/keys/open-keys.ts'
import { createLog } from '../../src/log.ts'
import { createMailer } from '../../src/mail/create-mailer.ts'
import type { Mailer } from '../../src/mail/mailer.ts'
import { createMetrics } from '../../src/metrics/metrics.ts'
import { type Database, openDatabase } from '../../src/store/database.ts'
import { type Call, createClient } from './client.ts'
import { FrozenClock } from './clock.ts'
import { createTestDatabase, type TestDatabase } from './server.ts'

export interface TestApp {
  call: Call
  url: string
  deps: Deps
  app: App
  clock: FrozenClock
  /** The owner's connection, for setting states up and looking at what is stored. */
  db: Database
  database: TestDatabase
  close(): Promise<void>
}

export interface TestAppOptions {
  clock?: FrozenClock
  /** Settings beside the usual ones of a test. */
  env?: Record<string, string>
  /** Another app on the same database: a second replica, or a restart. Its owner drops the database. */
  database?: TestDatabase
  log?: Logger
  mailer?: Mailer
  /** Connections of the service. */
  poolSize?: number
}

/** The same contract as written down, for apps that serve none. */
const OPENAPI_YAML = new URL('../../openapi.yaml', import.meta.url)

/** One key ring for all apps of a process, so that a second app on the same database opens what the first one sealed. */
export const testSecretKeys = `t1:${randomBytes(32).toString('base64')}`

/** Starts the service and closes it with the test. */
export async function startTestApp(t: Test, options: TestAppOptions = {}): Promise<TestApp> {
  const database = options.database ?? (await createTestDatabase())
  const clock = options.clock ?? new FrozenClock()
  const config = loadConfig({
    ...database.settings,
    SECRET_KEYS: testSecretKeys,
    ARGON2_MEMORY_KIB: '7168',
    ARGON2_PASSES: '1',
    REQUESTS_PER_MINUTE: '0',
    LOG_LEVEL: 'silent',
    ...options.env,
  })
  const log = options.log ?? createLog(config.logLevel)
  const preparedStatements = config.pool.preparedStatements
  const { poolSize = 20 } = options
  const runtime = openDatabase({ url: database.url, poolSize, preparedStatements })
  const owner = openDatabase({ url: database.ownerUrl, poolSize: 4 })
  const keys = await openKeys(runtime, createKeyRing(config.database?.secretKeys ?? []), clock as Clock)
  const deps: Deps = {
    config,
    db: runtime,
    clock,
    keys,
    hasher: createHasher(config.passwordHash),
    mailer: options.mailer ?? (await createMailer(config)),
    log,
  }
  const app = await buildApp(deps, config.http.metrics ? { metrics: createMetrics(deps, 0) } : {})
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  let closed = false
  const close = async () => {
    if (closed) return
    closed = true
    await app.close()
    await runtime.destroy()
    await owner.destroy()
    if (!options.database) await database.drop()
  }
  t.teardown(close)
  const contract = config.http.docs ? app.swagger() : parse(readFileSync(OPENAPI_YAML, 'utf8'))
  return { call: createClient(url, contract), url, deps, app, clock, db: owner, database, close }
}
