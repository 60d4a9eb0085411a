/** The bundle that the image runs is the service: made of the source, and as clear about it. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import t, { type Test } from 'tap'
import { freePort } from '../src/dev/free-port.ts'
import { VERSION } from '../src/release.ts'
import { bareEnvironment } from './support/environment.ts'
import { startServer } from './support/process.ts'
import { createTestDatabase } from './support/server.ts'

const HOST = '127.0.0.1'
const cwd = fileURLToPath(new URL('..', import.meta.url))
const node = (args: string[], env = {}) =>
  execFileSync(process.execPath, args, { cwd, env: { ...bareEnvironment, ...env }, encoding: 'utf8' })

t.before(() => node(['.ci/build.ts']))

async function settings(t: Test) {
  const database = await createTestDatabase()
  t.teardown(() => database.drop())
  const env = {
    ...database.settings,
    HOST,
    NODE_ENV: 'production',
    ISSUER: 'https://id.example.com',
    FRONTEND_URL: 'https://example.com',
    MAIL_TRANSPORT: 'file',
    SHUTDOWN_DELAY: '0',
    SECRET_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    BOOTSTRAP_ADMIN_EMAIL: 'admin@example.com',
    BOOTSTRAP_ADMIN_PASSWORD: 'bundle-Tulip-harbour-7',
  }
  return { database, env }
}

const login = (url: string, password: string) =>
  fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'admin@example.com', password }),
  })

t.test('it signs in, refuses, serves the documentation, traces and ends in good order', async (t) => {
  const { env } = await settings(t)
  const optional = { DOCS: 'on', OTEL_EXPORTER_OTLP_ENDPOINT: `http://${HOST}:9` }
  const server = startServer(t, await freePort(HOST), { ...env, ...optional }, 'dist/server.js')
  await server.greeted
  t.match(server.stdout(), `"version":"${VERSION}"`)
  const refused = await login(server.url, 'wrong')
  t.match(await refused.json(), { code: 'invalid_credentials' })
  t.equal(refused.headers.get('content-type'), 'application/problem+json; charset=utf-8')
  const { access_token: token } = (await (await login(server.url, env.BOOTSTRAP_ADMIN_PASSWORD)).json()) as {
    access_token: string
  }
  const ask = (path: string) => fetch(server.url + path, { headers: { authorization: `Bearer ${token}` } })
  t.match(await (await ask('/auth/me')).json(), { email: 'admin@example.com' })
  const changed = await fetch(`${server.url}/auth/password/change`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      current_password: env.BOOTSTRAP_ADMIN_PASSWORD,
      new_password: 'Password123',
      confirm_password: 'Password123',
    }),
  })
  t.match(await changed.json(), { code: 'password_breached' })
  for (const path of ['/openapi.yaml', '/docs/', '/docs/static/swagger-ui.css', '/docs/static/theme/sign-in.js'])
    t.equal((await ask(path)).status, 200, path)
  t.strictSame(await server.stop('SIGTERM'), { code: 0, signal: null })
})

t.test('an error in its log names the places of the source', async (t) => {
  const { database, env } = await settings(t)
  const frames = async (code: 'src/server.ts' | 'dist/server.js') => {
    const server = startServer(t, await freePort(HOST), env, code)
    await server.greeted
    t.equal((await login(server.url, 'wrong')).status, 500)
    await server.stop('SIGTERM')
    const lines = server
      .stdout()
      .split('\n')
      .filter((line) => /"request_id".*"err"/.test(line))
    const places: string[] = lines.flatMap((line) => JSON.parse(line).err.frames)
    return places.flatMap((place) => /src\/.*:\d+(?=:\d+$)/.exec(place)?.[0] ?? [])
  }
  const server = startServer(t, await freePort(HOST), env)
  await server.greeted
  await server.stop('SIGTERM')
  const owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  await owner.query('alter table known_devices rename to devices')
  await owner.end()
  const ofSource = await frames('src/server.ts')
  t.ok(ofSource.length > 0)
  t.strictSame(await frames('dist/server.js'), ofSource)
})

t.test('its commands migrate an empty database, and explain themselves', async (t) => {
  const database = await createTestDatabase({ empty: true })
  t.teardown(() => database.drop())
  const env = { ...database.settings, NODE_ENV: 'production' }
  t.match(node(['dist/cli.js', 'migrate'], env), /^Applied: 0001-/)
  t.match(node(['dist/cli.js', 'migrate'], env), /^The schema is up to date\.$/m)
  t.match(node(['dist/cli.js', '--help']), 'create-admin')
})
