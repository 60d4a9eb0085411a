/** The service's life as a cluster sees it: starts at once, databases that come later, ends under load. */
import { randomBytes, randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import t, { type Test } from 'tap'
import { loadConfig } from '../src/config.ts'
import { freePort } from '../src/dev/free-port.ts'
import { createLog } from '../src/log.ts'
import { startService } from '../src/service.ts'
import { migrate } from '../src/store/migrate.ts'
import { migrationNames } from '../src/store/schema.ts'
import { startTestApp, testSecretKeys } from './support/app.ts'
import { type ServerProcess, startServer } from './support/process.ts'
import { createTestDatabase, testServer } from './support/server.ts'

const HOST = '127.0.0.1'

async function emptyDatabase(t: Test) {
  const database = await createTestDatabase({ empty: true })
  t.teardown(() => database.drop())
  const SECRET_KEYS = `k1:${randomBytes(32).toString('base64')}`
  return { database, env: { HOST, ...database.settings, SECRET_KEYS } }
}

async function query(url: string, text: string) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

/** Until it has printed this. */
async function printed(server: ServerProcess, text: string): Promise<void> {
  let ended = false
  server.ended.then(() => {
    ended = true
  })
  while (!server.stdout().includes(text)) {
    if (ended) throw new Error(`it ended: ${server.complaints().join('\n')}`)
    await sleep(20)
  }
}

t.test('two replicas that start at once on an empty database make one of everything', async (t) => {
  const { database, env } = await emptyDatabase(t)
  const servers = await Promise.all([1, 2].map(async () => startServer(t, await freePort(HOST), env)))
  await Promise.all(servers.map(({ greeted }) => greeted))
  const migrations = await query(database.ownerUrl, 'select name from schema_migrations order by name')
  t.strictSame(
    migrations.map(({ name }) => name),
    await migrationNames(),
  )
  const keys = await query(database.ownerUrl, 'select count(*)::int as count from signing_keys')
  t.strictSame(keys, [{ count: 1 }])
  t.equal(servers.filter((server) => server.stdout().includes('one-time password')).length, 1, 'one administrator')
  for (const { child } of servers) t.ok(child.kill('SIGTERM'))
  for (const { ended } of servers) t.strictSame(await ended, { code: 0, signal: null })
})

t.test('a start waits for its database and then for the migration, and says so', async (t) => {
  const { database, env } = await emptyDatabase(t)
  const { adminUrl } = testServer()
  await query(adminUrl, `alter database ${database.name} rename to ${database.name}_later`)
  const production = {
    NODE_ENV: 'production',
    ISSUER: 'https://id.example.com',
    FRONTEND_URL: 'https://example.com',
    MAIL_TRANSPORT: 'file',
    SHUTDOWN_DELAY: '0',
  }
  const server = startServer(t, await freePort(HOST), { ...env, ...production, DATABASE_WAIT: '600' })
  await printed(server, 'waiting for the database')
  await query(adminUrl, `alter database ${database.name}_later rename to ${database.name}`)
  await printed(server, 'waiting for the migration of the database')
  await migrate(database.ownerUrl, testServer().runtime)
  await printed(server, 'the service listens')
  const status = async (path: string) => (await fetch(`http://${HOST}:${server.url.split(':').at(-1)}${path}`)).status
  t.equal(await status('/health/ready'), 200)
  for (const path of ['/app', '/app/', '/app/main.js'])
    t.equal(await status(path), 404, `${path} is for those who develop`)
  t.strictSame(await server.stop('SIGTERM'), { code: 0, signal: null })
  t.strictSame(server.complaints(), [])
  for (const line of server.stdout().trim().split('\n')) t.ok(JSON.parse(line).msg, 'one JSON object a line')
})

t.test('a start that waits ends on a signal', async (t) => {
  const { env } = await emptyDatabase(t)
  const away = new URL(env.DATABASE_URL)
  away.port = '1'
  const urls = { DATABASE_URL: away.href, DATABASE_MIGRATION_URL: away.href }
  const server = startServer(t, await freePort(HOST), { ...env, ...urls, DATABASE_WAIT: '600' })
  await printed(server, 'waiting for the database')
  t.strictSame(await server.stop('SIGTERM'), { code: 0, signal: null })
  t.strictSame(server.complaints(), [])
})

t.test('a start that fails late closes what it had started', async (t) => {
  const database = await createTestDatabase()
  t.teardown(() => database.drop())
  const config = loadConfig({ ...database.settings, SECRET_KEYS: testSecretKeys, LOG_LEVEL: 'silent' })
  const nowhere = new URL(database.directUrl)
  nowhere.port = '1'
  const { secretKeys = [] } = config.database ?? {}
  const opened = { url: database.url, directUrl: nowhere.href, secretKeys }
  await t.rejects(startService(config, opened, createLog('silent')), { code: 'ECONNREFUSED' })
  const open = `select count(*)::int as open from pg_stat_activity where datname = '${database.name}' and pid <> pg_backend_pid()`
  while ((await query(testServer().adminUrl, open))[0].open > 0) await sleep(20)
  t.pass('no connection is left; the test runs into its time limit otherwise')
})

/** A client that keeps its connection and sends one request after another until it is told to go elsewhere. */
async function callUntilSentAway(port: number, tally: Record<string, number>): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const count = (name: string) => {
    tally[name] = (tally[name] ?? 0) + 1
  }
  for (let sentAway = false; !sentAway; ) {
    const body = JSON.stringify({ email: `${randomUUID()}@example.com`, password: 'x' })
    const headers = { 'content-type': 'application/json', 'content-length': body.length }
    sentAway = await new Promise<boolean>((resolve) => {
      const call = request({ host: HOST, port, path: '/auth/login', method: 'POST', agent, headers }, (response) => {
        count(String(response.statusCode))
        response.resume().on('end', () => resolve(response.headers.connection === 'close'))
      })
      call.on('error', (error: NodeJS.ErrnoException) => {
        count(error.code ?? 'failed')
        resolve(true)
      })
      call.end(body)
    })
  }
  agent.destroy()
}

