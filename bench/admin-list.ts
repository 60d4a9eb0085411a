/**
 * Does the administration's list stay flat with size? Starts a PostgreSQL of its own, seeds it, asks the running service
 * over HTTP, and prints each question's latencies and query plan.
 *
 *   npm run bench:admin-list -- [--users 1000000] [--rounds 200] [--plans]
 */
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { CompiledQuery, sql } from 'kysely'
import pg from 'pg'
import { pino } from 'pino'
import { loadConfig } from '../src/config.ts'
import { removeClusterData, startCluster } from '../src/dev/embedded-cluster.ts'
import { startService } from '../src/service.ts'
import { type Database, openDatabase } from '../src/store/database.ts'
import { migrate } from '../src/store/migrate.ts'
import { type UserFilter, type UserPage, userListQuery } from '../src/store/user-list.ts'

const { values: options } = parseArgs({
  options: {
    users: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '200' },
    plans: { type: 'boolean', default: false },
  },
})
const users = Number(options.users)
const rounds = Number(options.rounds)
const adminPassword = 'bench-Tulip-harbour-7'

/** What administrators ask for. `{n}` becomes a different number each time. */
const questions: Record<string, string> = {
  'first page': 'limit=50',
  'a page in the middle': 'limit=50&cursor={cursor}',
  'sort by e-mail': 'sort=email',
  'sort by last sign-in, newest first': 'sort=-last_login_at',
  'search one e-mail': 'q=person{n}@',
  'search a name (1 in 100)': 'q=family{m}%20',
  'search what nobody has': 'q=zzz{n}zzz',
  'search what everybody has': 'q=example.com',
  'exact e-mail': 'email=person{n}@example.com',
  ids: 'ids=1,{n},{m}',
  'role (1 in 100)': 'role=customer_service_agent_1',
  'inactive (1 in 1000)': 'active=false',
  'second factor on (1 in 50)': 'two_factor_enabled=true',
  'never signed in (1 in 10)': 'never_logged_in=true',
  'not seen for a year': 'inactive_since=2025-03-01T00:00:00Z&sort=last_login_at',
  locked: 'locked=true',
  'search and filter': 'q=family{m}%20&active=true&role=customer',
}

const folder = await mkdtemp(join(tmpdir(), 'omnicrm-identity-bench-'))
await chmod(folder, 0o755)
const dataDir = join(folder, 'postgres')
const password = randomBytes(12).toString('hex')
const cluster = await startCluster({ dataDir, password, parameters: ['shared_buffers=512MB', 'max_wal_size=4GB'] })
try {
  await run(`postgres://${cluster.superuser}:${password}@127.0.0.1:${cluster.port}`)
} finally {
  await cluster.stop()
  await removeClusterData(dataDir)
  await rm(folder, { recursive: true, force: true })
}

async function run(server: string): Promise<void> {
  const admin = new pg.Client({ connectionString: `${server}/postgres` })
  await admin.connect()
  await admin.query(`create role runtime login password '${password}'`)
  await admin.query('create database bench')
  await admin.end()
  const url = `postgres://runtime:${password}@127.0.0.1:${cluster.port}/bench`
  await migrate(`${server}/bench`, 'runtime')
  const owner = openDatabase({ url: `${server}/bench`, poolSize: 2, onIdleError: () => {}, statementTimeout: 0 })
  const seeded = performance.now()
  await seed(owner)
  console.log(`seeded ${users} users in ${((performance.now() - seeded) / 1000).toFixed(1)} s`)

  const config = loadConfig({
    DATABASE_URL: url,
    SECRET_KEYS: `b:${randomBytes(32).toString('base64')}`,
    REQUESTS_PER_MINUTE: '0',
    LOG_LEVEL: 'silent',
    BOOTSTRAP_ADMIN_EMAIL: 'boss@bench.test',
    BOOTSTRAP_ADMIN_PASSWORD: adminPassword,
  })
  const service = await startService(
    config,
    { url, directUrl: url, secretKeys: config.secretKeys ?? [] },
    pino({ level: 'silent' }),
  )
  try {
    const address = await service.app.listen({ host: '127.0.0.1', port: 0 })
    await measure(address)
    if (options.plans) await printPlans(owner)
  } finally {
    await service.close()
    await owner.destroy()
  }
}

