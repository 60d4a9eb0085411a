import t from 'tap'
import { startTestApp } from '../support/app.ts'
import { createUser } from '../support/users.ts'

const FRONT_END = 'https://app.example.com'

t.test(
  'front ends of the listed origins may call with credentials and read what they need; no other may',
  async (t) => {
    const app = await startTestApp(t, {
      env: { FRONTEND_URL: `${FRONT_END}/start`, ISSUER: 'https://crm.example.com' },
    })
    const user = await createUser(app)
    const body = { email: user.email, password: user.password }
    const calls: [string, string, object][] = [
      ['POST', '/auth/login', { body }],
      ['POST', '/auth/login', { body: {} }],
      ['GET', '/auth/me', {}],
      ['GET', '/nowhere', {}],
      ['GET', '/auth/login', {}],
      ['GET', '/.well-known/jwks.json', {}],
    ]
    for (const [method, path, options] of calls) {
      const name = `${method} ${path}`
      const { headers } = await app.call(method, path, { ...options, headers: { origin: FRONT_END } })
      t.equal(headers.get('access-control-allow-origin'), FRONT_END, name)
      t.equal(headers.get('access-control-allow-credentials'), 'true', name)
      t.strictSame(
        headers.get('access-control-expose-headers')?.split(/, ?/).sort(),
        ['ETag', 'Retry-After', 'X-Request-Id'],
        name,
      )
      t.match(headers.get('vary'), /\bOrigin\b/i, name)
      for (const origin of [
        'https://evil.example',
        'null',
        `${FRONT_END}.evil.example`,
        'http://app.example.com',
        '*',
      ]) {
        const other = await app.call(method, path, { ...options, headers: { origin } })
        t.equal(other.headers.get('access-control-allow-origin'), null, `${name} from ${origin}`)
        t.match(other.headers.get('vary'), /\bOrigin\b/i, 'no cache gives one origin the answer of another')
      }
    }
  },
)

t.test('a preflight tells the methods and headers, and lets no foreign origin in', async (t) => {
  const app = await startTestApp(t, { env: { CORS_ORIGINS: FRONT_END } })
  const preflight = (origin: string, path = '/auth/me', method = 'PATCH') =>
    app.call('OPTIONS', path, {
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization, content-type',
      },
    })
  const { status, text, headers } = await preflight(FRONT_END)
  t.strictSame([status, text], [204, ''])
  t.equal(headers.get('access-control-allow-origin'), FRONT_END)
  t.equal(headers.get('access-control-allow-credentials'), 'true')
  t.equal(headers.get('access-control-max-age'), '600')
  t.match(headers.get('access-control-allow-headers'), /authorization, content-type/)
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
    t.match(headers.get('access-control-allow-methods'), method)
  t.equal((await preflight('https://evil.example')).headers.get('access-control-allow-origin'), null)
  t.equal((await app.call('OPTIONS', '/auth/login')).status, 204, 'no preflight, but a question that has an answer')
})
