import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { lstat, mkdir, mkdtemp, readFile, readlink, rm, stat } from 'node:fs/promises'
import { type ClientRequest, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { removeClusterData } from '../src/dev/embedded-cluster.ts'
import { freePort } from '../src/dev/free-port.ts'
import { type ServerProcess, startServer } from './support/process.ts'
import { createTestDatabase } from './support/server.ts'
import { NEW_PASSWORD } from './support/users.ts'

const newSecretKeys = () => `k1:${randomBytes(32).toString('base64')}`

/** The settings of a service on an empty database of its own. */
async function ownDatabase(t: Test) {
  const database = await createTestDatabase({ empty: true })
  t.teardown(() => database.drop())
  return { ...database.settings, SECRET_KEYS: newSecretKeys() }
}

async function post(server: ServerProcess, path: string, body: object, token?: string) {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: JSON.parse(await response.text()) }
}

const signIn = (server: ServerProcess, password: string) =>
  post(server, '/auth/login', { email: 'admin@example.com', password })

const oneTimePassword = (server: ServerProcess) => /one-time password +(\S+)/.exec(server.stdout())?.[1]

const reaches = (server: ServerProcess) =>
  fetch(`${server.url}/health/live`).then(
    () => true,
    () => false,
  )

/** Signs in with the password that a first start has printed and sets a new one. */
async function settleAdmin(t: Test, server: ServerProcess, printedBy = server): Promise<void> {
  const { body } = await signIn(server, oneTimePassword(printedBy) ?? '')
  t.equal(body.status, 'password_change_required')
  const change = { new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD }
  t.equal((await post(server, '/auth/password/change', change, body.step_token)).body.status, 'authenticated')
}

t.test('on a database of its own: migrates, greets, answers, and ends on a signal', async (t) => {
  const env = await ownDatabase(t)
  const port = await freePort('localhost')
  const first = startServer(t, port, env)
  await first.greeted
  t.match(first.stdout(), `listens on http://localhost:${port}\n`)
  t.match(first.stdout(), `http://localhost:${port}/docs\n`)
  t.match(first.stdout(), 'admin@example.com')
  for (const path of ['/health/live', '/health/ready', '/docs', '/.well-known/jwks.json']) {
    t.equal((await fetch(first.url + path)).status, 200, path)
  }
  for (const path of ['/app', '/app/', '/app/reset-password/x', '/app/main.js', '/app/main.css', '/app/icon.svg']) {
    const { status, headers } = await fetch(first.url + path)
    t.equal(status, 200, path)
    t.match(headers.get('content-security-policy'), "script-src 'self'; style-src 'self';", path)
  }
  await settleAdmin(t, first)

  const second = startServer(t, port, env)
  t.match(await second.ended, { code: 1 })
  t.strictSame(second.complaints(), [`omnicrm-identity: port ${port} is in use; stop what uses it, or set PORT`])
  t.equal(second.stdout(), '')
  t.ok(await reaches(first), 'the first one goes on')

  t.strictSame(await first.stop('SIGTERM'), { code: 0, signal: null })
  t.notOk(await reaches(first))
  t.strictSame(first.complaints(), [])

  const restarted = startServer(t, port, env)
  await restarted.greeted
  t.equal(oneTimePassword(restarted), undefined, 'there is an administrator')
  t.equal((await signIn(restarted, NEW_PASSWORD)).body.status, 'authenticated')
  t.strictSame(await restarted.stop('SIGINT'), { code: 0, signal: null })
})

