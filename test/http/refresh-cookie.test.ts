import t from 'tap'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createUser, deactivate, gist, login, signIn, type TestUser } from '../support/users.ts'

const HTTPS = 'https://crm.example.com'
const FRONT_END = 'https://app.example.com'

const refresh = ({ call }: TestApp, options: object = {}, basePath = '') =>
  call('POST', `${basePath}/auth/refresh`, options)

t.test(
  'the cookie is out of reach of scripts, other sites and other paths, and goes over plain http only on this machine',
  async (t) => {
    const cases: [Record<string, string>, string][] = [
      [{}, 'Path=/auth; HttpOnly; SameSite=Strict'],
      [{ PORT: '8080' }, 'Path=/auth; HttpOnly; SameSite=Strict'],
      [{ ISSUER: 'http://127.0.0.1:3000' }, 'Path=/auth; HttpOnly; SameSite=Strict'],
      [{ ISSUER: HTTPS }, 'Path=/auth; HttpOnly; Secure; SameSite=Strict'],
      [{ ISSUER: 'http://crm.example.com' }, 'Path=/auth; HttpOnly; Secure; SameSite=Strict'],
      [{ ISSUER: 'http://localhost.example.com' }, 'Path=/auth; HttpOnly; Secure; SameSite=Strict'],
      [{ BASE_PATH: '/crm' }, 'Path=/crm/auth; HttpOnly; SameSite=Strict'],
      [{ BASE_PATH: '/a/b', ISSUER: `${HTTPS}/a/b` }, 'Path=/a/b/auth; HttpOnly; Secure; SameSite=Strict'],
      [
        { NODE_ENV: 'production', ISSUER: 'http://localhost:3000', FRONTEND_URL: HTTPS, MAIL_TRANSPORT: 'file' },
        'Path=/auth; HttpOnly; Secure; SameSite=Strict',
      ],
    ]
    const first = await startTestApp(t)
    const user = await createUser(first)
    for (const [env, attributes] of cases) {
      const app = await startTestApp(t, { database: first.database, env })
      const path = env['BASE_PATH'] ?? ''
      const enter = (more: object = {}) =>
        app.call('POST', `${path}/auth/login`, { body: { email: user.email, password: user.password, ...more } })
      const entered = await enter()
      t.equal(entered.cookie?.attributes, attributes, JSON.stringify(env))
      const remembered = await enter({ remember_me: true })
      t.equal(remembered.cookie?.attributes, `Max-Age=2592000; ${attributes}`, JSON.stringify(env))

      const refreshed = await refresh(app, { cookie: entered.cookie?.value ?? '' }, path)
      t.equal(refreshed.cookie?.attributes, attributes, 'refreshed')
      app.clock.advance(86_400)
      const later = await refresh(app, { cookie: remembered.cookie?.value ?? '' }, path)
      t.equal(later.cookie?.attributes, `Max-Age=${29 * 86_400}; ${attributes}`, 'it goes when the session goes')

      const cleared = await app.call('POST', `${path}/auth/logout`, { cookie: later.cookie?.value ?? '' })
      t.match(cleared.cookie, { value: '', attributes: /Expires=Thu, 01 Jan 1970 00:00:00 GMT/ })
      const scope = (text = '') => text.split('; ').filter((attribute) => !/^(Expires|Max-Age)=/.test(attribute))
      t.strictSame(scope(cleared.cookie?.attributes), scope(attributes), 'cleared where it was set')
      await app.close()
    }
  },
)