t.test('told to stop under load, it says so first and loses no request', async (t) => {
  const { env } = await emptyDatabase(t)
  const port = await freePort(HOST)
  const settings = { ...env, SHUTDOWN_DELAY: '2', REQUESTS_PER_MINUTE: '0' }
  const server = startServer(t, port, settings)
  await server.greeted
  const tally: Record<string, number> = {}
  const clients = Array.from({ length: 8 }, () => callUntilSentAway(port, tally))
  const answered = () => Object.values(tally).reduce((sum, count) => sum + count, 0)
  while (answered() < 60) await sleep(10)
  const ended = server.stop('SIGTERM')
  const isReady = async () => (await fetch(`http://${HOST}:${port}/health/ready`)).status
  while ((await isReady()) === 200) await sleep(10)
  t.equal(await isReady(), 503, 'new connections are taken while balancers find out')
  await Promise.all(clients)
  t.strictSame(await ended, { code: 0, signal: null })
  t.comment(`answered while stopping under load: ${JSON.stringify(tally)}`)
  const lost = Object.keys(tally).filter((status) => !['401', '429', '503'].includes(status))
  t.strictSame(lost, [])
  t.equal(tally['503'] ?? 0, 0, 'none was refused for the end')
  t.strictSame(server.complaints(), [])
})

t.test('connections that say nothing, or never finish what they say, hold the end up no longer', async (t) => {
  const app = await startTestApp(t)
  // Nothing else would ever end them.
  app.app.server.timeout = 0
  const { port } = new URL(app.url)
  const heads = ['', 'GET /health/live HTTP/1.1\r\nHost: x\r\n']
  const ends = await Promise.all(
    heads.map(async (head) => {
      const socket = connect(Number(port), HOST)
      await new Promise<void>((resolve) => socket.on('connect', resolve))
      socket.write(head)
      return { over: new Promise<void>((resolve) => socket.on('close', () => resolve()).resume()) }
    }),
  )
  await app.call('GET', '/health/live')
  await app.app.close()
  await Promise.all(ends.map(({ over }) => over))
  t.pass('closed')
})
