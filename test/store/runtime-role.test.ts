/** What somebody who has stolen the service's database connection can do to the log of events. */
import pg from 'pg'
import t from 'tap'
import { prepareEventPartitions } from '../../src/jobs/purge.ts'
import { sealEvents } from '../../src/jobs/seal-events.ts'
import { startTestApp } from '../support/app.ts'
import { testServer } from '../support/server.ts'
import { createUser, signIn } from '../support/users.ts'

const DENIED = '42501'
const REFUSED = '23514'

const app = await startTestApp(t)
await prepareEventPartitions(app.deps)
await signIn(app, await createUser(app))
await sealEvents(app.deps)
const thief = new pg.Client({ connectionString: app.database.url })
await thief.connect()
t.teardown(() => thief.end())

/** The SQLSTATE with which the statement fails; undefined when it does not. Leaves nothing behind. */
async function attempt(statement: string): Promise<string | undefined> {
  await thief.query('begin')
  try {
    await thief.query(statement)
    return undefined
  } catch (error) {
    return (error as pg.DatabaseError).code
  } finally {
    await thief.query('rollback')
  }
}

const log = ['events', 'events_default', 'event_seals', 'event_checkpoints', 'event_retention']
const insertEvent = `insert into events (at, type, outcome, actor_kind) values (now(), 'sign_out', 'success', 'system')`

const denied: Record<string, string[]> = {
  'what was written stays': log.flatMap((table) => [
    `delete from ${table}`,
    `truncate ${table}`,
    `update ${table} set ${table === 'event_retention' ? 'days = 30' : table === 'event_seals' ? 'digest = null' : table === 'event_checkpoints' ? 'mac = null' : "type = 'x'"}`,
    `select 1 from ${table} for update`,
    `drop table ${table} cascade`,
    `alter table ${table} owner to current_user`,
    `alter table ${table} disable trigger all`,
    `alter table ${table} rename to gone`,
    `lock table ${table} in access exclusive mode`,
    `create trigger t before insert on ${table} execute function suppress_redundant_updates_trigger()`,
    `create index on ${table} ((1))`,
  ]),
  'no row comes in past the rules': [
    `insert into events_default (at, type, outcome, actor_kind) values (now(), 'sign_out', 'success', 'system')`,
    `insert into events overriding system value
      select 9999, at, type, outcome, actor_kind, actor_id, subject_id, session_id, ip, user_agent, request_id, details from events limit 1`,
    `insert into event_checkpoints (position, digest, gaps, dropped_before, mac) values (1, '', '{}', now(), '')`,
    `insert into event_retention (days) values (30)`,
    `select setval('events_id_seq', 1)`,
    `alter table events detach partition events_default`,
    `create table events_2001_01 partition of events for values from ('2001-01-01') to ('2001-02-01')`,
  ],
  'no structure is changed': [
    'create table mine (a int)',
    'create schema mine',
    'create view mine as select 1',
    `create function mine() returns int language sql as 'select 1'`,
    'create extension dblink',
    'create role mine',
    'alter table users add column mine int',
    'drop table users',
    'drop function drop_events_before(timestamptz, bigint, bigint[], bytea)',
    `create or replace function purge_event_seals(most integer) returns integer language sql as 'select 1'`,
    'drop schema public cascade',
    `update schema_migrations set name = 'x'`,
  ],
  'no way up': [
    `set role ${testServer().owner}`,
    `set session authorization ${testServer().owner}`,
    'alter role current_user superuser',
    'set session_replication_role = replica',
    'select * from pg_authid',
    'select * from pg_shadow',
    `select pg_read_file('/etc/passwd')`,
    `copy (select 1) to program 'true'`,
    `copy events from program 'true'`,
    `copy (select 1) to '/tmp/x'`,
    `select lo_import('/etc/passwd')`,
  ],
}

for (const [name, statements] of Object.entries(denied)) {
  t.test(name, async (t) => {
    for (const statement of statements) t.equal(await attempt(statement), DENIED, statement)
  })
}

t.test('a seal takes the next position or none', async (t) => {
  const { rows } = await thief.query('select max(position)::int as last from event_seals')
  const last: number = rows[0].last
  const seal = (position: number, id = -1) =>
    `insert into event_seals (position, event_id, event_at, digest) values (${position}, ${id}, now(), '\\x00')`
  t.equal(await attempt(seal(last)), '23505', 'one that is taken')
  for (const position of [0, -1, last + 2, 2 ** 53]) t.equal(await attempt(seal(position)), REFUSED, `${position}`)
  t.equal(await attempt(`${seal(last + 1)}, (${last + 3}, -2, now(), '\\x00')`), REFUSED, 'one of several')
  t.equal(
    await attempt(seal(last + 1)),
    undefined,
    'the sealer’s own right: a wrong digest there shows at verification',
  )
})

t.test('retention cannot be made to erase what the owner wants kept', async (t) => {
  const drop = (boundary: string) => `select drop_events_before(${boundary}, 1, '{}', '')`
  const month = (past: string) =>
    drop(`date_trunc('month', now() at time zone 'UTC' - interval '${past}') at time zone 'UTC'`)
  t.equal(await attempt(month('0')), DENIED)
  t.equal(await attempt(month('10 years')), DENIED, 'without a retention nothing goes')
  await app.db.updateTable('event_retention').set({ days: 365 }).execute()
  t.equal(await attempt(month('10 months')), DENIED, 'younger than the owner permits')
  t.equal(await attempt(drop(`'infinity'`)), DENIED)
  t.equal(await attempt(drop(`'2001-01-15 00:00Z'`)), REFUSED, 'not a month')
  await t.rejects(app.db.updateTable('event_retention').set({ days: 29 }).execute(), { code: REFUSED }, 'the floor')
})

t.test('what is left to a thief: new events, in the open', async (t) => {
  t.equal(await attempt(insertEvent), undefined)
  t.equal(await attempt('delete from unsealed_events'), undefined, 'the verification finds events without a seal')
})

t.test('no function that runs as the owner takes a name from the thief', async (t) => {
  const { rows } = await thief.query<{ signature: string; settings: string[] }>(
    `select oid::regprocedure::text as signature, coalesce(proconfig, '{}') as settings from pg_proc
     where prosecdef and pronamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)`,
  )
  t.ok(rows.length >= 4)
  for (const { signature, settings } of rows)
    t.ok(settings.includes('search_path=pg_catalog, pg_temp'), `${signature} ${settings}`)

  const trap = new pg.Client({ connectionString: app.database.url })
  await trap.connect()
  t.teardown(() => trap.end())
  const ran: (string | undefined)[] = []
  trap.on('notice', ({ message }) => ran.push(message))
  await trap.query(`
    create function pg_temp.told(value anyelement) returns boolean language plpgsql as
      $$ begin raise notice '%', current_user; return true; end $$;
    create domain pg_temp.text as pg_catalog.text check (pg_temp.told(value));
    create domain pg_temp.date as pg_catalog.date check (pg_temp.told(value));
    create domain pg_temp.timestamptz as pg_catalog.timestamptz check (pg_temp.told(value))`)
  await trap.query(`select 'x'::pg_temp.text`)
  t.strictSame(ran.splice(0), [testServer().runtime], 'the trap works')
  await trap.query(`select ensure_event_partition('2031-05-01'), reserve_user_ids(1), purge_event_seals(1)`)
  await trap.query(`select drop_events_before('2001-01-01', 0, '{}', '')`).catch(() => {})
  t.strictSame(ran, [], 'nothing of it ran')
})