t.test('what a session and its cookie go through', async (t) => {
  const app = await startTestApp(t, { env: { ISSUER: HTTPS, FRONTEND_URL: FRONT_END } })
  const withCookie = async (user: TestUser, more: object = {}) => {
    const { cookie, body } = await login(app, user, { token_delivery: 'cookie', ...more })
    return { cookie: cookie?.value ?? '', access_token: body.access_token as string }
  }

  await t.test('a cookie is refreshed by a cookie, and no body ever holds the token', async (t) => {
    let { cookie } = await withCookie(await createUser(app))
    for (let n = 0; n < 3; n++) {
      app.clock.advance(60)
      const answer = await refresh(app, { cookie })
      t.equal(gist(answer), '200 authenticated')
      t.notMatch(answer.text, /ort_/)
      t.ok(answer.cookie && answer.cookie.value !== cookie)
      cookie = answer.cookie?.value ?? ''
    }
  })

  await t.test('a refresh by cookie that fails clears it; one by body does not touch it', async (t) => {
    const user = await createUser(app)
    const { cookie } = await withCookie(user)
    await deactivate(app, user.id)
    for (const bad of [cookie, 'x', '', `${cookie}A`, '%zz', 'ort_%00']) {
      const answer = await refresh(app, { cookie: bad })
      t.equal(gist(answer), '401 invalid_refresh_token', bad.slice(0, 20))
      t.equal(answer.cookie?.value, '')
      t.match(answer.cookie?.attributes, /Path=\/auth; Expires=Thu, 01 Jan 1970/)
    }
    const without = await refresh(app)
    t.equal(gist(without), '401 invalid_refresh_token')
    const byBody = await refresh(app, { body: { refresh_token: cookie }, cookie: 'other' })
    t.equal(gist(byBody), '401 invalid_refresh_token')
    t.equal(byBody.cookie, undefined)
  })

  await t.test('a token in the body wins over the cookie', async (t) => {
    const [inBody, inCookie] = [await createUser(app), await createUser(app)]
    const { refresh_token } = await signIn(app, inBody, undefined, { token_delivery: 'body' })
    const { cookie } = await withCookie(inCookie)
    t.equal((await refresh(app, { body: { refresh_token }, cookie })).body.user.id, inBody.id)
    t.equal((await refresh(app, { body: {}, cookie })).body.user.id, inCookie.id)
    t.equal(
      gist(await refresh(app, { body: { refresh_token: 'x' }, cookie })),
      '401 invalid_refresh_token',
      'no falling back',
    )
  })

  await t.test('other cookies beside it do no harm', async (t) => {
    const user = await createUser(app)
    const { cookie } = await withCookie(user)
    for (const header of [
      `a=b; omnicrm_refresh=${cookie}`,
      `omnicrm_refresh=${cookie}; a="b c"; ;=; x`,
      `__proto__=x; omnicrm_refresh=${cookie}`,
    ])
      t.equal(gist(await refresh(app, { headers: { cookie: header } })), '200 authenticated', header.slice(0, 12))
    for (const header of ['x', ';;;', '=', 'omnicrm_refresh', `OMNICRM_REFRESH=${cookie}`])
      t.equal(
        gist(await refresh(app, { headers: { cookie: header } })),
        '401 invalid_refresh_token',
        header.slice(0, 20),
      )
  })

  await t.test('the cookie is not read for calls of a foreign origin', async (t) => {
    const user = await createUser(app)
    const { cookie, access_token: token } = await withCookie(user)
    const { refresh_token } = await signIn(app, user, undefined, { token_delivery: 'body' })
    const allowed: Record<string, string>[] = [
      {},
      { origin: HTTPS },
      { origin: FRONT_END },
      { origin: FRONT_END, 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
    ]
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: '' },
      { origin: 'http://crm.example.com' },
      { origin: `${HTTPS}:8443` },
      { origin: `${HTTPS}.evil.example` },
      { origin: `${FRONT_END}/` },
      { origin: 'https://sub.app.example.com' },
      { origin: FRONT_END.toUpperCase() },
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'cross-site' },
    ]
    for (const headers of allowed) {
      t.equal(gist(await refresh(app, { cookie, headers })), '200 authenticated', JSON.stringify(headers))
    }
    for (const headers of foreign) {
      const name = JSON.stringify(headers)
      const refused = await refresh(app, { cookie, headers })
      t.equal(gist(refused), '403 origin_not_allowed', name)
      t.equal(refused.cookie, undefined, 'it stays')
      t.equal(gist(await app.call('POST', '/auth/logout', { cookie, headers })), '403 origin_not_allowed', name)
      t.equal(gist(await app.call('POST', '/auth/logout', { cookie, token, headers })), '403 origin_not_allowed', name)
      // Nothing that a browser adds by itself: whoever has the token may use it.
      t.equal(gist(await refresh(app, { body: { refresh_token }, cookie, headers })), '200 authenticated', name)
      t.equal(gist(await refresh(app, { headers })), '401 invalid_refresh_token', name)
    }
    t.equal((await app.call('GET', '/auth/me', { token })).status, 200, 'nobody was signed out')
    const headers = { origin: 'https://evil.example' }
    t.equal((await app.call('POST', '/auth/logout', { body: { refresh_token }, headers })).status, 204)
    t.equal((await app.call('POST', '/auth/logout', { token, headers })).status, 204)
  })
})

t.test(
  'with a base path the origin of the issuer is allowed, and CORS_ORIGINS takes the place of FRONTEND_URL',
  async (t) => {
    const app = await startTestApp(t, {
      env: {
        BASE_PATH: '/crm',
        ISSUER: `${HTTPS}/crm`,
        FRONTEND_URL: FRONT_END,
        CORS_ORIGINS: 'https://one.example, https://two.example',
      },
    })
    const user = await createUser(app)
    const body = { email: user.email, password: user.password }
    const cookie = (await app.call('POST', '/crm/auth/login', { body })).cookie?.value ?? ''
    for (const origin of [HTTPS, 'https://one.example', 'https://two.example'])
      t.equal(gist(await refresh(app, { cookie, headers: { origin } }, '/crm')), '200 authenticated', origin)
    for (const origin of [FRONT_END, `${HTTPS}/crm`, 'https://one.example, https://two.example'])
      t.equal(gist(await refresh(app, { cookie, headers: { origin } }, '/crm')), '403 origin_not_allowed', origin)
  },
)