t.test('a request under way is answered before the service ends', async (t) => {
  const server = startServer(t, await freePort('localhost'), await ownDatabase(t))
  await server.greeted
  const body = JSON.stringify({ email: 'nobody@example.com', password: 'x' })
  const headers = { 'content-type': 'application/json', 'content-length': body.length, expect: '100-continue' }
  const call: ClientRequest = request(`${server.url}/auth/login`, { method: 'POST', headers })
  const answered = new Promise<number | undefined>((resolve, reject) => {
    call.on('response', (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    call.on('error', reject)
  })
  call.flushHeaders()
  await new Promise((resolve) => call.on('continue', resolve))
  const ended = server.stop('SIGTERM')
  while (await reaches(server));
  call.end(body)
  t.equal(await answered, 401)
  t.strictSame(await ended, { code: 0, signal: null })
})

t.test('what the operator can mend is told in one line each, and the exit status is 1', async (t) => {
  const env = await ownDatabase(t)
  const working = startServer(t, await freePort('localhost'), env)
  await working.greeted
  await working.stop('SIGTERM')
  // A pooler in between would have words of its own.
  const { DATABASE_URL, DATABASE_DIRECT_URL = DATABASE_URL } = env
  const wrong = (change: (url: URL) => void) => {
    const url = new URL(DATABASE_DIRECT_URL)
    change(url)
    return { ...env, DATABASE_URL: url.href, DATABASE_MIGRATION_URL: url.href }
  }
  const empty = await ownDatabase(t)
  const PRODUCTION = {
    NODE_ENV: 'production',
    ISSUER: 'https://id.example.com',
    FRONTEND_URL: 'https://example.com',
    MAIL_TRANSPORT: 'file',
  }
  const cases: [string, Record<string, string>, RegExp[]][] = [
    ['bad settings', { PORT: 'x', UI_MODE: 'y', LOG_LEVEL: 'z' }, [/PORT must/, /UI_MODE must/, /LOG_LEVEL must/]],
    [
      'nothing set in production',
      { NODE_ENV: 'production' },
      [/DATABASE_URL is/, /ISSUER is/, /FRONTEND_URL is/, /MAIL_TRANSPORT is/, /SECRET_KEYS is/],
    ],
    ['another secret key', { ...env, SECRET_KEYS: newSecretKeys() }, [/another key "k1"/]],
    ['the secret key is gone', { ...env, SECRET_KEYS: newSecretKeys().replace('k1', 'k2') }, [/lacks the key "k1"/]],
    ['no database there', wrong((url) => (url.port = '1')), [/cannot use the database: .*ECONNREFUSED/]],
    ['a wrong database password', wrong((url) => (url.password = 'x')), [/cannot use the database: password/]],
    ['no such database', wrong((url) => (url.pathname = '/none')), [/cannot use the database: .*"none"/]],
    ['not migrated', { ...empty, ...PRODUCTION }, [/schema is older .*: npm run migrate, or .* helm upgrade$/]],
    ['an address of another machine', { ...env, HOST: '192.0.2.1' }, [/cannot listen on 192\.0\.2\.1:\d+/]],
  ]
  for (const [name, settings, lines] of cases) {
    const server = startServer(t, await freePort('localhost'), settings)
    t.match(await server.ended, { code: 1 }, name)
    t.match(server.complaints(), lines, name)
    t.equal(server.complaints().length, lines.length, `${name}: ${server.complaints().join('\n')}`)
    t.ok(
      server.complaints().every((line) => line.startsWith('omnicrm-identity: ')),
      name,
    )
    t.equal(server.stdout(), '', name)
  }
})

t.test('on the embedded database, in a folder that no other system user gets into', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'omnicrm-identity-test-'))
  t.equal((await stat(home)).mode & 0o777, 0o700)
  const DATA_DIR = join(home, 'project', '.data')
  await mkdir(join(home, 'project'))
  const cluster = join(DATA_DIR, 'postgres')
  t.teardown(async () => {
    await removeClusterData(cluster)
    await rm(home, { recursive: true, force: true })
  })
  const start = async () => {
    const server = startServer(t, await freePort('localhost'), { DATA_DIR })
    await server.greeted
    return server
  }
  const postmaster = async () => Number.parseInt(await readFile(join(cluster, 'postmaster.pid'), 'utf8'), 10)

  const early = startServer(t, await freePort('localhost'), { DATA_DIR })
  while (!existsSync(join(DATA_DIR, 'owner.pid'))) await sleep(10)
  const impatient = startServer(t, await freePort('localhost'), { DATA_DIR })
  t.match(await impatient.ended, { code: 1 })
  t.match(
    impatient.complaints(),
    [`another service (process ${early.child.pid}) runs on`],
    'while the first one starts',
  )
  t.equal(impatient.complaints().length, 1)
  t.strictSame(
    await early.stop('SIGTERM'),
    { code: 0, signal: null },
    'a signal during the start ends it in good order',
  )

  const first = await start()
  t.match(first.stdout(), `embedded PostgreSQL in ${DATA_DIR}/`)
  t.equal((await fetch(`${first.url}/health/ready`)).status, 200)
  t.equal((await stat(join(DATA_DIR, 'secrets.json'))).mode & 0o777, 0o600, 'secrets are for their owner only')
  // The signal may have come before or after the first administrator was made.
  await settleAdmin(t, first, oneTimePassword(early) === undefined ? first : early)

  const intruder = startServer(t, await freePort('localhost'), { DATA_DIR })
  t.match(await intruder.ended, { code: 1 })
  t.equal(intruder.complaints().length, 1)
  t.match(intruder.complaints()[0], `another service (process ${first.child.pid}) runs on ${DATA_DIR}`)
  t.equal((await signIn(first, NEW_PASSWORD)).status, 200, 'the first one goes on')

  const firstPostmaster = await postmaster()
  t.ok(isRunning(firstPostmaster))
  t.strictSame(await first.stop('SIGINT'), { code: 0, signal: null })
  t.notOk(isRunning(firstPostmaster), 'no database stays behind')
  t.strictSame(first.complaints(), [])

  const second = await start()
  t.equal((await signIn(second, NEW_PASSWORD)).body.status, 'authenticated', 'a restart keeps the data')
  const orphan = await postmaster()
  t.match(await second.stop('SIGKILL'), { signal: 'SIGKILL' })
  t.ok(isRunning(orphan), 'a killed service leaves its database running')

  const third = await start()
  t.notOk(isRunning(orphan), 'the next start stops it')
  t.not(await postmaster(), orphan)
  t.equal((await signIn(third, NEW_PASSWORD)).body.status, 'authenticated', 'and has all that was committed')
  t.strictSame(await third.stop('SIGTERM'), { code: 0, signal: null })

  const elsewhere = (await lstat(cluster)).isSymbolicLink() ? await readlink(cluster) : cluster
  t.ok(existsSync(join(elsewhere, 'PG_VERSION')))
  await removeClusterData(cluster)
  t.notOk(existsSync(elsewhere), 'the data is gone')
  t.notOk(await lstat(cluster).catch(() => undefined), 'and so is the link to it')
})

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
