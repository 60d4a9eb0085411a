import { randomUUID } from 'node:crypto'
import { decodeJwt } from 'jose'
import t from 'tap'
import { lastEvent } from '../../support/admin.ts'
import { startTestApp } from '../../support/app.ts'
import { createUser, eventsAbout, gist, race, signIn, type TestUser } from '../../support/users.ts'

const app = await startTestApp(t)

const sidOf = (tokens: { access_token: string }) => decodeJwt(tokens.access_token)['sid'] as string
const list = async (token: string) => (await app.call('GET', '/auth/sessions', { token })).body
const status = async (tokens: { access_token: string }) =>
  gist(await app.call('GET', '/auth/me', { token: tokens.access_token }))
const after = (seconds: number) => new Date(app.clock.now().getTime() + seconds * 1000)

/** Sessions that are already there, each used a minute after the one before; the last one a minute ago. */
async function insertSessions(user: TestUser, count: number, expiresAt = after(86_400)): Promise<string[]> {
  const rows = Array.from({ length: count }, (_, n) => {
    const used = after((n - count) * 60)
    return {
      id: randomUUID(),
      user_id: user.id,
      generation: 0,
      rotated_at: used,
      token_key_id: 't1',
      auth_time: used,
      factors: ['pwd'],
      remember_me: true,
      token_delivery: 'both' as const,
      ip: null,
      user_agent: null,
      created_at: used,
      last_used_at: used,
      expires_at: expiresAt,
      absolute_limit_at: after(86_400),
    }
  })
  await app.db.insertInto('sessions').values(rows).execute()
  return rows.map((row) => row.id)
}

t.test('the list shows where the caller is signed in, last used first', async (t) => {
  const user = await createUser(app)
  const start = app.clock.now().toISOString()
  const body = { email: user.email, password: user.password, remember_me: true }
  const phone = (await app.call('POST', '/auth/login', { body, headers: { 'user-agent': 'Phone/1.0' } })).body
  app.clock.advance(60)
  const laptop = await signIn(app, user)
  app.clock.advance(60)
  await app.call('POST', '/auth/refresh', { body: { refresh_token: phone.refresh_token } })

  const { items, next_cursor } = await list(laptop.access_token)
  t.equal(next_cursor, null)
  t.equal(items.length, 2)
  t.strictSame(items[0], {
    id: sidOf(phone),
    current: false,
    ip: '127.0.0.1',
    user_agent: 'Phone/1.0',
    created_at: start,
    last_used_at: app.clock.now().toISOString(),
    expires_at: after(30 * 86_400 - 120).toISOString(),
    remember_me: true,
  })
  t.match(items[1], {
    id: sidOf(laptop),
    current: true,
    expires_at: after(3600 - 60).toISOString(),
    remember_me: false,
  })
})

t.test('the list holds no session of others, and none that is over', async (t) => {
  const [user, other] = [await createUser(app), await createUser(app)]
  await signIn(app, other)
  await signIn(app, user)
  app.clock.advance(3600)
  const current = await signIn(app, user)
  const { items } = await list(current.access_token)
  t.strictSame(
    items.map((item: { id: string }) => item.id),
    [sidOf(current)],
  )
})

t.test('one that was left idle is as good as gone: not told of, not in the way of others', async (t) => {
  const user = await createUser(app)
  const idle = await signIn(app, user)
  app.clock.advance(3600)
  const current = await signIn(app, user)
  const rows = () => app.db.selectFrom('sessions').select('id').where('user_id', '=', user.id).execute()
  t.equal((await rows()).length, 2, 'its row is there')
  const { refresh_token } = idle
  t.equal(gist(await app.call('POST', '/auth/refresh', { body: { refresh_token } })), '401 invalid_refresh_token')
  const end = () => app.call('DELETE', `/auth/sessions/${sidOf(idle)}`, { token: current.access_token })
  t.equal(gist(await end()), '404 not_found')
  t.equal((await app.call('POST', '/auth/logout', { body: { refresh_token } })).status, 204)
  t.equal((await app.call('POST', '/auth/revoke', { form: { token: refresh_token } })).status, 200)
  await insertSessions(user, 100, app.clock.now())
  const standing = (await rows()).length
  await signIn(app, user)
  t.equal((await rows()).length, standing + 1)
  t.strictSame(await eventsAbout(app, user.id), ['sign_in', 'sign_in', 'sign_in'])

  const [other] = await insertSessions(user, 1)
  t.equal((await app.call('DELETE', '/auth/sessions', { token: current.access_token })).status, 204)
  const { ended_sessions: ended } = (await lastEvent(app, 'session_ended', user.id)).details as Record<string, string[]>
  t.equal(ended?.length, 2, 'the one just opened and the other: none of the hundred that were over')
  t.ok(ended?.includes(other ?? ''))
  t.strictSame(await rows(), [{ id: sidOf(current) }], 'the rows of all others went with them')
})

