import { randomUUID } from 'node:crypto'
import { decodeJwt } from 'jose'
import { sql } from 'kysely'
import t from 'tap'
import { writeToken } from '../../../src/crypto/opaque-token.ts'
import { sealEvents } from '../../../src/jobs/seal-events.ts'
import { insertEvents } from '../../../src/store/events.ts'
import { adminOf, staffWith, usersAs } from '../../support/admin.ts'
import { keysAs, keyWith } from '../../support/api-keys.ts'
import { startTestApp, type TestApp } from '../../support/app.ts'
import { createUser, enrol, gist, login, NEW_PASSWORD, signIn, type TestUser } from '../../support/users.ts'

const app = await startTestApp(t)
const admin = await adminOf(app)
const reader = await keyWith(app, [], {}, admin)

type Item = { client_id?: string; sid?: string; user_id?: number; not_before: string }
const sidOf = (tokens: { access_token: string }) => decodeJwt(tokens.access_token)['sid'] as string
const read = (after?: string, of: TestApp = app) =>
  of.call('GET', `/auth/revocations${after === undefined ? '' : `?after=${encodeURIComponent(after)}`}`, {
    apiKey: reader.api_key,
  })
const follow = async (after?: string, of: TestApp = app): Promise<{ items: Item[]; next_cursor: string }> => {
  await sealEvents(of.deps)
  const answer = await read(after, of)
  if (answer.status !== 200) throw new Error(answer.text)
  return answer.body
}
/** Where the feed ends now. */
const endOfFeed = async () => {
  let page = await follow()
  while (page.items.length > 0) page = await follow(page.next_cursor)
  return page.next_cursor
}
const sidsIn = ({ items }: { items: Item[] }) => items.flatMap(({ sid }) => sid ?? []).sort()
const usersIn = ({ items }: { items: Item[] }) => items.flatMap(({ user_id }) => user_id ?? [])
const recover = async (user: TestUser) => {
  const now = app.clock.now()
  const id = randomUUID()
  const link = { id, user_id: user.id, kind: 'password_reset' as const, new_email: null, token_key_id: 't1' }
  const expires_at = new Date(now.getTime() + 60_000)
  await app.db
    .insertInto('links')
    .values({ ...link, created_at: now, expires_at })
    .execute()
  const body = { token: writeToken(app.deps.keys.ring, 'password_link', id), ...twice }
  return app.call('POST', '/auth/password/reset', { body })
}
const twice = { new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD }

t.test('each act that ends sessions tells which, and spares the session that goes on', async (t) => {
  const as = usersAs(app, admin)
  interface Standing {
    user: TestUser
    here: { access_token: string; refresh_token: string }
    there: { access_token: string }
  }
  const acts: Record<
    string,
    { act: (standing: Standing) => Promise<unknown>; ends: 'here' | 'there' | 'both' | 'all' }
  > = {
    'sign-out': { act: ({ here }) => app.call('POST', '/auth/logout', { token: here.access_token }), ends: 'here' },
    'the end of one session': {
      act: ({ here, there }) => app.call('DELETE', `/auth/sessions/${sidOf(there)}`, { token: here.access_token }),
      ends: 'there',
    },
    'the end of all others': {
      act: ({ here }) => app.call('DELETE', '/auth/sessions', { token: here.access_token }),
      ends: 'there',
    },
    'reuse of a refresh token': {
      act: async ({ here: { refresh_token } }) => {
        for (let n = 0; n < 3; n++) {
          app.clock.advance(11)
          await app.call('POST', '/auth/refresh', { body: { refresh_token } })
        }
      },
      ends: 'here',
    },
    'a password change': {
      act: ({ user, here }) =>
        app.call('POST', '/auth/password/change', {
          token: here.access_token,
          body: { current_password: user.password, ...twice },
        }),
      ends: 'there',
    },
    'a password reset': { act: ({ user }) => recover(user), ends: 'all' },
    'a temporary password': { act: ({ user }) => as.resetPassword(user.id), ends: 'all' },
    'the end of all sessions by an admin': { act: ({ user }) => as.endSessions(user.id), ends: 'all' },
    deactivation: { act: ({ user }) => as.edit(user.id, { active: false }), ends: 'all' },
    deletion: { act: ({ user }) => as.remove(user.id), ends: 'all' },
    'a second factor that is switched on': { act: ({ user }) => enrol(app, user), ends: 'both' },
    'a second factor that is reset': {
      act: async ({ user }) => {
        await app.db.updateTable('users').set({ totp_secret: 'sealed' }).where('id', '=', user.id).execute()
        return as.resetTwoFactor(user.id)
      },
      ends: 'all',
    },
    'a second factor that policy demands now': {
      act: async ({ here: { refresh_token } }) => {
        await app.db.updateTable('policy').set({ two_factor_required_for_all: true }).execute()
        await app.call('POST', '/auth/refresh', { body: { refresh_token } })
        await app.db.updateTable('policy').set({ two_factor_required_for_all: false }).execute()
      },
      ends: 'here',
    },
  }
  for (const [name, { act, ends }] of Object.entries(acts)) {
    const user = await createUser(app)
    const [here, there] = [await signIn(app, user), await signIn(app, user)]
    const next_cursor = await endOfFeed()
    await act({ user, here, there })
    const told = await follow(next_cursor)
    const expected = { here: [here], there: [there], both: [here, there], all: [here, there] }[ends].map(sidOf).sort()
    t.strictSame(sidsIn(told), expected, name)
    t.strictSame(usersIn(told), ends === 'all' ? [user.id] : [], name)
    const standing = await app.db.selectFrom('sessions').select('id').where('id', 'in', expected).execute()
    t.strictSame(standing, [], `${name}: what is told has ended`)
  }
})

