/** POST /auth/introspect and /auth/revoke: what a token is worth at this moment, and the end of one. */
import { SignJWT } from 'jose'
import t from 'tap'
import { randomTokenId, writeToken } from '../../../src/crypto/opaque-token.ts'
import { lastEvent } from '../../support/admin.ts'
import { keyMaker, keysAs, keyWith, tokenOf } from '../../support/api-keys.ts'
import { startTestApp } from '../../support/app.ts'
import {
  createUser,
  deactivate,
  demandSecondFactor,
  enrol,
  eventsAbout,
  gist,
  login,
  signIn,
} from '../../support/users.ts'

const app = await startTestApp(t)
const { api_key: apiKey, ...service } = await keyWith(app, [])
const introspect = (token: string, more: Record<string, string> = {}) =>
  app.call('POST', '/auth/introspect', { form: { token, ...more }, apiKey })
const refresh = (refresh_token: string) => app.call('POST', '/auth/refresh', { body: { refresh_token } })
const seconds = () => app.clock.now().getTime() / 1000

t.test('of a standing session it tells all, as of this moment', async (t) => {
  const user = await createUser(app)
  const { access_token, refresh_token } = await signIn(app, user)
  const { body } = await introspect(access_token)
  t.match(body, {
    active: true,
    token_type: 'Bearer',
    client_id: 'omnicrm',
    sub: String(user.id),
    scope: 'view_customer view_user',
    roles: ['customer_service_agent_1'],
    permissions: ['view_customer', 'view_user'],
    amr: ['pwd'],
    auth_time: seconds(),
    iat: seconds(),
    exp: seconds() + 900,
    iss: app.deps.config.token.issuer,
    aud: 'omnicrm',
    jti: /^[0-9a-f-]{36}$/,
    sid: /^[0-9a-f-]{36}$/,
  })
  const { jti, token_type, iat, exp, ...same } = body
  const stated = (await introspect(refresh_token)).body
  t.strictSame(stated, { ...same, iat: seconds(), exp: seconds() + 3600 }, 'the refresh token is the session')
  for (const hint of ['access_token', 'refresh_token', 'nonsense'])
    t.equal((await introspect(access_token, { token_type_hint: hint })).body.active, true, 'a wrong hint does no harm')

  await app.db.updateTable('user_roles').set({ role_name: 'customer' }).where('user_id', '=', user.id).execute()
  const changed = (await introspect(access_token)).body
  t.match(changed, { roles: ['customer'], permissions: [] })
  t.notOk('scope' in changed)
})

