/**
 * Does the administration's list stay flat with size? Starts a PostgreSQL of its own, seeds it, asks the running service
 * over HTTP, and prints each question's latencies and query plan.
 *
 *   npm run bench:admin-list -- [--users 1000000] [--rounds 200] [--plans]
 */
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import pg from 'pg'
import { pino } from 'pino'
import { loadConfig } from '../src/config.ts'
import { startService } from '../src/service.ts'
import { type Database, openDatabase } from '../src/store/database.ts'
import { type UserFilter, type UserPage, userListQuery } from '../src/store/user-list.ts'
import { withBenchDatabase } from './support/cluster.ts'
import { seed } from './support/seed.ts'

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

await withBenchDatabase(async ({ url, ownerUrl }) => {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  const seeded = performance.now()
  await seed(client, { users, sessions: users, events: users }, { passwordHash: 'x', keyId: 'b', now: new Date() })
  await client.end()
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
    { url, directUrl: url, secretKeys: config.database?.secretKeys ?? [] },
    pino({ level: 'silent' }),
  )
  const owner = openDatabase({ url: ownerUrl, poolSize: 2, onIdleError: () => {}, statementTimeout: 0 })
  try {
    const address = await service.app.listen({ host: '127.0.0.1', port: 0 })
    await measure(address)
    if (options.plans) await printPlans(owner)
  } finally {
    await service.close()
    await owner.destroy()
  }
})

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