t.test('what ends nothing tells nothing', async (t) => {
  const as = usersAs(app, admin)
  const user = await createUser(app)
  const { access_token: token, refresh_token } = await signIn(app, user)
  const next_cursor = await endOfFeed()
  await login(app, { ...user, password: 'wrong' })
  await signIn(app, user)
  app.clock.advance(60)
  await app.call('POST', '/auth/refresh', { body: { refresh_token } })
  await app.call('PATCH', '/auth/me', { token, body: { phone: '1' } })
  await as.edit(user.id, { first_name: 'Ann', roles: ['customer'] })
  await as.edit(user.id, { email: 'another@example.com' })
  const { items } = await follow(next_cursor)
  t.strictSame(items, [])
})

t.test('an API key that is revoked or replaced at once is told, one that is replaced in time is not', async (t) => {
  const keys = keysAs(app, admin)
  const made = await Promise.all([1, 2, 3].map(() => keyWith(app, [], {}, admin)))
  const [revoked, replaced, overlapping] = made.map(({ id }) => id)
  const next_cursor = await endOfFeed()
  t.equal((await keys.revoke(revoked ?? '')).status, 204)
  t.equal((await keys.regenerate(replaced ?? '', { overlap_seconds: 0 })).status, 200)
  t.equal((await keys.regenerate(overlapping ?? '', { overlap_seconds: 3600 })).status, 200)
  const { items } = await follow(next_cursor)
  t.strictSame(
    items.map(({ client_id }) => client_id),
    [revoked, replaced],
  )
})

t.test('only a service reads it, by its key', async (t) => {
  t.equal(gist(await app.call('GET', '/auth/revocations', { token: admin.token })), '401 api_key_missing')
  t.equal(gist(await app.call('GET', '/auth/revocations')), '401 api_key_missing')
  t.equal(gist(await app.call('GET', '/auth/revocations', { apiKey: 'x' })), '401 api_key_invalid')
})

t.test('a user who signs in again within the second of the reset is not refused', async (t) => {
  const user = await createUser(app)
  app.clock.advance(0.7)
  const before = await signIn(app, user)
  const next_cursor = await endOfFeed()
  await recover(user)
  const after = await signIn(app, { ...user, password: NEW_PASSWORD })
  const { items } = await follow(next_cursor)
  const refuses = (claims: ReturnType<typeof decodeJwt>) =>
    items.some(({ sid, user_id, not_before }) =>
      sid === undefined
        ? String(user_id) === claims.sub && Number(claims.iat) * 1000 < Date.parse(not_before)
        : sid === claims['sid'],
    )
  t.ok(refuses(decodeJwt(before.access_token)))
  t.notOk(refuses(decodeJwt(after.access_token)))
})

