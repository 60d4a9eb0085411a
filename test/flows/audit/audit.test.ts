import { sql } from 'kysely'
import t from 'tap'
import { adminOf, lastEvent, staffWith } from '../../support/admin.ts'
import { startTestApp, type TestApp } from '../../support/app.ts'
import { createUser, gist, login, signIn } from '../../support/users.ts'

interface Event {
  id: number
  at: string
  type: string
}

const query = (app: TestApp, token: string, text = '') => app.call('GET', `/admin/audit-events${text}`, { token })

t.test('each filter narrows the log, alone and together; newest first', async (t) => {
  const app = await startTestApp(t, { env: { TRUST_PROXY: 'loopback' } })
  const from = (ip: string) => ({ 'x-forwarded-for': ip })
  const user = await createUser(app)
  const other = await createUser(app)
  const body = { email: user.email, password: user.password }
  await app.call('POST', '/auth/login', { body, headers: from('203.0.113.7') })
  app.clock.advance(10)
  const middle = app.clock.now()
  await app.call('POST', '/auth/login', { body: { ...body, password: 'wrong' }, headers: from('2001:db8::7') })
  app.clock.advance(10)
  await signIn(app, other)
  const admin = await adminOf(app)
  await app.call('PATCH', `/admin/users/${user.id}`, { token: admin.token, body: { phone: '1' } })
  await app.db
    .insertInto('events')
    .values({
      at: middle,
      type: 'account_unlocked',
      outcome: 'success',
      actor_kind: 'cli',
      actor_id: String(admin.id),
      details: '{}',
    })
    .execute()

  const all = (await query(app, admin.token)).body.items as Event[]
  t.ok(all.length >= 6)
  t.strictSame(
    all,
    [...all].sort((a, b) => b.at.localeCompare(a.at) || b.id - a.id),
  )
  const stored = await app.db.selectFrom('events').selectAll().execute()
  const expect = (keep: (event: (typeof stored)[number]) => boolean) =>
    stored
      .filter(keep)
      .sort((a, b) => b.at.getTime() - a.at.getTime() || b.id - a.id)
      .map(({ id }) => id)
  const time = encodeURIComponent(middle.toISOString())
  const cases: [string, (event: (typeof stored)[number]) => boolean][] = [
    ['type=sign_in', (event) => event.type === 'sign_in'],
    ['type=user_edited', (event) => event.type === 'user_edited'],
    [`actor_id=${admin.id}`, (event) => event.actor_kind === 'user' && event.actor_id === String(admin.id)],
    [`subject_id=${user.id}`, (event) => event.subject_id === user.id],
    ['ip=203.0.113.7', (event) => event.ip === '203.0.113.7'],
    ['ip=2001:db8::7', (event) => event.ip === '2001:db8::7'],
    [`ip=${encodeURIComponent('2001:DB8:0:0::7')}`, (event) => event.ip === '2001:db8::7'],
    [`from=${time}`, (event) => event.at >= middle],
    [`to=${time}`, (event) => event.at < middle],
    [
      `from=${time}&to=${encodeURIComponent(new Date(middle.getTime() + 1).toISOString())}`,
      (event) => event.at.getTime() === middle.getTime(),
    ],
    [`subject_id=${user.id}&type=user_edited&actor_id=${admin.id}`, (event) => event.type === 'user_edited'],
  ]
  for (const [text, keep] of cases) {
    const ids = expect(keep)
    t.ok(ids.length > 0, text)
    t.ok(ids.length < stored.length, text)
    t.strictSame(
      (await query(app, admin.token, `?${text}`)).body.items.map((event: Event) => event.id),
      ids,
      text,
    )
  }
  for (const text of [
    'type=two_factor_reset',
    'actor_id=999999999',
    'subject_id=999999999',
    'ip=192.0.2.1',
    'to=1990-01-01T00:00:00Z',
  ])
    t.strictSame((await query(app, admin.token, `?${text}`)).body, { items: [], next_cursor: null }, text)
  for (const text of [
    'type=',
    'type=sign',
    'actor_id=me',
    'actor_id=0',
    'subject_id=-1',
    'ip=10.0.0',
    'ip=10.0.0.0/8',
    'from=today',
    'from=0000-01-01T00:00:00Z',
    'to=9999-12-31T23:59:59-00:01',
    'to=2016-12-31T23:59:60Z',
    'limit=201',
    'limit=0',
    'sort=id',
  ])
    for (const path of ['', '/export'])
      t.equal(gist(await query(app, admin.token, `${path}?${text}`)), '400 validation_failed', path + text)
  t.equal(gist(await query(app, admin.token, '/export?limit=5')), '400 validation_failed', 'an export has no pages')

  const [edited] = (await query(app, admin.token, '?type=user_edited')).body.items
  t.match(edited, {
    outcome: 'success',
    actor: { kind: 'user', id: String(admin.id) },
    subject: user.id,
    ip: '127.0.0.1',
    details: { before: { phone: null }, after: { phone: '1' } },
  })
  t.type(edited.request_id, 'string')
})

