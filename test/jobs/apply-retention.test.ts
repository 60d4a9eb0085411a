import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { verifyLog } from '../../src/flows/audit/verify-log.ts'
import { applyRetention } from '../../src/jobs/apply-retention.ts'
import { prepareEventPartitions } from '../../src/jobs/purge.ts'
import { sealEvents } from '../../src/jobs/seal-events.ts'
import { ensureEventPartition, insertEvents } from '../../src/store/events.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { FrozenClock } from '../support/clock.ts'

const DAY = 86_400

// Years ago: the database goes by its own clock.
const START = '2020-01-10T12:00:00Z'

/** January's events lie in the default partition, as those of a service's first minutes may; the others in their own. */
async function logOfFourMonths(t: Test, env: Record<string, string> = { AUDIT_RETENTION: '60' }): Promise<TestApp> {
  const app = await startTestApp(t, { clock: new FrozenClock(START), env })
  await app.db.updateTable('event_retention').set({ days: 60 }).execute()
  for (let month = 0; month < 4; month++) {
    for (let n = 0; n < 3; n++) await report(app)
    await sealEvents(app.deps)
    app.clock.advance(31 * DAY)
    await prepareEventPartitions(app.deps)
  }
  return app
}

function report(app: TestApp, at = app.clock.now()): Promise<void> {
  return insertEvents(app.deps.db, [{ at, type: 'sign_out', outcome: 'success', actor_kind: 'system', details: {} }])
}

async function verify({ deps }: TestApp) {
  const faults: string[] = []
  const steps = verifyLog(deps, { from: undefined, to: undefined, head: undefined })
  for (;;) {
    const { done, value } = await steps.next()
    if (done) return { faults, verification: value }
    faults.push(value as string)
  }
}

const months = async ({ db }: TestApp) =>
  (
    await sql<{ month: string; n: number }>`
      select to_char(at at time zone 'UTC', 'YYYY-MM') as month, count(*)::int as n from events group by 1 order by 1`.execute(
      db,
    )
  ).rows.map(({ month, n }) => `${month}: ${n}`)
const partitions = async ({ db }: TestApp) =>
  (
    await sql<{
      name: string
    }>`select inhrelid::regclass::text as name from pg_inherits where inhparent = 'events'::regclass order by 1`.execute(
      db,
    )
  ).rows.map(({ name }) => name)
const positions = async ({ db }: TestApp) =>
  (await db.selectFrom('event_seals').select('position').orderBy('position').execute()).map(({ position }) => position)

t.test('whole months go when they are older, with their seals; the rest still verifies', async (t) => {
  const app = await logOfFourMonths(t)
  const replica = await startTestApp(t, { database: app.database, clock: app.clock, env: { AUDIT_RETENTION: '60' } })
  const before = await months(app)
  t.match(before, [/^2020-01: /, '2020-02: 3', '2020-03: 3', '2020-04: 3'])
  const all = await positions(app)
  t.strictSame((await verify(app)).faults, [])

  // 2020-05-13: sixty days before lies in March, so January and February go.
  await Promise.all([applyRetention(app.deps), applyRetention(replica.deps)])
  await applyRetention(app.deps)
  await sealEvents(app.deps)
  t.strictSame(await months(app), ['2020-03: 3', '2020-04: 3', '2020-05: 1'])
  t.notOk((await partitions(app)).includes('events_2020_02'))
  t.strictSame(await positions(app), [...all.slice(-6), (all.at(-1) ?? 0) + 1])
  const { faults, verification } = await verify(app)
  t.strictSame(faults, [])
  t.match(verification, { events: 7, first: all.at(-6) })

  const applied = await app.db.selectFrom('events').selectAll().where('type', '=', 'audit_retention_applied').execute()
  t.match(applied, [{ actor_kind: 'system', details: { before: '2020-03-01T00:00:00.000Z', position: all.at(-7) } }])
  await sql`delete from events where at < '2020-04-01' and at >= '2020-03-01'`.execute(app.db)
  t.match((await verify(app)).faults, [/^positions \d+ to \d+: the events are gone$/], 'what else goes is noticed')
})

t.test('an event that got its position late goes with its month, and leaves no fault', async (t) => {
  const app = await startTestApp(t, { clock: new FrozenClock(START), env: { AUDIT_RETENTION: '60' } })
  await app.db.updateTable('event_retention').set({ days: 60 }).execute()
  app.clock.advance(22 * DAY)
  await report(app)
  await sealEvents(app.deps)
  await report(app, new Date('2020-01-31T23:59:59.999Z'))
  await report(app)
  await sealEvents(app.deps)
  const all = await positions(app)
  app.clock.advance(60 * DAY)
  await applyRetention(app.deps)
  t.strictSame((await verify(app)).faults, [])
  t.strictSame(await positions(app), all.slice(-3), 'its seal stays for the chain')
  await sql`update event_checkpoints set gaps = '{}'`.execute(app.db)
  t.ok((await verify(app)).faults.length > 0, 'a checkpoint that was changed does not count')
})

t.test('when everything has gone, the chain goes on from where it was', async (t) => {
  const app = await logOfFourMonths(t)
  const [last] = (await positions(app)).slice(-1)
  app.clock.advance(200 * DAY)
  await applyRetention(app.deps)
  t.strictSame(await positions(app), [])
  await report(app)
  await sealEvents(app.deps)
  t.strictSame(await positions(app), [Number(last) + 1, Number(last) + 2])
  t.strictSame((await verify(app)).faults, [])
})

t.test('nothing goes that is not sealed, not asked for or not permitted', async (t) => {
  const app = await logOfFourMonths(t, {})
  const before = await months(app)
  await applyRetention(app.deps)
  t.strictSame(await months(app), before, 'without AUDIT_RETENTION')

  const asked = await startTestApp(t, { database: app.database, clock: app.clock, env: { AUDIT_RETENTION: '60' } })
  for (const days of [null, 61]) {
    await app.db.updateTable('event_retention').set({ days }).execute()
    await applyRetention(asked.deps)
    t.strictSame(await months(app), before, `the owner permits ${days}`)
  }
  await app.db.updateTable('event_retention').set({ days: 60 }).execute()
  await report(app, new Date('2020-01-20T00:00:00Z'))
  await t.rejects(applyRetention(asked.deps), /not all of these events are sealed/)
  await sealEvents(app.deps)
  await applyRetention(asked.deps)
  t.match(await months(app), [/^2020-03/])
})

t.test('a reader of the log is not interrupted, and holds nobody up', async (t) => {
  const app = await logOfFourMonths(t)
  const reader = await app.db.startTransaction().execute()
  await reader.selectFrom('events').select('id').execute()
  await t.rejects(applyRetention(app.deps), { code: '55P03' }, 'it gives up and comes again')
  await report(app)
  await reader.commit().execute()
  await applyRetention(app.deps)
  t.match(await months(app), [/^2020-03/])
  await ensureEventPartition(app.deps.db, app.clock.now())
})