t.test('a user ends one session: another one, or the own', async (t) => {
  const user = await createUser(app)
  const [current, other] = [await signIn(app, user), await signIn(app, user)]
  const end = (id: string) => app.call('DELETE', `/auth/sessions/${id}`, { token: current.access_token })
  t.equal((await end(sidOf(other))).status, 204)
  t.equal(await status(other), '401 session_ended')
  t.equal(await status(current), '200')
  t.equal(gist(await end(sidOf(other))), '404 not_found', 'it has ended already')
  t.equal((await end(sidOf(current).toUpperCase())).status, 204, 'a UUID has no case')
  t.equal(await status(current), '401 session_ended')
  t.strictSame(await eventsAbout(app, user.id), ['sign_in', 'sign_in', 'session_ended', 'session_ended'])
})

t.test("someone else's session is not found, and goes on", async (t) => {
  const [mine, theirs] = [
    await signIn(app, await createUser(app, { roles: ['admin'] })),
    await signIn(app, await createUser(app)),
  ]
  const end = (id: string) => app.call('DELETE', `/auth/sessions/${id}`, { token: mine.access_token })
  t.equal(gist(await end(sidOf(theirs))), '404 not_found')
  t.equal(gist(await end(randomUUID())), '404 not_found')
  t.equal(await status(theirs), '200')
  for (const id of [
    '1',
    'x',
    '%00',
    `urn:uuid:${sidOf(theirs)}`,
    `{${sidOf(theirs)}}`,
    sidOf(theirs).replaceAll('-', ''),
    'a'.repeat(3000),
  ]) {
    const answer = await end(id)
    t.equal(gist(answer), '400 validation_failed', id.slice(0, 60))
    t.equal(answer.body.errors[0].path, '/session_id')
  }
})

t.test('a user ends all other sessions', async (t) => {
  const [user, bystander] = [await createUser(app), await signIn(app, await createUser(app))]
  const [first, current, third] = [await signIn(app, user), await signIn(app, user), await signIn(app, user)]
  const { status: code } = await app.call('DELETE', '/auth/sessions', { token: current.access_token })
  t.equal(code, 204)
  for (const tokens of [first, third]) t.equal(await status(tokens), '401 session_ended')
  for (const tokens of [current, bystander]) t.equal(await status(tokens), '200')
  const { details } = await app.db
    .selectFrom('events')
    .select('details')
    .where('type', '=', 'session_ended')
    .where('subject_id', '=', user.id)
    .executeTakeFirstOrThrow()
  t.strictSame(details, { reason: 'user', ended_sessions: [first, third].map(sidOf).sort() })
})

t.test('ending sessions at once from two sides leaves at most one side signed in', async (t) => {
  const user = await createUser(app)
  const sides = [await signIn(app, user), await signIn(app, user)]
  const { tally } = await race(2, (n) => app.call('DELETE', '/auth/sessions', { token: sides[n].access_token }))
  t.ok(tally['204'], 'one of them at least is heard')
  const standing = (await Promise.all(sides.map(status))).filter((answer) => answer === '200')
  t.equal(standing.length, 1)
})

t.test('a user has at most a hundred sessions: the one that was used longest ago makes way', async (t) => {
  const user = await createUser(app)
  const bystander = await signIn(app, await createUser(app))
  const [oldest, second] = await insertSessions(user, 100)
  const newest = await signIn(app, user)
  const ids = async () => {
    const { items } = await list(newest.access_token)
    return items.map((item: { id: string }) => item.id) as string[]
  }
  t.equal((await ids()).length, 100)
  t.equal((await ids())[0], sidOf(newest))
  t.notOk((await ids()).includes(oldest ?? ''))
  t.ok((await ids()).includes(second ?? ''))
  await signIn(app, user)
  t.notOk((await ids()).includes(second ?? ''))
  t.equal(await status(bystander), '200', 'sessions of others do not count')
})

t.test('a new session is never the one that makes way, also among sessions of the same moment', async (t) => {
  const user = await createUser(app)
  const { tally } = await race(110, () =>
    app.call('POST', '/auth/login', { body: { email: user.email, password: user.password } }),
  )
  t.strictSame(tally, { '200 authenticated': 110 })
  const last = await signIn(app, user)
  t.equal(await status(last), '200')
  t.equal((await list(last.access_token)).items.length, 100)
})
