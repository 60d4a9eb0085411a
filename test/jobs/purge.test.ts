import { sql } from 'kysely'
import t from 'tap'
import { prepareEventPartitions, purgeExpired } from '../../src/jobs/purge.ts'
import { purgeNobodysAttempts } from '../../src/store/attempts.ts'
import { purgeSessions } from '../../src/store/sessions.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { FrozenClock } from '../support/clock.ts'
import { deviceCookie, loginWith } from '../support/devices.ts'
import { createUser, gist, login, signIn } from '../support/users.ts'

async function counts({ db }: TestApp) {
  const count = async (table: 'sessions' | 'steps' | 'attempts') =>
    (await db.selectFrom(table).select(sql<number>`count(*)::int`.as('n')).executeTakeFirstOrThrow()).n
  return { sessions: await count('sessions'), steps: await count('steps'), attempts: await count('attempts') }
}

t.test('what is over goes, a session at its absolute limit; what stands stays', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  const temporary = await createUser(app, { state: 'temporary' })
  await signIn(app, user)
  const remembered = await signIn(app, user, undefined, { remember_me: true })
  await login(app, temporary)
  await login(app, { ...temporary, password: 'wrong' })
  const start = await counts(app)
  t.match(start, { sessions: 2, steps: 1 })
  t.ok(start.attempts > 0)

  const after = async (seconds: number) => {
    app.clock.advance(seconds)
    await purgeExpired(app.deps)
    return counts(app)
  }
  t.strictSame(await after(0), start, 'nothing is over yet')
  t.match(await after(599), { sessions: 2, steps: 1 })
  t.match(await after(1), { sessions: 2, steps: 0 }, 'a step after ten minutes')
  t.match(await after(86_400 - 601), { sessions: 2 }, 'one that was left idle is over, and keeps its row for a day')
  t.match(await after(1), { sessions: 1 })
  t.match(
    await after(3600),
    { sessions: 1, attempts: 1 },
    'within a day failures are forgotten, but for those towards a ceiling',
  )
  t.equal((await app.call('POST', '/auth/refresh', { body: { refresh_token: remembered.refresh_token } })).status, 200)
  t.match(await after(30 * 86_400), { sessions: 0 }, 'a remembered session after thirty days')
  t.match(await app.db.selectFrom('users').select('id').execute(), [{ id: user.id }, { id: temporary.id }])
})

t.test('counts about addresses that nobody has are kept for a year, and for as many as failed last', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  for (const email of [user.email, 'nobody@example.com']) await login(app, { email, password: 'wrong' })
  app.clock.advance(365 * 86_400 - 1)
  await purgeExpired(app.deps)
  t.match(await counts(app), { attempts: 2 })
  app.clock.advance(1)
  await purgeExpired(app.deps)
  t.match(await counts(app), { attempts: 1 }, "a user's is ended by a success or a release only")

  await sql`insert into attempts (key, failures, last_failure_at, forget_at)
    select sha256(n::text::bytea), n, ${app.clock.now()}::timestamptz + n * interval '1 second', null
    from generate_series(1, 30) n`.execute(app.db)
  for (const [limit, deleted] of [
    [7, 7],
    [7, 7],
    [7, 6],
    [7, 0],
  ] as const)
    t.equal(await purgeNobodysAttempts(app.deps.db, 10, limit), deleted)
  const { rows } = await sql<{ failures: number }>`
    select failures from attempts where user_id is null order by 1`.execute(app.db)
  t.strictSame(
    rows.map(({ failures }) => failures),
    [21, 22, 23, 24, 25, 26, 27, 28, 29, 30],
  )
  t.match(await counts(app), { attempts: 11 }, "a user's stays")
})

t.test('a device that has not signed in for half a year is forgotten, with its count', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  const device = deviceCookie(await login(app, user))
  t.equal(gist(await loginWith(app, device, { ...user, password: 'wrong' })), '401 invalid_credentials')
  const known = async () => (await app.db.selectFrom('known_devices').select('id').execute()).length
  app.clock.advance(180 * 86_400 - 1)
  await purgeExpired(app.deps)
  t.equal(await known(), 1)
  app.clock.advance(1)
  await purgeExpired(app.deps)
  t.equal(await known(), 0)
  t.match(await counts(app), { attempts: 0 })
})

