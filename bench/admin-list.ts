/**
 * Does the administration's list stay flat with size? Starts a PostgreSQL of its own, seeds it, asks the running service
 * over HTTP, and prints each question's latencies and query plan.
 *
 *   npm run bench:admin-list -- [--users 1000000] [--rounds 200] [--plans]
 */
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import pg from 'pg'
import { type Database, openDatabase } from '../src/store/database.ts'
import { type UserFilter, type UserPage, userListQuery } from '../src/store/user-list.ts'
import { bearer } from './harness/calls.ts'
import { percentile, runAllGood } from './harness/load.ts'
import { withServer } from './harness/processes.ts'
import { prepareService, signInAdmin } from './harness/service.ts'
import { seed } from './seed.ts'

const { values: options } = parseArgs({
  options: {
    users: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '200' },
    plans: { type: 'boolean', default: false },
  },
})
const users = Number(options.users)
const rounds = Number(options.rounds)
/** What a server with some memory to itself would be given. */
const PARAMETERS = ['shared_buffers=512MB']

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

await withServer(async (server) => {
  const database = await server.createServiceDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const seeded = performance.now()
  await seed(client, { users, sessions: users, events: users }, { passwordHash: 'x', keyId: 'b', now: new Date() })
  await client.end()
  console.log(`seeded ${users} users in ${((performance.now() - seeded) / 1000).toFixed(1)} s`)

  const service = await prepareService(server, database, { LOG_LEVEL: 'silent' }).start()
  try {
    await measure(service.url)
  } finally {
    await service.stop()
  }
  if (!options.plans) return
  const owner = openDatabase({ url: database.url, poolSize: 2, onIdleError: () => {}, statementTimeout: 0 })
  await printPlans(owner).finally(() => owner.destroy())
}, PARAMETERS)

async function measure(url: string): Promise<void> {
  const headers = bearer((await signInAdmin(url)).access_token)
  const cursor = Buffer.from(JSON.stringify(['users:id', Math.floor(users / 2), Math.floor(users / 2)])).toString(
    'base64url',
  )
  console.log(`\n| question (${users} users, ${rounds} rounds) | p50 ms | p95 ms | max ms |\n|---|---|---|---|`)
  for (const [name, query] of Object.entries(questions)) {
    let round = 0
    const next = () => {
      const n = 1 + ((round * 7919) % users)
      round += 1
      const asked = query
        .replaceAll('{n}', String(n))
        .replaceAll('{m}', String(n % 100))
        .replaceAll('{cursor}', cursor)
      return { path: `/admin/users?${asked}`, headers }
    }
    const { times } = await runAllGood({ url, clients: 1, seconds: 0, amount: rounds, next })
    const at = (share: number) => percentile(times, share).toFixed(1)
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
