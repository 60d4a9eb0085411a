/** Nothing that a caller sends, or does not send, takes the service from the others. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import t from 'tap'
import { createHasher } from '../../src/crypto/hasher.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { refresh } from '../support/two-factor.ts'
import { createUser, gist, login, race, signIn } from '../support/users.ts'

/** A connection, and all that comes back on it until it is closed. */
function open({ url }: TestApp): { socket: Socket; answer: Promise<string> } {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  socket.on('error', () => {})
  return { socket, answer: once(socket, 'close').then(() => text) }
}

t.test('more sign-ins than can be hashed are refused at once, and everything else goes on', async (t) => {
  const app = await startTestApp(t, { env: { TRUST_PROXY: '1' } })
  const user = await createUser(app)
  const { refresh_token } = await signIn(app, user)
  const line = { atOnce: 100, waiting: 100 }
  const heavy = { memoryKiB: 65_536, passes: 4, parallelism: 1 }
  const hasher = app.deps.hasher
  app.deps.hasher = createHasher(heavy, { atOnce: 1, waiting: 2, account: line, source: line })
  const storm = race(40, (n) =>
    app.call('POST', '/auth/login', {
      body: { email: `nobody${n}@example.com`, password: 'x' },
      headers: { 'x-forwarded-for': `192.0.2.${n}` },
    }),
  )
  t.equal(gist(await refresh(app, refresh_token)), '200 authenticated')
  for (const path of ['/.well-known/jwks.json', '/health/live', '/health/ready'])
    t.equal((await app.call('GET', path)).status, 200, path)
  const { answers, tally } = await storm
  const { '401 invalid_credentials': heard = 0, '503 overloaded': refused = 0 } = tally
  t.equal(heard + refused, 40, JSON.stringify(tally))
  t.ok(heard >= 3 && refused > 0, `${heard} heard, ${refused} refused`)
  for (const { status, headers } of answers) t.equal(headers.get('retry-after'), status === 503 ? '2' : null)
  app.deps.hasher = hasher
  t.equal(gist(await login(app, user)), '200 authenticated', 'afterwards all is well')
})

t.test('a sign-in beyond the capacity is refused before the database is asked anything', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  const { db, hasher } = app.deps
  const line = { atOnce: 100, waiting: 100 }
  const full = createHasher(
    { memoryKiB: 65_536, passes: 4, parallelism: 1 },
    { atOnce: 1, waiting: 1, account: line, source: line },
  )
  const asked: PropertyKey[] = []
  app.deps.db = new Proxy(db, {
    get(target, name) {
      asked.push(name)
      const value = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  app.deps.hasher = full
  const busy = [full.hash('one'), full.hash('two')]
  const refused = await login(app, user)
  t.strictSame([gist(refused), refused.headers.get('retry-after'), asked], ['503 overloaded', '2', []])
  await Promise.all(busy)
  t.equal(gist(await login(app, user)), '200 authenticated', 'and is heard as soon as there is room')
  t.not(asked.length, 0)
  Object.assign(app.deps, { db, hasher })
})

t.test('a body that trickles in is cut off, and so are headers', async (t) => {
  const app = await startTestApp(t)
  const { server } = app.app
  t.ok(server.requestTimeout <= 15_000 && server.headersTimeout <= 10_000, 'as the service runs')
  // The same, sooner: what is late is looked for every second.
  server.requestTimeout = 400
  server.headersTimeout = 200
  const starts = {
    'a slow body':
      'POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
    'slow headers': 'GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: ',
  }
  for (const [name, start] of Object.entries(starts)) {
    const { socket, answer } = open(app)
    socket.write(start)
    const trickle = setInterval(() => socket.writable && socket.write('a'), 50)
    t.match(await answer, /^HTTP\/1\.1 408 [\s\S]*application\/problem\+json[\s\S]*"status":408,/, name)
    clearInterval(trickle)
  }
  t.equal((await app.call('GET', '/health/live')).status, 200)
})

t.test('headers beyond 16 KiB are refused, and what is no HTTP', async (t) => {
  const app = await startTestApp(t)
  const get = (headers: string) => `GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`
  const cases: [string, string, RegExp][] = [
    ['large enough', get(`X-A: ${'a'.repeat(15_000)}\r\n`), /^HTTP\/1\.1 200 /],
    ['one long header', get(`X-A: ${'a'.repeat(20_000)}\r\n`), /^HTTP\/1\.1 431 [\s\S]*"status":431,/],
    ['many headers', get('X-A: aaaaaaaa\r\n'.repeat(2_000)), /^HTTP\/1\.1 431 /],
    ['a long request line', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, /^HTTP\/1\.1 431 /],
    ['no HTTP', 'hello\r\n\r\n', /^HTTP\/1\.1 400 [\s\S]*"status":400,/],
  ]
  for (const [name, request, expected] of cases) {
    const { socket, answer } = open(app)
    socket.write(request)
    t.match(await answer, expected, name)
  }
})

t.test('connections beyond the most are closed, and those before them are served', async (t) => {
  const app = await startTestApp(t)
  const { server } = app.app
  t.equal(server.maxConnections, 1024)
  server.maxConnections = 2
  const [first, second] = [open(app), open(app)]
  await Promise.all([first, second].map(({ socket }) => once(socket, 'connect')))
  const third = open(app)
  t.equal(await third.answer, '', 'closed without an answer')
  first.socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  t.match(await first.answer, /^HTTP\/1\.1 200 /)
  second.socket.destroy()
})
