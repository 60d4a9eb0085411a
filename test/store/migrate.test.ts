import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import t, { type Test } from 'tap'
import { openDatabase } from '../../src/store/database.ts'
import { migrate } from '../../src/store/migrate.ts'
import { migrationNames, readSchemaState } from '../../src/store/schema.ts'
import { createTestDatabase, type TestDatabase, testServer } from '../support/server.ts'

const { runtime } = testServer()

async function emptyDatabase(t: Test): Promise<TestDatabase> {
  const database = await createTestDatabase({ empty: true })
  t.teardown(() => database.drop())
  return database
}

async function query(url: string, text: string) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

/** Until a session of this database waits for a lock. */
async function untilWaiting({ ownerUrl, name }: TestDatabase): Promise<void> {
  for (;;) {
    const waiting = await query(
      ownerUrl,
      `select from pg_stat_activity where datname = '${name}' and wait_event_type = 'Lock'`,
    )
    if (waiting.length > 0) return
    await sleep(5)
  }
}

/** Tables, columns, constraints, indexes, functions and rights, in a form that can be compared. */
async function describeSchema(url: string): Promise<string> {
  const [{ description } = {}] = await query(
    url,
    `select json_build_object(
      'columns', (select json_agg(c order by c) from (select table_name, column_name, data_type, is_nullable, column_default
        from information_schema.columns where table_schema = 'public') c(a, b, d, e, f)),
      'constraints', (select json_agg(conrelid::regclass || pg_get_constraintdef(oid) order by 1, conrelid::regclass::text,
        pg_get_constraintdef(oid)) from pg_constraint where connamespace = 'public'::regnamespace),
      'indexes', (select json_agg(indexdef order by indexdef) from pg_indexes where schemaname = 'public'),
      'functions', (select json_agg(proname || proacl::text order by proname) from pg_proc where pronamespace = 'public'::regnamespace),
      'rights', (select json_agg(relname || coalesce(relacl::text, '') order by relname) from pg_class
        where relnamespace = 'public'::regnamespace)
    )::text as description`,
  )
  return description
}

async function schemaState(database: TestDatabase, url = database.url) {
  const db = openDatabase({ url, poolSize: 1 })
  try {
    return await readSchemaState(db)
  } finally {
    await db.destroy()
  }
}

t.test('an empty database gets the whole schema, and the runtime role its rights', async (t) => {
  const database = await emptyDatabase(t)
  t.equal(await schemaState(database), 'older')
  t.strictSame(await migrate(database.ownerUrl, runtime), await migrationNames())
  t.equal(await schemaState(database), 'current')
  t.strictSame(
    (await query(database.url, 'select name from roles order by name')).map(({ name }) => name),
    ['admin', 'customer', 'customer_service_agent_1'],
  )
})

t.test('a second run applies nothing and changes nothing', async (t) => {
  const database = await emptyDatabase(t)
  await migrate(database.ownerUrl, runtime)
  await query(database.ownerUrl, `update roles set description = 'ours' where name = 'admin'`)
  const before = await describeSchema(database.ownerUrl)
  t.match(before, 'users_email_key', 'the description sees the schema')
  t.strictSame(await migrate(database.ownerUrl, runtime), [])
  t.equal(await describeSchema(database.ownerUrl), before)
  const [{ description } = {}] = await query(database.url, `select description from roles where name = 'admin'`)
  t.equal(description, 'ours')
})

t.test('replicas that start at once migrate once', async (t) => {
  const database = await emptyDatabase(t)
  const names = await migrationNames()
  const runs = await Promise.all(Array.from({ length: 6 }, () => migrate(database.ownerUrl, runtime)))
  t.strictSame(
    runs.filter((applied) => applied.length > 0),
    [names],
  )
  t.equal(await schemaState(database), 'current')
  for (let round = 0; round < 5; round++) {
    const again = await Promise.all(Array.from({ length: 6 }, () => migrate(database.ownerUrl, runtime)))
    t.strictSame(again.flat(), [], 'also when there is nothing left to do but the grants')
  }
  const reference = await emptyDatabase(t)
  await migrate(reference.ownerUrl, runtime)
  t.equal(await describeSchema(database.ownerUrl), await describeSchema(reference.ownerUrl))
})

