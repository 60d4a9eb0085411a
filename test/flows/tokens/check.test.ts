/** GET /auth/check: what a reverse proxy is told of a token. */
import t from 'tap'
import { createRole } from '../../support/admin.ts'
import { keyMaker, keysAs, keyWith, tokenOf } from '../../support/api-keys.ts'
import { startTestApp } from '../../support/app.ts'
import { createUser, gist, login, signIn } from '../../support/users.ts'

const app = await startTestApp(t)
const check = (token?: string, more: object = {}) => app.call('GET', '/auth/check', { token, ...more })
const told = ({ headers }: Awaited<ReturnType<typeof check>>) => ({
  user: headers.get('x-user-id'),
  client: headers.get('x-client-id'),
  roles: headers.get('x-user-roles'),
  permissions: headers.get('x-user-permissions'),
})

t.test('a good token is answered with who it is and what they may do now', async (t) => {
  const user = await createUser(app, { roles: ['customer', 'customer_service_agent_1'] })
  const { access_token: token } = await signIn(app, user)
  const answer = await check(token)
  t.equal(answer.status, 204)
  t.equal(answer.text, '')
  t.equal(answer.headers.get('cache-control'), 'no-store')
  t.strictSame(told(answer), {
    user: String(user.id),
    client: null,
    roles: 'customer,customer_service_agent_1',
    permissions: 'view_customer,view_user',
  })
  await app.db.deleteFrom('user_roles').where('user_id', '=', user.id).execute()
  t.match(told(await check(token)), { roles: '', permissions: '' })
})

t.test('whatever a role is called, it brings no other header and no other name', async (t) => {
  const name = 'a,b\r\nX-User-Id: 1 é☃"%;'
  const role = await createRole(app, ['x,admin', 'tab\there', 'ordinary:name.of-a_permission'])
  await app.db.updateTable('roles').set({ name }).where('name', '=', role).execute()
  const user = await createUser(app, { roles: [name] })
  const answer = told(await check((await signIn(app, user)).access_token))
  t.equal(answer.user, String(user.id))
  t.equal(answer.roles, 'a%2Cb%0D%0AX-User-Id:%201%20%C3%A9%E2%98%83%22%25%3B')
  t.equal(decodeURIComponent(answer.roles ?? ''), name)
  t.strictSame(answer.permissions?.split(','), ['ordinary:name.of-a_permission', 'tab%09here', 'x%2Cadmin'])
})

t.test("a key's token is answered with the key, not with a user", async (t) => {
  const key = await keyWith(app, ['view_user'])
  const token = await tokenOf(app, key)
  const answer = await check(token)
  t.equal(answer.status, 204)
  t.strictSame(told(answer), { user: null, client: key.id, roles: '', permissions: 'view_user' })
  await keysAs(app, await keyMaker(app)).revoke(key.id)
  t.equal(gist(await check(token)), '401 api_key_invalid')
})

t.test('everything else is 401, and only the Authorization header is read', async (t) => {
  const user = await createUser(app)
  const { access_token: token, refresh_token } = await signIn(app, user)
  const { api_key: apiKey } = await keyWith(app, ['view_user'])
  const step = (await login(app, await createUser(app, { state: 'temporary' }))).body.step_token
  const cases = {
    nothing: [check(), 'access_token_missing'],
    'a cookie': [check(undefined, { cookie: refresh_token }), 'access_token_missing'],
    'an API key': [check(undefined, { apiKey }), 'access_token_missing'],
    'a refresh token': [check(refresh_token), 'access_token_invalid'],
    'a step token': [check(step), 'access_token_invalid'],
    'a query parameter': [app.call('GET', `/auth/check?access_token=${token}`), 'access_token_missing'],
  } as const
  for (const [name, [answer, code]] of Object.entries(cases)) {
    t.equal(gist(await answer), `401 ${code}`, name)
    t.strictSame(told(await answer), { user: null, client: null, roles: null, permissions: null }, name)
  }
  await app.call('POST', '/auth/logout', { token })
  t.equal(gist(await check(token)), '401 session_ended')
})
