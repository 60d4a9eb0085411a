import { type RawBuilder, sql } from 'kysely'
import t from 'tap'
import type { Deps } from '../../../src/deps.ts'
import { type Verification, type VerifyRequest, verifyLog } from '../../../src/flows/audit/verify-log.ts'
import { sealEvents } from '../../../src/jobs/seal-events.ts'
import type { Database } from '../../../src/store/database.ts'
import { insertEvents } from '../../../src/store/events.ts'
import { startTestApp, type TestApp } from '../../support/app.ts'

const WHOLE: VerifyRequest = { from: undefined, to: undefined, head: undefined }

async function verify(deps: Deps, request: Partial<VerifyRequest> = {}) {
  const faults: string[] = []
  const steps = verifyLog(deps, { ...WHOLE, ...request })
  for (;;) {
    const { done, value } = await steps.next()
    if (done) return { faults, ...(value as Verification) }
    faults.push(value as string)
  }
}

async function report(app: TestApp, count: number, db: Database = app.deps.db): Promise<void> {
  const event = { at: app.clock.now(), type: 'sign_out', outcome: 'success', actor_kind: 'system' } as const
  for (let n = 0; n < count; n++) await insertEvents(db, [{ ...event, details: { n } }])
}

/** A service whose log has these many sealed events; what the start itself has written counts. */
async function sealedLog(t: Parameters<typeof startTestApp>[0], count: number): Promise<TestApp> {
  const app = await startTestApp(t)
  await sealEvents(app.deps)
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from event_seals`.execute(app.db)
  await app.deps.db.transaction().execute((tx) => report(app, count - (rows[0]?.n ?? 0), tx))
  await sealEvents(app.deps)
  return app
}

t.test('a log as it was written has no fault, page after page', async (t) => {
  const app = await sealedLog(t, 2050)
  const verified = await verify(app.deps)
  t.match(verified, { faults: [], events: 2050, first: 1, head: { position: 2050 } })
  t.match(await verify(app.deps, { from: 1001, to: 1010 }), { faults: [], events: 10, first: 1001 })
  t.match(await verify(app.deps, { head: verified.head }), { faults: [] })
  await report(app, 3)
  await sealEvents(app.deps)
  t.match(await verify(app.deps, { head: verified.head }), { faults: [], events: 2053 }, 'a head of earlier holds on')
})

t.test('each way to tamper with it is told with its place, and nothing else is', async (t) => {
  const app = await sealedLog(t, 20)
  const { head } = await verify(app.deps)
  const idAt = sql`(select event_id from event_seals where position = 10)`
  const CHANGED =
    /^position 10: event \d+ \(sign_out, 2026-03-02T10:00:00\.000Z\), its seal or the seal before was changed$/
  const cases: Record<string, [RawBuilder<unknown>[], (string | RegExp)[]]> = {
    'a changed event': [
      [sql`update events set type = 'sign_in' where id = ${idAt}`],
      [/^position 10: event \d+ \(sign_in,/],
    ],
    'a changed detail': [[sql`update events set details = '{}' where id = ${idAt}`], [CHANGED]],
    'a removed event': [[sql`delete from events where id = ${idAt}`], ['position 10: the event is gone']],
    'removed events': [
      [sql`delete from events where id in (select event_id from event_seals where position between 5 and 9)`],
      ['positions 5 to 9: the events are gone'],
    ],
    'an event removed with its seal': [
      [sql`delete from events where id = ${idAt}`, sql`delete from event_seals where position = 10`],
      ['position 10: the seal is gone', /^position 11: event .* seal before was changed$/],
    ],
    'the same, with the gap closed': [
      [
        sql`delete from events where id = ${idAt}`,
        sql`delete from event_seals where position = 10`,
        sql`update event_seals set position = -position where position > 10`,
        sql`update event_seals set position = -position - 1 where position < 0`,
      ],
      [...Array.from({ length: 10 }, (_, n) => new RegExp(`^position ${n + 10}: `)), /^the log ends at position 19/],
    ],
    'events in another order': [
      [
        sql`update event_seals set event_id = -event_id where position in (10, 11)`,
        sql`update event_seals s set event_id = -o.event_id from event_seals o
          where s.position in (10, 11) and o.position = 21 - s.position`,
      ],
      [CHANGED, /^position 11: /],
    ],
    'a changed digest': [
      [sql`update event_seals set digest = sha256(digest) where position = 10`],
      [CHANGED, /^position 11: /],
    ],
    'an inserted event': [
      [
        sql`insert into events (at, type, outcome, actor_kind) values
          (${new Date(app.clock.now().getTime() - 600_000)}, 'sign_in', 'success', 'user')`,
      ],
      [/^event \d+ \(sign_in, 2026-03-02T09:50:00\.000Z\) has no seal: it was written past the service$/],
    ],
    'a second event of the same id': [
      [
        sql`insert into events (id, at, type, outcome, actor_kind) overriding system value
          values (${idAt}, ${new Date(app.clock.now().getTime() - 600_000)}, 'sign_in', 'success', 'user')`,
      ],
      [/^event \d+ \(sign_in, .* has no seal/],
    ],
    'the newest events and their seals': [
      [
        sql`delete from events where id in (select event_id from event_seals where position > 17)`,
        sql`delete from event_seals where position > 17`,
      ],
      ['the log ends at position 17, before the given head 20: its newest events are gone'],
    ],
    'a checkpoint of somebody else': [
      [
        sql`insert into event_checkpoints (position, digest, gaps, dropped_before, mac)
          select position, digest, '{}', event_at, '\\x00' from event_seals where position = 10`,
        sql`delete from events where id in (select event_id from event_seals where position <= 10)`,
      ],
      [/^checkpoint \d+ \(position 10\) was not made by this service$/, 'positions 1 to 10: the events are gone'],
    ],
  }
  await sql`create table kept_events as table events`.execute(app.db)
  await sql`create table kept_seals as table event_seals`.execute(app.db)
  const restores = [
    'truncate events, event_seals, event_checkpoints',
    'insert into events overriding system value table kept_events',
    'insert into event_seals table kept_seals',
  ]
  for (const [name, [statements, expected]] of Object.entries(cases)) {
    for (const statement of statements) await statement.execute(app.db)
    const { faults } = await verify(app.deps, { head })
    t.equal(faults.length, expected.length, `${name}: ${faults.join(' | ')}`)
    t.match(faults, expected, name)
    for (const restore of restores) await sql.raw(restore).execute(app.db)
  }
  t.strictSame((await verify(app.deps, { head })).faults, [])
})

t.test('a log that was cut and written on no longer fits a head of before', async (t) => {
  const app = await sealedLog(t, 12)
  const { head } = await verify(app.deps)
  await sql`delete from events where id in (select event_id from event_seals where position > 8)`.execute(app.db)
  await sql`delete from event_seals where position > 8`.execute(app.db)
  await report(app, 6)
  await sealEvents(app.deps)
  t.strictSame((await verify(app.deps)).faults, [], 'in itself it holds: that is what heads are logged for')
  t.strictSame((await verify(app.deps, { head })).faults, [
    'position 12 has another digest than the given head: the log was written anew',
  ])
})

t.test('events that wait for their seal are told after five minutes', async (t) => {
  const app = await sealedLog(t, 6)
  await report(app, 1)
  app.clock.advance(300)
  t.strictSame((await verify(app.deps)).faults, [])
  app.clock.advance(1)
  t.match((await verify(app.deps)).faults, [
    /^event \d+ \(sign_out, .*\) waits for its seal; is the service running\?$/,
  ])
  await sealEvents(app.deps)
  t.strictSame((await verify(app.deps)).faults, [])
})

t.test('whoever lacks the keys can write no chain that holds', async (t) => {
  const app = await sealedLog(t, 6)
  const log = { ...app.deps.keys.log, chain: Buffer.alloc(32, 1) }
  t.equal((await verify({ ...app.deps, keys: { ...app.deps.keys, log } })).faults.length, 6)
})

t.test('an event of the past that a thief has sealed like a new one is told, one of the future, too', async (t) => {
  const app = await sealedLog(t, 4)
  const now = app.clock.now().getTime()
  const forge = async (seconds: number) => {
    await app.deps.db.transaction().execute((tx) =>
      insertEvents(tx, [
        {
          at: new Date(now + seconds * 1000),
          type: 'sign_in',
          outcome: 'success',
          actor_kind: 'user',
          details: {},
        },
      ]),
    )
    await sealEvents(app.deps)
  }
  await forge(-600)
  t.strictSame((await verify(app.deps)).faults, [], 'clocks and long transactions are allowed for')
  await forge(-601)
  await forge(-30 * 86_400)
  await forge(0)
  await forge(601)
  await forge(0)
  const before =
    /^positions 6 to 7: dated more than 10 minutes before position \d \(2026-03-02T10:00:00\.000Z\): there or/
  const { faults } = await verify(app.deps)
  t.match(faults, [before, /^position 9: event \d+ is dated 2026-03-02T10:10:01\.000Z, in the future$/])
  t.equal(faults.length, 2)
  app.clock.advance(1)
  t.match((await verify(app.deps)).faults, [before, /^position 10: dated more than 10 minutes before position 9/])
})
