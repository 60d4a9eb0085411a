import t from 'tap'
import { startTestApp } from '../../support/app.ts'
import { createUser, enrol, eventsAbout, gist, login, signIn } from '../../support/users.ts'

const app = await startTestApp(t)
const read = (token: string) => app.call('GET', '/auth/me', { token })
const edit = (token: string, body: object) => app.call('PATCH', '/auth/me', { token, body })

t.test('a user sees the own account as the sign-in showed it', async (t) => {
  const user = await createUser(app, { email: 'Jane.Doe@Example.com', roles: ['admin', 'customer'] })
  const { access_token: token, user: shown } = await signIn(app, user)
  const answer = await read(token)
  t.equal(answer.status, 200)
  t.strictSame(answer.body, shown)
  t.match(answer.body, { email: 'Jane.Doe@Example.com', roles: ['admin', 'customer'], permissions: ['admin'] })
  t.equal(answer.headers.get('cache-control'), 'no-store')
  const enrolled = await createUser(app)
  t.equal((await read((await enrol(app, enrolled)).token)).body.two_factor_enabled, true)
})

t.test('a user edits names, telephone number and language; what is left out stays', async (t) => {
  const user = await createUser(app)
  const { access_token: token, user: before } = await signIn(app, user)
  const changes: [object, string[]][] = [
    [{ first_name: 'Zoë', last_name: "O'Neill-Ñuñez" }, ['first_name', 'last_name']],
    [{ phone: '+44 20 7946 0958' }, ['phone']],
    [{ locale: 'ar' }, ['locale']],
    [{ phone: null }, ['phone']],
    [
      { first_name: 'x'.repeat(100), last_name: 'علي', phone: '0'.repeat(50), locale: 'fr' },
      ['first_name', 'last_name', 'phone', 'locale'],
    ],
  ]
  let expected = before
  for (const [change] of changes) {
    const answer = await edit(token, change)
    expected = { ...expected, ...change }
    t.equal(answer.status, 200)
    t.strictSame(answer.body, expected)
    t.strictSame((await read(token)).body, expected)
  }
  const events = await app.db
    .selectFrom('events')
    .select('details')
    .where('type', '=', 'profile_changed')
    .where('subject_id', '=', user.id)
    .orderBy('id')
    .execute()
  t.strictSame(
    events.map(({ details }) => details['changed']),
    changes.map(([, names]) => names),
  )
})

t.test('an edit ends no session and no step', async (t) => {
  const user = await createUser(app)
  const { authenticator } = await enrol(app, user)
  const [tokens, other] = [await signIn(app, user, authenticator), await signIn(app, user, authenticator)]
  const { step_token } = (await login(app, user)).body
  await edit(tokens.access_token, { first_name: 'New' })
  t.equal((await read(tokens.access_token)).status, 200)
  t.equal((await read(other.access_token)).status, 200)
  app.clock.advance(30)
  const body = { code: authenticator.code(app.clock.now()) }
  t.equal(gist(await app.call('POST', `/2fa/verify/user/${user.id}`, { token: step_token, body })), '200 authenticated')
})

t.test('an empty edit changes nothing and is no event', async (t) => {
  const user = await createUser(app)
  const { access_token: token, user: before } = await signIn(app, user)
  const version = async () =>
    (await app.db.selectFrom('users').select('version').where('id', '=', user.id).executeTakeFirstOrThrow()).version
  const start = await version()
  t.strictSame((await edit(token, {})).body, before)
  t.strictSame((await app.call('PATCH', '/auth/me', { token })).body, before)
  t.equal(await version(), start)
  t.strictSame(await eventsAbout(app, user.id), ['sign_in'])
  await edit(token, { phone: '1' })
  t.equal(await version(), start + 1)
})

t.test('what is not allowed is refused with its field, and nothing is changed', async (t) => {
  const user = await createUser(app)
  const { access_token: token, user: before } = await signIn(app, user)
  const cases: [object, string][] = [
    [{ first_name: '' }, '/first_name'],
    [{ first_name: ' \t ' }, '/first_name'],
    [{ first_name: 'a'.repeat(101) }, '/first_name'],
    [{ first_name: null }, '/first_name'],
    [{ first_name: 1 }, '/first_name'],
    [{ last_name: 'a\u0000' }, '/last_name'],
    [{ last_name: 'a\r\nBcc: x' }, '/last_name'],
    [{ last_name: ['a'] }, '/last_name'],
    [{ phone: '0'.repeat(51) }, '/phone'],
    [{ phone: '0\u0000' }, '/phone'],
    [{ phone: 1 }, '/phone'],
    [{ locale: 'de' }, '/locale'],
    [{ locale: 'EN' }, '/locale'],
    [{ locale: null }, '/locale'],
    // Not the user's own to change here, or no field at all.
    [{ email: 'new@example.com' }, '/email'],
    [{ roles: ['admin'] }, '/roles'],
    [{ permissions: ['admin'] }, '/permissions'],
    [{ active: false }, '/active'],
    [{ id: 1 }, '/id'],
    [{ password: 'violet-anchor-Maple-4' }, '/password'],
    [{ password_hash: 'x' }, '/password_hash'],
    [{ two_factor_enabled: true }, '/two_factor_enabled'],
    [{ credentials_version: 9 }, '/credentials_version'],
    [{ 'first_name; drop table users': 'x' }, '/first_name; drop table users'],
  ]
  for (const [change, path] of cases) {
    // Beside a good field: all or nothing.
    const answer = await edit(token, { phone: '123', ...change })
    t.equal(gist(answer), '400 validation_failed', path)
    t.strictSame([...new Set(answer.body.errors.map((error: { path: string }) => error.path))], [path])
  }
  t.strictSame((await read(token)).body, before)
})

t.test('a pattern is no place to lose time in, however long the name', async (t) => {
  const { access_token: token } = await signIn(app, await createUser(app))
  for (const first_name of [' '.repeat(60_000), `${'a'.repeat(60_000)}\u0000`, `${' a'.repeat(30_000)}\u0000`])
    t.equal(gist(await edit(token, { first_name })), '400 validation_failed')
})
