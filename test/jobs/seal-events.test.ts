import { type RawBuilder, sql } from 'kysely'
import t, { type Test } from 'tap'
import { FIRST_DIGEST, nextDigest } from '../../src/crypto/event-digest.ts'
import { auditHeadLog } from '../../src/jobs/log-audit-head.ts'
import { sealEvents } from '../../src/jobs/seal-events.ts'
import { createLog } from '../../src/log.ts'
import type { Database } from '../../src/store/database.ts'
import { insertEvents } from '../../src/store/events.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createUser, login, signIn } from '../support/users.ts'

/** Reports one event; the number in its details tells it from others. */
function report(app: TestApp, n: number, db: Database = app.deps.db): Promise<void> {
  const at = app.clock.now()
  return insertEvents(db, [{ at, type: 'sign_out', outcome: 'success', actor_kind: 'system', details: { n } }])
}

/** The numbers of the sealed events in the order of their positions, which must have neither gap nor double. */
async function sealedNumbers(t: Test, { db }: TestApp): Promise<number[]> {
  const rows = await db
    .selectFrom('event_seals')
    .innerJoin('events', (join) =>
      join.onRef('events.id', '=', 'event_seals.event_id').onRef('events.at', '=', 'event_seals.event_at'),
    )
    .select(['position', sql<number>`(details->>'n')::int`.as('n')])
    .where(sql`details ? 'n'`, '=', true)
    .orderBy('position')
    .execute()
  const [first] = rows
  t.strictSame(
    rows.map(({ position }) => position),
    rows.map((_, index) => Number(first?.position) + index),
    'positions follow each other',
  )
  return rows.map(({ n }) => n)
}

const countUnsealed = async ({ db }: TestApp) => (await db.selectFrom('unsealed_events').selectAll().execute()).length

/** The first position whose digest does not follow from its event and the digest before it; undefined: all do. */
async function firstBrokenPosition({ db, deps }: TestApp): Promise<number | undefined> {
  const { rows } = await sql<{ position: number; digest: Buffer; text: string | null }>`
    select s.position, s.digest, jsonb_build_array(
      e.id, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.type, e.outcome, e.actor_kind, e.actor_id,
      e.subject_id, e.session_id, host(e.ip), e.user_agent, e.request_id, e.details)::text as text
    from event_seals s left join events e on e.id = s.event_id and e.at = s.event_at order by s.position`.execute(db)
  let previous: Buffer = FIRST_DIGEST
  for (const { position, digest, text } of rows) {
    if (text === null || !digest.equals(nextDigest(deps.keys.log.chain, previous, position, text))) return position
    previous = digest
  }
  return undefined
}

t.test('what a user did gets positions without gaps, oldest first', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  await login(app, { ...user, password: 'wrong' })
  await signIn(app, user)
  const events = await app.db.selectFrom('events').select('id').orderBy('id').execute()
  t.equal(await sealEvents(app.deps), events.length)
  const seals = await app.db.selectFrom('event_seals').select(['position', 'event_id']).orderBy('position').execute()
  t.strictSame(
    seals,
    events.map(({ id }, index) => ({ position: index + 1, event_id: id })),
  )
  t.equal(await countUnsealed(app), 0)
  t.equal(await sealEvents(app.deps), 0, 'each event is sealed once')
})

t.test('a long backlog is sealed in one go', async (t) => {
  const app = await startTestApp(t)
  await sealEvents(app.deps)
  const many = Array.from({ length: 1203 }, (_, n) => n)
  await app.deps.db.transaction().execute(async (tx) => {
    for (const n of many) await report(app, n, tx)
  })
  t.equal(await sealEvents(app.deps), many.length)
  t.strictSame(await sealedNumbers(t, app), many)
  t.equal(await firstBrokenPosition(app), undefined)
})

t.test('sealers of two replicas at once, while events come in, seal each event once', async (t) => {
  const app = await startTestApp(t)
  const replica = await startTestApp(t, { database: app.database, clock: app.clock })
  const many = Array.from({ length: 300 }, (_, n) => n)
  await Promise.all([
    ...many.map((n) => report(app, n)),
    ...Array.from({ length: 20 }, (_, n) => sealEvents(n % 2 ? app.deps : replica.deps)),
  ])
  await Promise.all([sealEvents(app.deps), sealEvents(replica.deps)])
  const sealed = await sealedNumbers(t, app)
  t.strictSame(
    sealed.toSorted((a, b) => a - b),
    many,
  )
  t.equal(await countUnsealed(app), 0)
  t.equal(await firstBrokenPosition(app), undefined)
})

t.test('an event that commits late gets a later position: a reader past the others meets it still', async (t) => {
  const app = await startTestApp(t)
  await sealEvents(app.deps)
  const late = await app.deps.db.startTransaction().execute()
  await report(app, 1, late)
  await report(app, 2)
  t.equal(await sealEvents(app.deps), 1)
  t.strictSame(await sealedNumbers(t, app), [2], 'what is not committed has no position')
  await report(app, 3)
  await late.commit().execute()
  t.equal(await sealEvents(app.deps), 2)
  const sealed = await sealedNumbers(t, app)
  t.equal(sealed[0], 2, 'positions that were given stay')
  t.strictSame(sealed.toSorted(), [1, 2, 3], 'none is skipped')
  t.equal(await firstBrokenPosition(app), undefined)
})