async function seed(db: Database): Promise<void> {
  const run = (text: string) => db.executeQuery(CompiledQuery.raw(text.replaceAll(':users', String(users))))
  await run(`
    insert into users (email, email_key, first_name, last_name, phone, active, password_hash, password_state, totp_secret,
                       login_count, last_login_at, created_at)
    select 'person' || n || '@example.com', 'person' || n || '@example.com', 'Given' || n % 1000, 'Family' || n % 100,
           '+44 20 ' || lpad(n::text, 8, '0'), n % 1000 <> 0, 'x', 'set', case when n % 50 = 0 then 'v1.b.x' end,
           case when n % 10 = 0 then 0 else n % 90 + 1 end,
           case when n % 10 <> 0 then timestamptz '2026-03-01' - (n % 600) * interval '1 day' - n * interval '1 millisecond' end,
           timestamptz '2020-01-01' + n * interval '1 minute'
    from generate_series(1, :users) n`)
  await run(`
    insert into user_roles select id, case when hashint8(id) % 100 = 0 then 'customer_service_agent_1' else 'customer' end from users`)
  await run(`
    insert into attempts (key, failures, last_failure_at, blocked_until, forget_at, user_id)
    select sha256(id::text::bytea), 9, now(), now() + interval '1 hour', now() + interval '1 day', id from users where id % 5000 = 0`)
  await run('vacuum analyze')
}

async function measure(address: string): Promise<void> {
  const login = await fetch(`${address}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'boss@bench.test', password: adminPassword }),
  })
  const { access_token: token } = (await login.json()) as { access_token: string }
  const cursor = Buffer.from(JSON.stringify(['users:id', Math.floor(users / 2), Math.floor(users / 2)])).toString(
    'base64url',
  )
  console.log(`\n| question (${users} users, ${rounds} rounds) | p50 ms | p95 ms | max ms |\n|---|---|---|---|`)
  for (const [name, query] of Object.entries(questions)) {
    const times: number[] = []
    for (let round = 0; round < rounds; round++) {
      const n = 1 + ((round * 7919) % users)
      const asked = query
        .replaceAll('{n}', String(n))
        .replaceAll('{m}', String(n % 100))
        .replaceAll('{cursor}', cursor)
      const start = performance.now()
      const answer = await fetch(`${address}/admin/users?${asked}`, { headers: { authorization: `Bearer ${token}` } })
      await answer.arrayBuffer()
      if (answer.status !== 200) throw new Error(`${asked} answered ${answer.status}`)
      times.push(performance.now() - start)
    }
    times.sort((a, b) => a - b)
    const at = (share: number) => (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(1)
    console.log(`| ${name} | ${at(0.5)} | ${at(0.95)} | ${at(1)} |`)
  }
}

async function printPlans(db: Database): Promise<void> {
  const page: UserPage = { sort: 'id', descending: false, limit: 51, after: undefined }
  const asked: Record<string, [UserFilter, UserPage]> = {
    'first page': [{}, page],
    'search a name (1 in 100)': [{ q: 'family7 ' }, page],
    'search one e-mail': [{ q: 'person4711@' }, page],
    'search and filter': [{ q: 'family7 ', active: true, role: 'customer' }, page],
    role: [{ role: 'customer_service_agent_1' }, page],
    inactive: [{ active: false }, page],
    'second factor on': [{ twoFactorEnabled: true }, page],
    locked: [{ locked: true }, page],
    'last sign-in, newest first': [{}, { ...page, sort: 'last_login_at', descending: true }],
  }
  for (const [name, [filter, wanted]] of Object.entries(asked)) {
    const plan = await userListQuery(db, filter, wanted, new Date()).explain(
      'text',
      sql`analyze, buffers off, timing off`,
    )
    const lines = plan.map((row) => row['QUERY PLAN'])
    console.log(`\n### ${name}\n\n\`\`\`\n${lines.join('\n')}\n\`\`\``)
  }
}
