/** Every question to the database is answered from an index, however much it holds. */

import { Session } from 'node:inspector/promises'
import { basename } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import t from 'tap'
import { seed } from '../../bench/seed.ts'
import { startTestApp } from '../support/app.ts'
import { FrozenClock } from '../support/clock.ts'
import { Mailbox } from '../support/mail.ts'
import { type Plan, readsWhole, watchPlans } from '../support/plans.ts'
import { createTestDatabase } from '../support/server.ts'
import { createUser, signIn } from '../support/users.ts'
import { walkEverything } from '../support/walk.ts'

/** Tables that stay small, however many users there are. All others must be large here, and read by index. */
const SMALL: Record<string, string> = {
  instance: 'one row',
  policy: 'one row',
  schema_floor: 'one row',
  event_retention: 'one row',
  event_checkpoints: 'a row for each time that retention has dropped months',
  secret_keys: 'a row for each rotation of SECRET_KEYS',
  signing_keys: 'those not yet retired: two or three',
  roles: 'made by hand, as many as an organisation tells apart',
  api_keys: 'made by hand, one for each service',
  api_key_secrets: 'one or two for each API key',
  schema_migrations: 'a row for each migration',
}

/** Statements that read everything because that is what they are for. */
const READ_ALL: Record<string, RegExp> = {
  'the list of roles counts who holds each': /^select "roles"\.\*, \(select count/,
  '`cli keys status` counts what each key is needed for': /'two-factor secrets' as what/,
  'verification looks for events that were never handed to the sealer': /where not exists.*event_seals/,
}

/** Functions of the store that no call, job or command needs in ordinary times. */
const NOT_WALKED: Record<string, string> = {
  'database.ts log': 'reports queries to traces',
  'database.ts isHeldUp': 'migrations alone ask it',
}

const database = await createTestDatabase()
t.teardown(() => database.drop())
const clock = new FrozenClock()
const mailbox = new Mailbox()
const owner = new pg.Client({ connectionString: database.adminUrl })
await owner.connect()
t.teardown(() => owner.end())
await seed(
  owner,
  { users: 10_000, sessions: 20_000, events: 30_000, unsealed: 2_500 },
  { passwordHash: 'x', keyId: 't1', now: clock.now() },
)
const plansSoFar = await watchPlans(database)

const inspector = new Session()
inspector.connect()
await inspector.post('Profiler.enable')
await inspector.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
const app = await startTestApp(t, {
  database,
  clock,
  mailer: mailbox,
  env: { TRUST_PROXY: '1', AUDIT_RETENTION: '365' },
})
const calls = new Set<string>()
const { call } = app
app.call = (method, path, options) => {
  calls.add(`${method} ${path.split('?')[0]}`)
  return call(method, path, options)
}

const { rows: tables } = await owner.query<{ name: string; rows: number; partial: string[] }>(`
  select relname as name, reltuples::int as rows, array(
    select indexrelid::regclass::text from pg_index where indrelid = c.oid and indpred is not null) as partial
  from pg_class c where relkind = 'r' and relnamespace = 'public'::regnamespace`)
const partial = tables.flatMap((table) => table.partial)

/** What a plan reads whole of what grows. A partition with hardly anything in it is no matter. */
function faultsOf(plan: Plan): string[] {
  if (Object.values(READ_ALL).some((pattern) => pattern.test(plan.statement))) return []
  const growing = tables.filter(({ name, rows }) => !(name in SMALL) && rows >= 1_000).map(({ name }) => name)
  return readsWhole(plan, partial).filter((name) => growing.includes(name))
}

const tell = (plans: Plan[]) =>
  plans.flatMap((plan) =>
    faultsOf(plan).map((name) => `${name}: ${plan.statement.replaceAll(/\s+/g, ' ').slice(-300)}`),
  )

t.test('each table that grows is large here', async (t) => {
  const { rows } = await owner.query(`
    select relname as name from pg_class where relkind in ('r', 'p') and not relispartition
      and relnamespace = 'public'::regnamespace`)
  for (const { name } of rows) {
    if (name in SMALL || /^schema_migrations/.test(name)) continue
    const { rows: counted } = await owner.query(`select count(*)::int as n from ${name}`)
    t.ok(counted[0].n >= 1_500, `${name} has ${counted[0].n} rows: seed it, or say why it stays small`)
  }
})

t.test('every call, job and command reads by index', async (t) => {
  await walkEverything(app, mailbox)
  const plans = plansSoFar()
  t.ok(plans.length > 150, `${plans.length} plans`)
  t.strictSame(tell(plans), [])
})

t.test('the walk has left out no operation', async (t) => {
  const { paths } = app.app.swagger() as { paths: Record<string, object> }
  const declared = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const patterns = (operation: string) => new RegExp(`^${operation.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`)
  t.strictSame(
    declared.filter((operation) => ![...calls].some((made) => patterns(operation).test(made))),
    [],
  )
})

t.test('the walk has left out no function of the store', async (t) => {
  const { result } = await inspector.post('Profiler.takePreciseCoverage')
  const left = result
    .filter(({ url }) => /\/src\/store\/(?!migrate)/.test(url))
    .flatMap(({ url, functions }) =>
      functions
        .filter(({ functionName, ranges }) => functionName !== '' && ranges[0]?.count === 0)
        .map(({ functionName }) => `${basename(url)} ${functionName}`),
    )
    .filter((name) => !(name in NOT_WALKED))
  t.strictSame(left, [])
})

t.test('a dropped index is noticed', async (t) => {
  const user = await createUser(app)
  const { access_token: token } = await signIn(app, user)
  const before = plansSoFar().length
  await sql`drop index sessions_owner`.execute(app.db)
  await app.call('GET', '/auth/sessions', { token })
  t.match(tell(plansSoFar().slice(before)), [/^sessions: select \* from "sessions" where "user_id" = \$1/])
})