t.test('a failed migration leaves nothing behind, and the next run starts over', async (t) => {
  const database = await emptyDatabase(t)
  await query(database.ownerUrl, 'create table event_seals (in_the_way int)')
  await t.rejects(migrate(database.ownerUrl, runtime), { code: '42P07' })
  t.strictSame(await query(database.ownerUrl, `select to_regclass('users') as users`), [{ users: null }])
  t.equal(await schemaState(database, database.ownerUrl), 'older')
  await query(database.ownerUrl, 'drop table event_seals')
  t.strictSame(await migrate(database.ownerUrl, runtime), await migrationNames())
})

t.test(
  'a migration that meets a lock gives way, again and again, and goes through once the lock is gone',
  async (t) => {
    const database = await emptyDatabase(t)
    const holder = new pg.Client({ connectionString: database.ownerUrl })
    await holder.connect()
    t.teardown(() => holder.end())
    await holder.query('begin; create table event_seals (in_the_way int)')
    const impatient = { lockWait: 20, tries: 2, pause: 1 }
    await t.rejects(migrate(database.ownerUrl, runtime, undefined, impatient), {
      name: 'Error',
      message: /^the migration has waited 2 times for a lock .* changed nothing; .* run migrate again$/,
    })
    t.strictSame(await query(database.ownerUrl, `select to_regclass('users') as users`), [{ users: null }])

    const patient = migrate(database.ownerUrl, runtime, undefined, { lockWait: 20, tries: 1000, pause: 20 })
    await untilWaiting(database)
    await holder.query('rollback')
    t.strictSame(await patient, await migrationNames())
  },
)

t.test('whoever sees the new schema has the rights to use it', async (t) => {
  const database = await emptyDatabase(t)
  await migrate(database.ownerUrl, runtime)
  await query(
    database.ownerUrl,
    `delete from schema_migrations where name >= '0009';
     drop trigger deleted_users_stay_known on users; drop function note_deleted_user; drop table deleted_users;
     create index sessions_user on sessions (user_id); create index sessions_expiry on sessions (expires_at)`,
  )
  const holder = new pg.Client({ connectionString: database.ownerUrl })
  await holder.connect()
  t.teardown(() => holder.end())
  await holder.query(`begin; select pg_advisory_xact_lock(hashtextextended('omnicrm-identity:grants', 0))`)
  const migrating = migrate(database.ownerUrl, runtime)
  await untilWaiting(database)
  t.equal(await schemaState(database), 'older', 'as long as the rights are not there')
  await holder.query('commit')
  await migrating
  t.equal(await schemaState(database), 'current')
  t.strictSame(await query(database.url, 'select id from deleted_users'), [])
})

t.test('a migration of a later release is served, a missing one is not', async (t) => {
  const database = await emptyDatabase(t)
  await migrate(database.ownerUrl, runtime)
  await query(database.ownerUrl, `insert into schema_migrations values ('9999-later', now()::text)`)
  t.equal(await schemaState(database), 'newer')
  t.strictSame(await migrate(database.ownerUrl, runtime), [], 'a rolled back release finds nothing to do')
  await query(database.ownerUrl, `delete from schema_migrations where name < '9999'`)
  t.equal(await schemaState(database), 'older')
})

t.test('a schema that has taken away what a release needs is too new for it', async (t) => {
  const database = await emptyDatabase(t)
  await migrate(database.ownerUrl, runtime)
  await query(database.ownerUrl, `insert into schema_migrations values ('9998-expand', '1'), ('9999-contract', '2')`)
  const raiseFloor = (name = '') => query(database.ownerUrl, `update schema_floor set migration = '${name}'`)
  await raiseFloor((await migrationNames()).at(-1))
  t.equal(await schemaState(database), 'newer', 'this release knows the floor')
  await raiseFloor('9998-expand')
  t.equal(await schemaState(database), 'too_new')
  t.strictSame(await migrate(database.ownerUrl, runtime), [], 'and is left as it is')
  await t.rejects(query(database.url, `update schema_floor set migration = 'x'`), { code: '42501' })
})