t.test('anything unusable is not active, and no more is told', async (t) => {
  const inactive = async (token: string, name: string) => {
    const answer = await introspect(token)
    t.equal(answer.status, 200, name)
    t.strictSame(answer.body, { active: false }, name)
  }
  const sessionOf = async () => {
    const user = await createUser(app)
    return { user, ...(await signIn(app, user)) }
  }
  const ended = await sessionOf()
  await app.call('POST', '/auth/logout', { body: { refresh_token: ended.refresh_token } })
  const deactivated = await sessionOf()
  await deactivate(app, deactivated.user.id)
  const flagged = await sessionOf()
  await app.db.updateTable('users').set({ active: false }).where('id', '=', flagged.user.id).execute()
  const deleted = await sessionOf()
  await app.db.deleteFrom('users').where('id', '=', deleted.user.id).execute()
  for (const [name, { access_token, refresh_token }] of Object.entries({ ended, deactivated, flagged, deleted })) {
    await inactive(access_token, name)
    await inactive(refresh_token, name)
  }
  const { privateKey, kid } = await app.deps.keys.signing.signer()
  const forge = (claims: object, typ = 'at+jwt') =>
    new SignJWT({
      iss: app.deps.config.token.issuer,
      aud: 'omnicrm',
      jti: 'x',
      iat: seconds(),
      exp: seconds() + 9,
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', typ, kid })
      .sign(privateKey)
  const standing = await sessionOf()
  const temporary = await createUser(app, { state: 'temporary' })
  const garbage: Record<string, string> = {
    'a step token': (await login(app, temporary)).body.step_token,
    'an API key': apiKey,
    'a refresh token of nobody': writeToken(app.deps.keys.ring, 'refresh', randomTokenId()),
    'a changed signature': `${standing.access_token.slice(0, -8)}AAAAAAAA`,
    'another type': await forge({ sub: '1', client_id: 'omnicrm', sid: randomTokenId() }, 'JWT'),
    'a key that never was': await forge({ sub: randomTokenId(), client_id: '', key_generation: 1 }),
    text: 'x',
    spaces: '   ',
    dots: '...',
    'NUL and half characters': '\u0000\ud800%00',
    'much text': 'eyJ'.repeat(20_000),
    'a header that names nothing': `${Buffer.from('{"alg":"ES256"}').toString('base64url')}.e30.AAAA`,
    'deep JSON': `${Buffer.from('['.repeat(9000)).toString('base64url')}.e30.AAAA`,
  }
  for (const [name, token] of Object.entries(garbage)) await inactive(token, name)
  t.equal((await introspect('')).status, 400, 'no token at all is no question')
  app.clock.advance(900)
  await inactive(standing.access_token, 'expired')
  app.clock.advance(2700)
  await inactive(standing.refresh_token, 'the session has expired')
})

t.test(
  'of refresh tokens the current one is usable, the one before for ten seconds, and looking uses none',
  async (t) => {
    const user = await createUser(app)
    const { refresh_token: first } = await signIn(app, user)
    app.clock.advance(10)
    const { refresh_token: second } = (await refresh(first)).body
    const active = async (token: string) => (await introspect(token)).body.active
    t.strictSame([await active(first), await active(second)], [true, true])
    app.clock.advance(10)
    t.strictSame([await active(first), await active(second)], [false, true])
    t.notOk((await eventsAbout(app, user.id)).includes('refresh_token_reuse!'), 'asking about an old one is no reuse')
    t.equal((await refresh(second)).status, 200)
    await demandSecondFactor(app, { roles: ['customer_service_agent_1'] })
    t.equal(await active(second), false, 'policy now demands a factor that the session lacks')
    await demandSecondFactor(app, {})
    const enrolled = await createUser(app)
    const { token } = await enrol(app, enrolled)
    t.strictSame((await introspect(token)).body.amr, ['pwd', 'otp', 'mfa'], 'proven since the token was issued')
  },
)

t.test("a key's access token is as good as its key", async (t) => {
  const key = await keyWith(app, ['view_user', 'edit_user'], {}, await freshMaker())
  const token = await tokenOf(app, key, 'view_user')
  const { body } = await introspect(token)
  t.match(body, {
    active: true,
    token_type: 'Bearer',
    sub: key.id,
    client_id: key.id,
    scope: 'view_user',
    roles: [],
    permissions: ['view_user'],
  })
  for (const absent of ['sid', 'amr', 'auth_time']) t.notOk(absent in body, absent)
  const as = keysAs(app, await freshMaker())
  await as.edit(key.id, { permissions: ['edit_user'] })
  t.strictSame((await introspect(token)).body.permissions, [])
  await as.revoke(key.id)
  t.strictSame((await introspect(token)).body, { active: false })
})

t.test('of an impersonation it tells who really acts, for as long as they may', async (t) => {
  const admin = await keyMaker(app)
  const user = await createUser(app)
  const { token: acting } = await freshMaker()
  const body = { user_id: user.id, reason: 'A call for help' }
  const { access_token: token } = (await app.call('POST', '/auth/impersonate', { token: acting, body })).body
  t.match((await introspect(token)).body, { active: true, sub: String(user.id), act: { sub: String(admin.id) } })
  const checked = await app.call('GET', '/auth/check', { token })
  t.equal(checked.headers.get('x-user-id'), String(user.id))
  t.equal(checked.headers.get('x-actor-id'), String(admin.id))
  const asRefresh = writeToken(app.deps.keys.ring, 'refresh', (await introspect(token)).body.sid)
  t.strictSame((await introspect(asRefresh)).body, { active: false }, 'it has no refresh token')
  await app.db.updateTable('user_roles').set({ role_name: 'admin' }).where('user_id', '=', user.id).execute()
  await app.db.updateTable('user_roles').set({ role_name: 'customer' }).where('user_id', '=', admin.id).execute()
  t.strictSame((await introspect(token)).body, { active: false }, 'the user now has more than who acts')
  t.equal((await app.call('GET', '/auth/check', { token })).status, 401)
  await app.db.updateTable('user_roles').set({ role_name: 'admin' }).where('user_id', '=', admin.id).execute()
})

t.test('who asks says who it is', async (t) => {
  const form = { token: 'x' }
  const bare = await app.call('POST', '/auth/introspect', { form })
  t.match(bare, { status: 401, body: { error: 'invalid_client', code: 'api_key_missing' } })
  const { access_token: token } = await signIn(app, await createUser(app))
  t.equal(gist(await app.call('POST', '/auth/introspect', { form, token })), '401 api_key_missing', 'people do not')
  const inForm = { ...form, client_id: service.id, client_secret: apiKey }
  t.strictSame((await app.call('POST', '/auth/introspect', { form: inForm })).body, { active: false })
  const wrong = { ...inForm, client_secret: `${apiKey}x` }
  t.equal(gist(await app.call('POST', '/auth/introspect', { form: wrong })), '401 api_key_invalid')
})

t.test('whoever holds a token can end its session', async (t) => {
  const revoke = (token: string, more: object = {}) => app.call('POST', '/auth/revoke', { form: { token }, ...more })
  for (const kind of ['access_token', 'refresh_token', 'expired access token']) {
    const user = await createUser(app)
    const tokens = await signIn(app, user)
    if (kind === 'expired access token') app.clock.advance(900)
    const answer = await revoke(tokens[kind] ?? tokens.access_token)
    t.equal(answer.status, 200, kind)
    t.equal(answer.text, '')
    t.equal(gist(await refresh(tokens.refresh_token)), '401 invalid_refresh_token', kind)
    t.match(await lastEvent(app, 'session_ended', user.id), {
      actor_kind: 'user',
      actor_id: String(user.id),
      details: { reason: 'token_revoked' },
    })
    const count = (await eventsAbout(app, user.id)).length
    t.equal((await revoke(tokens.refresh_token)).status, 200, 'once more, as after a lost answer')
    t.equal((await eventsAbout(app, user.id)).length, count)
  }
  for (const token of ['x', apiKey, writeToken(app.deps.keys.ring, 'refresh', randomTokenId())])
    t.equal((await revoke(token)).status, 200, 'what is no token is over already')
  t.match(await app.call('POST', '/auth/revoke', { form: {} }), { status: 400, body: { error: 'invalid_request' } })

  const user = await createUser(app)
  const { access_token } = await signIn(app, user)
  t.equal(gist(await revoke(access_token, { apiKey: 'no key' })), '401 api_key_invalid')
  t.equal((await app.call('GET', '/auth/me', { token: access_token })).status, 200, 'nothing has ended')
  t.equal((await revoke(access_token, { apiKey })).status, 200)
  t.match(await lastEvent(app, 'session_ended', user.id), { actor_kind: 'api_key', actor_id: service.id })

  const key = await keyWith(app, ['view_user'], {}, await freshMaker())
  const token = await tokenOf(app, key)
  t.match(await revoke(token), { status: 400, body: { error: 'unsupported_token_type' } })
  t.equal((await app.call('GET', '/admin/users?limit=1', { token })).status, 200)
})

/** The clock has moved on, so with a new session. */
async function freshMaker() {
  const { access_token: token } = await signIn(app, await keyMaker(app))
  return { token: token as string }
}