t.test('an act that was rolled back leaves neither event nor gap', async (t) => {
  const app = await startTestApp(t)
  await sealEvents(app.deps)
  await report(app, 1)
  const undone = await app.deps.db.startTransaction().execute()
  await report(app, 2, undone)
  await undone.rollback().execute()
  await report(app, 3)
  await sealEvents(app.deps)
  t.strictSame(await sealedNumbers(t, app), [1, 3])
})

t.test('a sealer that fails half-way loses nothing', async (t) => {
  const app = await startTestApp(t)
  await sealEvents(app.deps)
  await report(app, 1)
  await report(app, 2)
  await sql`alter table event_seals add constraint disk_full check (false) not valid`.execute(app.db)
  await t.rejects(sealEvents(app.deps), { code: '23514' })
  t.equal(await countUnsealed(app), 2)
  await sql`alter table event_seals drop constraint disk_full`.execute(app.db)
  t.equal(await sealEvents(app.deps), 2)
  t.strictSame(await sealedNumbers(t, app), [1, 2])
})

t.test('whoever changes the log afterwards breaks the chain', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  await login(app, { ...user, password: 'wrong' })
  const { access_token: token } = await signIn(app, user)
  await app.call('PATCH', '/auth/me', { token, body: { first_name: 'Janet' } })
  await app.call('POST', '/auth/logout', { token })
  await sealEvents(app.deps)
  t.equal(await firstBrokenPosition(app), undefined)
  const { position, event_id } = await app.db
    .selectFrom('event_seals')
    .innerJoin('events', 'events.id', 'event_seals.event_id')
    .select(['position', 'event_id'])
    .where('type', '=', 'profile_changed')
    .executeTakeFirstOrThrow()
  t.ok(position > 1)

  const event = sql`update events set`
  const where = sql`where id = ${event_id}`
  const forgeries: Record<string, RawBuilder<unknown>> = {
    at: sql`${event} at = at + interval '1 microsecond' ${where}`,
    type: sql`${event} type = 'sign_out' ${where}`,
    outcome: sql`${event} outcome = 'failure' ${where}`,
    actor_kind: sql`${event} actor_kind = 'cli' ${where}`,
    actor_id: sql`${event} actor_id = '1' || actor_id ${where}`,
    subject_id: sql`${event} subject_id = subject_id + 1 ${where}`,
    session_id: sql`${event} session_id = gen_random_uuid() ${where}`,
    ip: sql`${event} ip = '192.0.2.1' ${where}`,
    user_agent: sql`${event} user_agent = null ${where}`,
    request_id: sql`${event} request_id = request_id || 'x' ${where}`,
    details: sql`${event} details = '{"changed": ["last_name"]}' ${where}`,
    'a column moved into its neighbour': sql`${event} user_agent = request_id, request_id = user_agent ${where}`,
    'the event deleted': sql`delete from events ${where}`,
    'its digest': sql`update event_seals set digest = sha256(digest) where position = ${position}`,
    'its seal given to another event': sql`update event_seals set event_id = -event_id where position = ${position}`,
    'its seal deleted': sql`delete from event_seals where position = ${position}`,
    'its position': sql`update event_seals set position = -1 where position = ${position}`,
  }
  const columns = await app.db.selectFrom('events').selectAll().where('id', '=', event_id).executeTakeFirstOrThrow()
  for (const column of Object.keys(columns).filter((name) => name !== 'id')) t.ok(forgeries[column], `tries ${column}`)

  for (const [name, forgery] of Object.entries(forgeries)) {
    const tx = await app.db.startTransaction().execute()
    const { numAffectedRows } = await forgery.execute(tx)
    t.equal(numAffectedRows, 1n, name)
    t.not(await firstBrokenPosition({ ...app, db: tx }), undefined, `${name} is noticed`)
    await tx.rollback().execute()
  }
  t.equal(await firstBrokenPosition(app), undefined)

  const foreign = { ...app.deps.keys, log: { ...app.deps.keys.log, chain: Buffer.alloc(32, 1) } }
  t.equal(
    await firstBrokenPosition({ ...app, deps: { ...app.deps, keys: foreign } }),
    1,
    'without the key nobody can write a chain that holds',
  )
})

t.test('the head is logged when it has moved, for somebody else to keep', async (t) => {
  const lines: string[] = []
  const log = createLog('info', { write: (line) => lines.push(line) })
  const app = await startTestApp(t, { log })
  const tell = auditHeadLog(app.deps)
  await sealEvents(app.deps)
  await tell()
  await tell()
  const seal = await app.db.selectFrom('event_seals').selectAll().orderBy('position', 'desc').executeTakeFirstOrThrow()
  const heads = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'audit head')
  t.match(heads, [{ level: 30, position: seal.position, digest: seal.digest.toString('hex') }])
  t.equal(heads.length, 1, 'once')
  await report(app, 1)
  await sealEvents(app.deps)
  await tell()
  t.match(JSON.parse(lines.at(-1) ?? ''), { position: seal.position + 1 })
})