t.test('any number goes in one run, also when two replicas purge at once', async (t) => {
  const app = await startTestApp(t)
  const replica = await startTestApp(t, { database: app.database, clock: app.clock })
  await signIn(app, await createUser(app))
  await login(app, await createUser(app, { state: 'temporary' }))
  for (const table of ['sessions', 'steps']) {
    await sql`insert into ${sql.table(table)}
      select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid()))).*
      from ${sql.table(table)} r, generate_series(1, 2500)`.execute(app.db)
  }
  await sql`insert into attempts (key, failures, last_failure_at, forget_at)
    select sha256(n::text::bytea), 1, ${app.clock.now()}, ${app.clock.now()} from generate_series(1, 2500) n`.execute(
    app.db,
  )
  t.match(await counts(app), { sessions: 2501, steps: 2501, attempts: 2500 })
  app.clock.advance(86_400)
  await Promise.all([purgeExpired(app.deps), purgeExpired(replica.deps)])
  await purgeExpired(app.deps)
  t.strictSame(await counts(app), { sessions: 0, steps: 0, attempts: 0 })
})

t.test('a run that is told to stop ends after the batch under way, and the next one goes on', async (t) => {
  const app = await startTestApp(t)
  await signIn(app, await createUser(app))
  await sql`insert into sessions
    select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid()))).*
    from sessions s, generate_series(1, 2500)`.execute(app.db)
  app.clock.advance(86_400)
  const stop = new AbortController()
  const run = purgeExpired(app.deps, stop.signal)
  stop.abort()
  await run
  t.match(await counts(app), { sessions: 1501 })
  await purgeExpired(app.deps)
  t.match(await counts(app), { sessions: 0 })
})

t.test('a batch deletes so many at most, those that are over longest', async (t) => {
  const app = await startTestApp(t)
  await signIn(app, await createUser(app))
  await sql`insert into sessions
    select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'generation', n,
      'absolute_limit_at', ${app.clock.now()}::timestamptz - n * interval '1 second'))).*
    from sessions s, generate_series(1, 25) n`.execute(app.db)
  /** The one that is over longest, of those that are left. */
  const oldest = async () =>
    (
      await app.db
        .selectFrom('sessions')
        .select((eb) => eb.fn.max('generation').as('n'))
        .executeTakeFirstOrThrow()
    ).n
  for (const [deleted, left] of [
    [10, 15],
    [10, 5],
    [5, 0],
    [0, 0],
  ] as const) {
    t.equal(await purgeSessions(app.deps.db, app.clock.now(), 10), deleted)
    t.equal(await oldest(), left)
  }
  t.match(await counts(app), { sessions: 1 })
})

t.test('purging waits for no one: a row that is held goes in a later run', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  await signIn(app, user)
  await signIn(app, user)
  app.clock.advance(86_400)
  const holder = await app.db.startTransaction().execute()
  await holder.selectFrom('sessions').select('id').limit(1).forUpdate().execute()
  await purgeExpired(app.deps)
  t.match(await counts(app), { sessions: 1 })
  await holder.commit().execute()
  await purgeExpired(app.deps)
  t.match(await counts(app), { sessions: 0 })
})

t.test('the log gets the partitions of this month and the next, once, and events land in them', async (t) => {
  const app = await startTestApp(t, { clock: new FrozenClock('2026-12-05T12:00:00Z') })
  const tables = async () =>
    (
      await sql<{ name: string; events: number }>`
        select c.relname as name,
          (xpath('/row/n/text()', query_to_xml(format('select count(*) as n from %I', c.relname), false, true, '')))[1]::text::int as events
        from pg_inherits join pg_class c on c.oid = inhrelid where inhparent = 'events'::regclass order by 1`.execute(
        app.db,
      )
    ).rows
  const opening = await tables()
  t.strictSame(
    opening.map(({ name }) => name),
    ['events_default'],
  )
  const early = opening[0]?.events

  // The opening of the keys is in the log already, in the default partition: its month stays there.
  await Promise.all([prepareEventPartitions(app.deps), prepareEventPartitions(app.deps)])
  t.strictSame(await tables(), [
    { name: 'events_2027_01', events: 0 },
    { name: 'events_default', events: early },
  ])

  app.clock.advance(31 * 86_400)
  await prepareEventPartitions(app.deps)
  await signIn(app, await createUser(app))
  t.strictSame(await tables(), [
    { name: 'events_2027_01', events: 1 },
    { name: 'events_2027_02', events: 0 },
    { name: 'events_default', events: early },
  ])
})
