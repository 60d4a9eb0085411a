import t from 'tap'
import { startTestApp } from '../../support/app.ts'
import { createUser, eventsAbout, gist, signIn } from '../../support/users.ts'

const app = await startTestApp(t)
const logout = (options: object = {}) => app.call('POST', '/auth/logout', options)

t.test(
  'the session of a refresh token, a cookie or an access token ends; the cookie is cleared; others go on',
  async (t) => {
    const ways: Record<string, (tokens: Awaited<ReturnType<typeof signIn>>) => object> = {
      'a refresh token in the body': (tokens) => ({ body: { refresh_token: tokens.refresh_token } }),
      'the cookie': (tokens) => ({ cookie: tokens.refresh_token }),
      'an access token': (tokens) => ({ token: tokens.access_token }),
      'an access token beside a cookie that is spoiled': (tokens) => ({ token: tokens.access_token, cookie: 'x' }),
      'an access token beside a body that is spoiled': (tokens) => ({
        token: tokens.access_token,
        body: { refresh_token: 'x' },
      }),
    }
    for (const [name, way] of Object.entries(ways)) {
      const user = await createUser(app)
      const [other, ended] = [await signIn(app, user), await signIn(app, user)]
      const answer = await logout(way(ended))
      t.equal(answer.status, 204, name)
      t.equal(answer.text, '')
      t.equal(answer.cookie?.value, '', name)
      t.match(answer.cookie?.attributes, /Path=\/auth; Expires=Thu, 01 Jan 1970/)
      t.equal(gist(await app.call('GET', '/auth/me', { token: ended.access_token })), '401 session_ended', name)
      const refreshed = await app.call('POST', '/auth/refresh', { body: { refresh_token: ended.refresh_token } })
      t.equal(gist(refreshed), '401 invalid_refresh_token', name)
      t.equal((await app.call('GET', '/auth/me', { token: other.access_token })).status, 200, name)
      t.strictSame(await eventsAbout(app, user.id), ['sign_in', 'sign_in', 'sign_out'], name)
    }
  },
)

t.test('what the body or else the cookie names ends, and what the access token names', async (t) => {
  const user = await createUser(app)
  const [first, second, third] = [await signIn(app, user), await signIn(app, user), await signIn(app, user)]
  const stands = async (tokens: typeof first) =>
    (await app.call('GET', '/auth/me', { token: tokens.access_token })).status === 200
  const all = { body: { refresh_token: first.refresh_token }, cookie: second.refresh_token, token: third.access_token }
  await logout(all)
  t.strictSame([await stands(first), await stands(second), await stands(third)], [false, true, false])

  const [another, own] = [await signIn(app, await createUser(app)), await signIn(app, user)]
  await logout({ cookie: another.refresh_token, token: own.access_token })
  t.strictSame(
    [await stands(another), await stands(own)],
    [false, false],
    'somebody else has signed in in this browser',
  )
  t.equal(await stands(second), true)

  const left = await signIn(app, user)
  await logout({ cookie: another.refresh_token, token: left.access_token })
  t.equal(await stands(left), false, 'the session of the cookie was over already')
})

t.test('an expired access token still tells which session to end', async (t) => {
  const user = await createUser(app)
  const tokens = await signIn(app, user, undefined, { remember_me: true })
  app.clock.advance(29 * 86_400)
  t.equal(gist(await app.call('GET', '/auth/me', { token: tokens.access_token })), '401 access_token_expired')
  t.equal((await logout({ token: tokens.access_token })).status, 204)
  t.strictSame(await eventsAbout(app, user.id), ['sign_in', 'sign_out'])
})

t.test('an older refresh token signs out too, without any talk of reuse', async (t) => {
  const user = await createUser(app)
  const { refresh_token } = await signIn(app, user)
  app.clock.advance(60)
  await app.call('POST', '/auth/refresh', { body: { refresh_token } })
  app.clock.advance(60)
  t.equal((await logout({ body: { refresh_token } })).status, 204)
  t.strictSame(await eventsAbout(app, user.id), ['sign_in', 'sign_out'])
})

t.test('signing out again, or without anything that is valid, answers the same and does nothing', async (t) => {
  const user = await createUser(app)
  const tokens = await signIn(app, user)
  await logout({ token: tokens.access_token })
  const nothing = [
    {},
    { body: {} },
    { body: { refresh_token: tokens.refresh_token } },
    { cookie: tokens.refresh_token },
    { token: tokens.access_token },
    { token: 'x' },
    { cookie: 'x' },
    { body: { refresh_token: '' } },
    { headers: { authorization: 'Basic eDp4' } },
  ]
  for (const options of nothing) {
    const answer = await logout(options)
    t.equal(answer.status, 204, JSON.stringify(options).slice(0, 60))
    t.equal(answer.cookie?.value, '')
  }
  t.strictSame(await eventsAbout(app, user.id), ['sign_in', 'sign_out'])
})
