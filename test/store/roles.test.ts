import pg from 'pg'
import t from 'tap'
import { sealEvents } from '../../src/jobs/seal-events.ts'
import { startTestApp } from '../support/app.ts'
import { testServer } from '../support/server.ts'
import { createUser, signIn } from '../support/users.ts'

const NOT_ALLOWED = '42501'

t.test('what the runtime role must not do, the database refuses', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  await signIn(app, user)
  await sealEvents(app.deps)
  const contents = async () => {
    const events = await app.db.selectFrom('events').selectAll().orderBy('id').execute()
    return { events, seals: await app.db.selectFrom('event_seals').selectAll().orderBy('position').execute() }
  }
  const before = await contents()
  t.ok(before.events.length > 0)
  t.equal(before.seals.length, before.events.length)

  const runtime = new pg.Client({ connectionString: app.database.directUrl })
  await runtime.connect()
  t.teardown(() => runtime.end())
  const attempt = (statement: string) =>
    runtime.query(statement).then(
      () => 'done',
      (error: pg.DatabaseError) => error.code,
    )

  const log = ['events', 'events_default', 'event_seals']
  const { owner } = testServer()
  const groups: Record<string, string[]> = {
    'change or delete what the log says': [
      ...log.flatMap((table) => [`delete from ${table}`, `truncate ${table}`, `truncate ${table} cascade`]),
      `update events set type = 'sign_out'`,
      `update events set details = '{}' where id = 1`,
      `update events_default set at = now()`,
      'update event_seals set position = position + 1',
      `update event_seals set digest = '\\x00'`,
      `insert into event_seals select * from event_seals on conflict (position) do update set digest = '\\x00'`,
      'select * from events for update',
      'select * from event_seals for share',
      'merge into event_seals s using event_seals o on s.position = o.position when matched then delete',
      ...log.map((table) => `do $$ begin lock table ${table} in access exclusive mode; end $$`),
    ],
    'go round the log by its partitions': [
      'alter table events detach partition events_default',
      `insert into events_default (at, type, outcome, actor_kind) values (now(), 'sign_in', 'success', 'system')`,
      'select * from events_default',
      'drop table events_default',
    ],
    'change the schema': [
      'create table extra (id int)',
      'create schema extra',
      'create function extra() returns int language sql as $$ select 1 $$',
      'create index on events (type)',
      `create rule quiet as on insert to events do instead nothing`,
      'create trigger quiet before insert on events execute function suppress_redundant_updates_trigger()',
      'create extension hstore',
      'drop extension pg_trgm',
      'drop schema graphile_worker cascade',
      'create table graphile_worker.extra (id int)',
      'alter table graphile_worker._private_jobs disable row level security',
      'drop policy runtime on graphile_worker._private_jobs',
      ...[...log, 'users', 'sessions', 'links', 'mails', 'schema_migrations'].flatMap((table) => [
        `alter table ${table} add column extra int`,
        `alter table ${table} disable trigger all`,
        `drop table ${table} cascade`,
      ]),
      'alter table users drop constraint users_email_key_key',
      `alter function ensure_event_partition(date) owner to current_user`,
      'drop function ensure_event_partition(date)',
      'drop schema public cascade',
    ],
    'become more than it is': [
      `set role ${owner}`,
      `grant ${owner} to current_user`,
      'set session_replication_role = replica',
      `alter role ${owner} password 'x'`,
      'create role extra',
      `copy users to program 'cat'`,
      `alter database ${app.database.name} owner to current_user`,
      `drop database ${app.database.name}`,
    ],
    'empty a table or touch the record of migrations': [
      ...['users', 'sessions', 'steps', 'roles', 'signing_keys', 'secret_keys', 'attempts', 'links', 'mails'].map(
        (table) => `truncate ${table} cascade`,
      ),
      'truncate graphile_worker._private_jobs',
      'delete from graphile_worker.migrations',
      'insert into graphile_worker.migrations (id) values (999)',
      'delete from instance',
      'delete from policy',
      'delete from schema_migrations',
      `update schema_migrations set name = 'x'`,
      `insert into schema_migrations values ('9999-x', now()::text)`,
    ],
  }
  for (const [name, statements] of Object.entries(groups)) {
    await t.test(name, async (t) => {
      for (const statement of statements) t.equal(await attempt(statement), NOT_ALLOWED, statement)
    })
  }
  // PostgreSQL takes this with a warning and grants nothing.
  t.equal(await attempt('grant all on events, event_seals to current_user'), 'done')
  for (const table of ['events', 'event_seals']) t.equal(await attempt(`delete from ${table}`), NOT_ALLOWED)
  t.strictSame(await contents(), before, 'nothing has changed')

  await t.test('while it may add to the log, read it, and have a partition made', async (t) => {
    t.equal(
      await attempt(
        `insert into events (at, type, outcome, actor_kind) values (now(), 'sign_out', 'success', 'system')`,
      ),
      'done',
    )
    t.equal(await attempt('select * from events, event_seals'), 'done')
    t.equal(await attempt(`select ensure_event_partition('2031-05-01')`), 'done')
    t.equal(
      await attempt(
        `insert into events (at, type, outcome, actor_kind) values ('2031-05-07', 'sign_out', 'success', 'system')`,
      ),
      'done',
    )
    for (const statement of ['delete from events_2031_05', 'drop table events_2031_05', 'truncate events_2031_05']) {
      t.equal(await attempt(statement), NOT_ALLOWED, statement)
    }
  })
  await t.test('and run the queue: put jobs in, see them, work them off', async (t) => {
    const workable = [
      `select graphile_worker.add_job('some_task', '{"a":1}')`,
      `update graphile_worker._private_jobs set attempts = 1`,
      'delete from graphile_worker._private_jobs',
      'select id from graphile_worker.migrations',
    ]
    for (const [at, statement] of workable.entries()) {
      t.equal(await attempt(statement), 'done', statement)
      const { rows } = await runtime.query('select count(*)::int as jobs from graphile_worker.jobs')
      t.equal(rows[0].jobs, at < 2 ? 1 : 0, `row security hides nothing: ${statement}`)
    }
  })

  await t.test('links and mails are its own to write and to delete', async (t) => {
    const id = 'b1b2c3d4-0000-4000-8000-000000000001'
    for (const statement of [
      `insert into links (id, user_id, kind, token_key_id, created_at, expires_at)
       values ('${id}', ${user.id}, 'welcome', 'k', now(), now())`,
      `insert into mails (id, kind, user_id, recipient, locale, created_at)
       values ('${id}', 'welcome', ${user.id}, 'a@example.com', 'en', now())`,
      `update mails set state = 'sent'`,
      'delete from links',
      'delete from mails',
    ])
      t.equal(await attempt(statement), 'done', statement)
  })
})
