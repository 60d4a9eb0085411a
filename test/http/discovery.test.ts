import { createRemoteJWKSet, jwtVerify } from 'jose'
import t from 'tap'
import { startTestApp } from '../support/app.ts'
import { createUser, signIn } from '../support/users.ts'

const CACHED = 'public, max-age=300'

t.test('another service verifies access tokens offline, by the metadata and the key set alone', async (t) => {
  const app = await startTestApp(t, { env: { AUDIENCE: 'crm-services' } })
  const user = await createUser(app)
  const { access_token, expires_in } = await signIn(app, user)
  const metadata = (await app.call('GET', '/.well-known/oauth-authorization-server')).body
  const keys = createRemoteJWKSet(new URL(app.url + new URL(metadata.jwks_uri).pathname))
  const { payload, protectedHeader } = await jwtVerify(access_token, keys, {
    issuer: metadata.issuer,
    audience: 'crm-services',
    typ: 'at+jwt',
    algorithms: metadata.access_token_signing_alg_values_supported,
    currentDate: app.clock.now(),
  })
  const now = app.clock.now().getTime() / 1000
  t.match(protectedHeader, { alg: 'ES256', typ: 'at+jwt', kid: /^[\w-]{43}$/ })
  t.match(payload, {
    sub: String(user.id),
    client_id: 'omnicrm',
    iat: now,
    exp: now + expires_in,
    jti: /^[0-9a-f-]{36}$/,
    sid: /^[0-9a-f-]{36}$/,
    auth_time: now,
    amr: ['pwd'],
    roles: ['customer_service_agent_1'],
    permissions: ['view_customer', 'view_user'],
  })
  t.strictSame(
    Object.keys(payload).sort(),
    ['amr', 'aud', 'auth_time', 'client_id', 'exp', 'iat', 'iss', 'jti', 'permissions', 'roles', 'sid', 'sub'],
    'no name, no e-mail: tokens end up in logs',
  )
})

t.test('the key set holds public halves only, and may be kept for five minutes', async (t) => {
  const app = await startTestApp(t)
  const { status, body, headers } = await app.call('GET', '/.well-known/jwks.json')
  t.equal(status, 200)
  t.equal(headers.get('cache-control'), CACHED)
  t.match(headers.get('content-type'), /^application\/json/)
  t.equal(body.keys.length, 1)
  for (const key of body.keys) {
    t.strictSame(Object.keys(key).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    t.match(key, { alg: 'ES256', crv: 'P-256', kty: 'EC', use: 'sig' })
  }
  const replica = await startTestApp(t, { database: app.database })
  t.strictSame((await replica.call('GET', '/.well-known/jwks.json')).body, body, 'a second replica has the same keys')
})

t.test('the metadata stands at each place where it is looked for, with and without a base path', async (t) => {
  for (const [basePath, places] of [
    ['', ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']],
    [
      '/crm',
      [
        '/crm/.well-known/oauth-authorization-server',
        '/.well-known/oauth-authorization-server/crm',
        '/crm/.well-known/openid-configuration',
      ],
    ],
  ] as const) {
    const app = await startTestApp(t, { env: { BASE_PATH: basePath } })
    const issuer = `http://localhost:3000${basePath}`
    for (const place of places) {
      const { status, body, headers } = await app.call('GET', place)
      t.equal(status, 200, place)
      t.equal(headers.get('cache-control'), CACHED, place)
      t.match(body, {
        issuer,
        jwks_uri: `${issuer}/.well-known/jwks.json`,
        grant_types_supported: ['client_credentials'],
        token_endpoint: `${issuer}/auth/token`,
        token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
        introspection_endpoint: `${issuer}/auth/introspect`,
        introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
        revocation_endpoint: `${issuer}/auth/revoke`,
        revocation_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
        access_token_signing_alg_values_supported: ['ES256'],
      })
      t.equal((await app.call('GET', new URL(body.jwks_uri).pathname)).status, 200)
    }
  }
})

t.test('a base path moves every path but health', async (t) => {
  const app = await startTestApp(t, { env: { BASE_PATH: '/crm' } })
  for (const path of ['/auth/me', '/.well-known/jwks.json', '/openapi.json', '/docs'])
    t.equal((await app.call('GET', path)).status, 404, path)
  t.equal((await app.call('GET', '/crm/auth/me')).status, 401)
  for (const path of ['/crm/openapi.json', '/crm/openapi.yaml', '/crm/docs', '/health/live', '/health/ready'])
    t.equal((await app.call('GET', path)).status, 200, path)
  t.equal((await app.call('GET', '/crm/health/live')).status, 404)
})
