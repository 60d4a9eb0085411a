import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { buildApp, buildOpsApp } from '../../src/app.ts'
import { createMetrics } from '../../src/metrics/metrics.ts'
import { startTestApp } from '../support/app.ts'
import { createUser, login } from '../support/users.ts'

const app = await startTestApp(t)

/** Sends bytes and reads until the service ends the connection. */
async function send(bytes: string): Promise<{ status: number; headers: string; body: string }> {
  const { port, hostname } = new URL(app.url)
  const socket = connect(Number(port), hostname)
  socket.write(bytes)
  const answer = await text(socket)
  const [headers = '', body = ''] = answer.split('\r\n\r\n')
  return { status: Number(headers.split(' ')[1]), headers, body }
}

t.test('every answer tells browsers that it is data, and nothing tells what is behind it', async (t) => {
  const answers = [
    await login(app, await createUser(app)),
    await app.call('GET', '/auth/me'),
    await app.call('GET', '/nowhere'),
    await app.call('GET', '/auth/login'),
    await app.call('GET', '/.well-known/jwks.json'),
    await app.call('GET', '/metrics'),
  ]
  for (const { headers } of answers) {
    t.equal(
      headers.get('content-security-policy'),
      "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    )
    t.equal(headers.get('x-content-type-options'), 'nosniff')
    t.equal(headers.get('x-frame-options'), 'DENY')
    t.equal(headers.get('referrer-policy'), 'no-referrer')
    t.equal(headers.get('cross-origin-resource-policy'), 'same-origin')
    for (const name of ['server', 'x-powered-by', 'strict-transport-security']) t.equal(headers.get(name), null, name)
    t.notMatch(JSON.stringify([...headers]), /fastify|node\b|express/i)
  }
  const secure = await startTestApp(t, { env: { ISSUER: 'https://id.example.com' } })
  const { headers } = await secure.call('GET', '/health/live')
  t.equal(headers.get('strict-transport-security'), 'max-age=31536000; includeSubDomains')
})

t.test('the page that shows the API has what it needs from this service alone', async (t) => {
  const page = await app.call('GET', '/docs')
  t.equal(page.status, 200)
  const csp = page.headers.get('content-security-policy') ?? ''
  t.match(csp, "script-src 'self';")
  t.notMatch(csp, /https?:|\*|upgrade-insecure/)
  t.notMatch(page.text, /<script>|<script [^>]*>[^<\s]|on\w+="/, 'no script of its own, which the policy would stop')
  const parts = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path)
  t.ok(parts.length >= 4)
  for (const path of parts) {
    t.notMatch(path, /^(https?:)?\/\//)
    t.equal((await app.call('GET', new URL(path, 'http://x/docs/').pathname)).status, 200, path)
  }
})

t.test('DOCS=off: no page, no document, and nothing that points to them', async (t) => {
  const quiet = await startTestApp(t, { env: { DOCS: 'off' } })
  for (const path of ['/docs', '/docs/json', '/docs/static/index.html', '/openapi.json', '/openapi.yaml'])
    t.equal((await quiet.call('GET', path)).status, 404, path)
  const metadata = await quiet.call('GET', '/.well-known/oauth-authorization-server')
  t.equal(metadata.status, 200)
  t.equal(metadata.body.service_documentation, undefined)
})

t.test('OPS_PORT: metrics there and only there, health on both ports, nothing else on the second', async (t) => {
  const { deps } = app
  const config = { ...deps.config, http: { ...deps.config.http, opsPort: 9, basePath: '/crm' } }
  const surroundings = { metrics: createMetrics(deps) }
  const main = await buildApp({ ...deps, config }, surroundings)
  const ops = await buildOpsApp({ ...deps, config }, surroundings)
  const status = async (server: typeof main, url: string) => (await server.inject({ method: 'GET', url })).statusCode
  t.equal(await status(main, '/metrics'), 404)
  t.equal(await status(ops, '/metrics'), 200)
  for (const path of ['/health/live', '/health/ready']) {
    t.equal(await status(main, path), 200, path)
    t.equal(await status(ops, path), 200, path)
  }
  for (const path of ['/crm/auth/me', '/auth/me', '/crm/docs', '/docs', '/crm/.well-known/jwks.json'])
    t.equal(await status(ops, path), 404, path)
  t.equal((await ops.inject({ method: 'POST', url: '/metrics' })).statusCode, 405)
  t.match((await ops.inject('/metrics')).body, 'identity_build_info')
  await Promise.all([main.close(), ops.close()])
})

t.test('what is no HTTP request gets a problem like any other, and the end of the connection', async (t) => {
  const host = 'Host: x\r\n'
  const cases: [string, string, string][] = [
    ['not HTTP', 'hello\r\n\r\n', '400 malformed_request'],
    ['a bad header', `GET /auth/me HTTP/1.1\r\n${host}a b: c\r\n\r\n`, '400 malformed_request'],
    ['a NUL in a header', `GET /auth/me HTTP/1.1\r\n${host}a: \u0000\r\n\r\n`, '400 malformed_request'],
    [
      'two lengths',
      `POST /auth/login HTTP/1.1\r\n${host}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
      '400 malformed_request',
    ],
    [
      'a length and chunks',
      `POST /auth/login HTTP/1.1\r\n${host}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      '400 malformed_request',
    ],
    ['large headers', `GET /auth/me HTTP/1.1\r\n${host}a: ${'x'.repeat(20_000)}\r\n\r\n`, '431 headers_too_large'],
    ['a long URL', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`, '431 headers_too_large'],
  ]
  for (const [name, bytes, expected] of cases) {
    const { status, headers, body } = await send(bytes)
    const problem = JSON.parse(body)
    t.equal(`${status} ${problem.code}`, expected, name)
    t.strictSame(Object.keys(problem), ['type', 'title', 'status', 'detail', 'code', 'request_id'])
    t.match(headers, /^HTTP\/1\.1 /)
    for (const line of [
      'Content-Type: application/problem+json',
      'Cache-Control: no-store',
      'X-Content-Type-Options: nosniff',
      'Connection: close',
    ])
      t.match(headers, line, name)
    t.match(headers, `X-Request-Id: ${problem.request_id}`)
    t.notMatch(headers + body, /HPE_|parse/i)
  }
  t.equal((await app.call('GET', '/health/live')).status, 200)
})

t.test("a request goes by its caller's id, else by its trace", async (t) => {
  const trace = '0af7651916cd43dd8448eb211c80319c'
  const traceparent = `00-${trace}-b7ad6b7169203331-01`
  const idOf = async (headers: Record<string, string>) =>
    (await app.call('GET', '/health/live', { headers })).headers.get('x-request-id')
  t.equal(await idOf({ traceparent }), trace)
  t.equal(await idOf({ traceparent, 'x-request-id': 'mine' }), 'mine')
  t.equal(await idOf({ traceparent, 'x-request-id': 'not harmless' }), trace)
  const uuid = /^[0-9a-f]{8}-/
  for (const bad of [
    '',
    trace,
    `ff-${trace}-b7ad6b7169203331-01`,
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace.toUpperCase()}-b7ad6b7169203331-01`,
    `00-${trace}`,
  ])
    t.match(await idOf({ traceparent: bad }), uuid, bad)
})