t.test('the end of an impersonation is told with the end of the session behind it, and without it', async (t) => {
  const support = await staffWith(app, ['can_impersonate'])
  const user = await createUser(app, { roles: ['customer'] })
  const start = async () => {
    const body = { user_id: user.id, reason: 'Ticket' }
    return (await app.call('POST', '/auth/impersonate', { token: support.token, body })).body
  }
  const [first, second] = [await start(), await start()]
  const afterSecond = await follow()
  t.ok(sidsIn(afterSecond).includes(sidOf(first)), 'the second click ended the first')
  await app.call('POST', '/auth/logout', { token: second.access_token })
  const afterItsEnd = await follow(afterSecond.next_cursor)
  t.strictSame(sidsIn(afterItsEnd), [sidOf(second)])
  const third = await start()
  await usersAs(app, admin).remove(support.id)
  const afterDeletion = await follow(afterItsEnd.next_cursor)
  t.strictSame(sidsIn(afterDeletion), [sidOf({ access_token: support.token }), sidOf(third)].sort())
  t.strictSame(usersIn(afterDeletion), [support.id])
})

t.test('the hundred-and-first session tells which one made way', async (t) => {
  const user = await createUser(app)
  const first = await signIn(app, user)
  app.clock.advance(1)
  const row = await app.db.selectFrom('sessions').selectAll().where('id', '=', sidOf(first)).executeTakeFirstOrThrow()
  const others = Array.from({ length: 99 }, () => ({ ...row, id: randomUUID(), last_used_at: app.clock.now() }))
  await app.db.insertInto('sessions').values(others).execute()
  const next_cursor = await endOfFeed()
  await signIn(app, user)
  t.strictSame(sidsIn(await follow(next_cursor)), [sidOf(first)])
})

t.test('without a cursor it begins where revoked tokens could still be alive, and skips all before', async (t) => {
  const end = async () => {
    const tokens = await signIn(app, await createUser(app))
    await app.call('POST', '/auth/logout', { token: tokens.access_token })
    return sidOf(tokens)
  }
  const old = await end()
  const next_cursor = await endOfFeed()
  app.clock.advance(20 * 60 - 1)
  t.ok(sidsIn(await follow()).includes(old))
  app.clock.advance(2)
  t.strictSame((await follow()).items, [], 'what happened more than 20 minutes ago')
  const recent = await end()
  t.strictSame(sidsIn(await follow()), [recent])
  t.strictSame(sidsIn(await follow(next_cursor)), [recent], 'an old cursor is good, and skips too')
})

t.test('no event is missed or told twice by who follows page by page, however many there are', async (t) => {
  const next_cursor = await endOfFeed()
  const sids = Array.from({ length: 1203 }, () => randomUUID())
  await app.deps.db.transaction().execute(async (tx) => {
    for (const sid of sids) {
      const details = { ended_sessions: [sid] }
      const at = app.clock.now()
      await insertEvents(tx, [{ at, type: 'sign_out', outcome: 'success', actor_kind: 'system', details }])
    }
  })
  await sealEvents(app.deps)
  const seen: string[] = []
  let after = next_cursor
  for (let page = await follow(after); page.items.length > 0; page = await follow(after)) {
    t.ok(page.items.length <= 500)
    seen.push(...sidsIn(page))
    after = page.next_cursor
  }
  t.strictSame(seen.sort(), sids.sort())
})

t.test('an event that commits late is still told', async (t) => {
  const next_cursor = await endOfFeed()
  const [late, early] = [randomUUID(), randomUUID()]
  const report = (db: typeof app.deps.db, sid: string) => {
    const details = { ended_sessions: [sid] }
    return insertEvents(db, [
      { at: app.clock.now(), type: 'sign_out', outcome: 'success', actor_kind: 'system', details },
    ])
  }
  const open = await app.deps.db.startTransaction().execute()
  await report(open, late)
  await report(app.deps.db, early)
  const first = await follow(next_cursor)
  t.strictSame(sidsIn(first), [early])
  await open.commit().execute()
  t.strictSame(sidsIn(await follow(first.next_cursor)), [late])
})