t.test('pages hold each event once, also those of the same moment, while new ones come', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  for (let n = 0; n < 25; n++) {
    await signIn(app, user)
    if (n % 10 === 9) app.clock.advance(1)
  }
  const admin = await adminOf(app)
  const before = await app.db.selectFrom('events').select('id').orderBy('at', 'desc').orderBy('id', 'desc').execute()
  for (const limit of [1, 4, 26]) {
    const seen: number[] = []
    for (let cursor = ''; ; ) {
      const { body } = await query(app, admin.token, `?limit=${limit}&to=2100-01-01T00:00:00Z${cursor}`)
      seen.push(...body.items.map((event: Event) => event.id))
      if (body.next_cursor === null) break
      cursor = `&cursor=${body.next_cursor}`
      if (limit === 4) await login(app, { ...user, password: 'wrong' })
    }
    const known = new Set(before.map(({ id }) => id))
    t.strictSame(
      seen.filter((id) => known.has(id)),
      before.map(({ id }) => id),
      `${limit}`,
    )
    t.equal(new Set(seen).size, seen.length, `${limit}`)
  }
  const write = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const garbage = ['', 'x', '%00', write(['events', 1, 1]), write(['users:id', 1, 1]), write(['events', '', 1])]
  const times = ['-271821-04-20T00:00:00.000Z', '+275760-09-13T00:00:00.000Z', '2026-02-30T00:00:00.000Z', '2026']
  for (const cursor of [...garbage, ...times.map((time) => write(['events', time, 1]))])
    t.equal(gist(await query(app, admin.token, `?cursor=${cursor}`)), '400 invalid_cursor', cursor)
})

t.test('an export holds every matching event, one a line, newest first, and is itself told', async (t) => {
  const app = await startTestApp(t)
  const admin = await adminOf(app)
  const other = await createUser(app)
  await signIn(app, other)
  const answer = await query(app, admin.token, '/export')
  t.equal(answer.status, 200)
  t.match(answer.headers.get('content-type'), /^application\/x-ndjson/)
  t.equal(answer.headers.get('cache-control'), 'no-store')
  t.ok(answer.text.endsWith('\n'))
  const exported = linesOf(answer.text)
  const listed = (await query(app, admin.token)).body.items
  t.strictSame(exported, listed, 'the same events in the same shape')
  const reported = await lastEvent(app, 'audit_exported')
  t.match(reported, { actor_kind: 'user', actor_id: String(admin.id), details: { filter: {} } })

  const some = linesOf((await query(app, admin.token, `/export?subject_id=${other.id}&type=sign_in`)).text)
  t.match(some, [{ type: 'sign_in', subject: other.id }])
  t.equal(some.length, 1)
  t.match((await lastEvent(app, 'audit_exported')).details, { filter: { subjectId: other.id, type: 'sign_in' } })
  const none = await query(app, admin.token, '/export?subject_id=999999999')
  t.equal(none.text, '')
  t.equal(none.status, 200)

  const refused = await staffWith(app, ['view_user'])
  const count = async () => (await app.db.selectFrom('events').select('id').execute()).length
  const before = await count()
  t.equal(gist(await query(app, refused.token, '/export')), '403 permission_required')
  t.equal(await count(), before, 'a refused export is none')
})

t.test('an export of 20,000 events streams: all of them, in order, read as they are asked for', async (t) => {
  const app = await startTestApp(t)
  const admin = await adminOf(app)
  // Groups of 700 share a moment, so that a moment goes over the end of a page.
  await sql`
    insert into events (at, type, outcome, actor_kind, subject_id, details)
    select ${app.clock.now()}::timestamptz - make_interval(secs => n / 700), 'sign_in', 'success', 'system', 999999,
      jsonb_build_object('n', n, 'padding', repeat('x', 2000))
    from generate_series(1, 20000) n`.execute(app.db)
  const path = '/admin/audit-events/export?subject_id=999999&type=sign_in'
  const ask = (signal?: AbortSignal) =>
    fetch(app.url + path, { headers: { authorization: `Bearer ${admin.token}` }, ...(signal && { signal }) })

  const response = await ask()
  t.equal(response.headers.get('content-length'), null)
  const events = linesOf(await response.text())
  t.equal(events.length, 20_000)
  t.equal(new Set(events.map(({ id }) => id)).size, 20_000)
  t.ok(events.every((event, at) => at === 0 || isBefore(event, events[at - 1])))
  t.strictSame(events[0]?.type, 'sign_in')

  // A reader who stops reading holds the export up instead of filling the service's memory.
  const executor = app.deps.db.getExecutor()
  const newQueries = t.capture(executor, 'executeQuery', executor.executeQuery)
  let queries = 0
  const reading = new AbortController()
  const slow = await ask(reading.signal)
  await slow.body?.getReader().read()
  const settled = await steady(() => {
    queries += newQueries().length
    return queries
  })
  t.ok(settled > 1 && settled < 20, `${settled} queries, of more than 40`)
  reading.abort()
})

function isBefore(event: Event, newer: Event | undefined): boolean {
  return newer !== undefined && (event.at < newer.at || (event.at === newer.at && event.id < newer.id))
}

function linesOf(text: string): Event[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

/** The value once it has stopped growing. */
async function steady(value: () => number): Promise<number> {
  for (;;) {
    const before = value()
    await new Promise((resolve) => setTimeout(resolve, 500))
    if (value() === before) return before
  }
}