t.test('what the release before has sealed without a judgement is told too', async (t) => {
  const next_cursor = await endOfFeed()
  const tokens = await signIn(app, await createUser(app))
  await app.call('POST', '/auth/logout', { token: tokens.access_token })
  await sealEvents(app.deps)
  await sql`update event_seals set revokes = null where position > (select max(position) - 2 from event_seals)`.execute(
    app.db,
  )
  t.strictSame(sidsIn(await follow(next_cursor)), [sidOf(tokens)])
})

t.test('replicas give the same cursors', async (t) => {
  const replica = await startTestApp(t, { database: app.database, clock: app.clock })
  const next_cursor = await endOfFeed()
  const tokens = await signIn(replica, await createUser(app))
  await replica.call('POST', '/auth/logout', { token: tokens.access_token })
  const there = await follow(next_cursor, replica)
  t.strictSame(there, await follow(next_cursor))
  t.strictSame((await follow(there.next_cursor)).items, [])
})

t.test('a cursor of another database, or of this one before it was restored, has gone', async (t) => {
  const end = async () => {
    const tokens = await signIn(app, await createUser(app))
    await app.call('POST', '/auth/logout', { token: tokens.access_token })
    await follow()
  }
  await end()
  const kept = await endOfFeed()
  await end()
  const lost = await endOfFeed()
  t.equal((await read(lost)).status, 200)

  // A restore takes the log back to where the dump was made.
  const at = JSON.parse(Buffer.from(kept, 'base64url').toString())[1]
  await sql`with gone as (delete from event_seals where position > ${at} returning event_id)
    delete from events where id in (select event_id from gone)`.execute(app.db)
  t.equal(gist(await read(lost)), '410 cursor_gone', 'beyond the end of the log')
  await end()
  await end()
  await end()
  t.equal(gist(await read(lost)), '410 cursor_gone', 'also when the log has grown past it again')
  t.equal(sidsIn(await follow(kept)).length, 3, 'a place from before the dump is still one')

  const [epoch, position, digest] = JSON.parse(Buffer.from(kept, 'base64url').toString())
  const write = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')
  t.equal(gist(await read(write(randomUUID(), position, digest))), '410 cursor_gone')
  t.equal(gist(await read(write(epoch, position, ''))), '410 cursor_gone')
  t.equal(gist(await read(write(epoch, 0, digest))), '410 cursor_gone')
  for (const cursor of ['', 'x', write(), write(epoch, -1, digest), write(epoch, 1.5, digest), write(1, 1, 1), '%00'])
    t.match((await read(cursor)).body, { code: 'invalid_cursor', status: 400 }, cursor)
  t.match((await read('x'.repeat(1025))).body, { code: 'validation_failed' })
})

t.test('the feed reads by index, however long the log', async (t) => {
  const plan = async (question: ReturnType<typeof sql>) => {
    const { rows } = await sql<{ 'QUERY PLAN': string }>`explain ${question}`.execute(app.db)
    return rows.map((row) => row['QUERY PLAN']).join('\n')
  }
  // Far ahead of what is there, which the log itself would refuse.
  await sql`alter table event_seals disable trigger next_seals_only`.execute(app.db)
  await sql`insert into event_seals select n, n, '2020-01-01', '\\x00', n % 50 = 0 from generate_series(100000, 150000) n`.execute(
    app.db,
  )
  await sql`alter table event_seals enable trigger next_seals_only`.execute(app.db)
  await sql`analyze event_seals`.execute(app.db)
  const page = sql`select position from event_seals join events e on e.id = event_id and e.at = event_at
    where revokes is not false and position > ${149_900} and position <= ${150_000} order by position limit 500`
  const first = sql`select min(position) from event_seals where revokes is not false and event_at >= ${app.clock.now()}`
  for (const question of [page, first]) t.notMatch(await plan(question), /Seq Scan on event_seals/)
})
