/**
 * Does the service stay flat as it grows? Seeds databases of several sizes, runs the service on each as a process of its
 * own, and measures the same acts on all of them: rates, latencies, WAL and commits per act, and what purging a backlog does
 * to refreshes. Prints the table and writes bench/results/scale.json.
 *
 *   npm run bench:scale -- [--users 50000,1000000] [--seconds 10]
 *
 * Each user has five sessions and twenty events. A million users take some 25 GB of disk for as long as it runs.
 */
import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { createHasher } from '../src/crypto/hasher.ts'
import type { KeyRing } from '../src/crypto/key-ring.ts'
import { writeToken } from '../src/crypto/opaque-token.ts'
import { bearer, PASSWORD, post } from './harness/calls.ts'
import { type Answers, type Load, percentile, runAllGood } from './harness/load.ts'
import { describeMachine, familyTime, processorTime } from './harness/machine.ts'
import { type Server, withServer } from './harness/processes.ts'
import { createApiKey, prepareService, signInAdmin } from './harness/service.ts'
import { type Act, type Result, SCALE, type Scale, scaleTable } from './scale-report.ts'
import { type Sizes, seed } from './seed.ts'

const { values: options } = parseArgs({
  options: {
    users: { type: 'string', default: '50000,1000000' },
    seconds: { type: 'string', default: '10' },
  },
})
const SECONDS = Number(options.seconds)
/** A quarter of the memory that docs/scaling.md gives to a database of a million users. */
const PARAMETERS = ['shared_buffers=2GB']
const SETTINGS = {
  // Every sign-in here comes from a new device; the notices' mails would be measured too.
  SECURITY_NOTICES: 'changes',
  LOG_LEVEL: 'warn',
}
/** The most sessions that are made to be over for the measurement of purging. */
const BACKLOG = 200_000

const results: Result[] = []
for (const users of options.users.split(',').map(Number)) {
  await withServer(async (server) => {
    results.push(await measureAt(server, users))
  }, PARAMETERS)
}
results.sort((a, b) => a.users - b.users)
await tell()

async function measureAt(server: Server, users: number): Promise<Result> {
  const database = await server.createServiceDatabase()
  const owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
  const sizes = { users, sessions: users * 5, events: users * 20 }
  const seedSeconds = await fill(owner, sizes)
  const bytesPerRow = await readSizes(owner)
  const { ring, start } = prepareService(server, database, SETTINGS)
  const service = await start()
  try {
    const acts: Record<string, Act> = {}
    const measure = async (name: string, work: Work) => {
      const act = await measured(owner, { service: service.pid, database: server.pid }, () =>
        runAllGood({ url: service.url, seconds: SECONDS, ...work }),
      )
      acts[name] = act
      const { rate, p50, p99, loadBefore } = act
      console.log(`  ${name}: ${rate.toFixed(0)}/s, p50 ${p50} ms, p99 ${p99} ms (load ${loadBefore})`)
    }
    const works = await worksOf(service.url, ring, sizes)
    for (const [name, work] of Object.entries(works)) await measure(name, work)
    const purge = await measurePurge(database.runtimeUrl, owner, () => measure('refresh while purging', works.refresh))
    return { ...sizes, seedSeconds, bytesPerRow, acts, purge }
  } finally {
    await service.stop()
    await owner.end()
  }
}

async function fill(owner: pg.Client, sizes: Sizes): Promise<Record<string, number>> {
  const passwordHash = await createHasher({ memoryKiB: 19456, passes: 2, parallelism: 1 }).hash(PASSWORD)
  const seconds = await seed(owner, sizes, { passwordHash, keyId: 'b', now: new Date() })
  console.log(`seeded ${sizes.users} users: ${JSON.stringify(seconds)}`)
  // Seeding leaves gigabytes of pages unwritten; writing them out would be measured with the first acts.
  await owner.query('checkpoint')
  return seconds
}

type Work = Pick<Load, 'clients' | 'next' | 'answered'> & { seconds?: number }

/** What is measured, by name, in order. */
async function worksOf(url: string, ring: KeyRing, { users, sessions }: Sizes) {
  const { access_token: adminToken } = await signInAdmin(url)
  const apiKey = await createApiKey(url, adminToken, [])
  const asService = { 'x-api-key': apiKey, 'content-type': 'application/x-www-form-urlencoded' }
  const person = walker(users, (n) => n % 50 !== 0 && n % 1000 !== 0)
  const session = walker(sessions, (n) => n % 5 !== 0)
  const someone = () => 1 + Math.floor(Math.random() * users)
  const accessTokens: string[] = []
  const anyToken = () => accessTokens[Math.floor(Math.random() * accessTokens.length)] ?? ''
  const list = (path: () => string): Work => ({
    clients: 1,
    seconds: SECONDS / 3,
    next: () => ({ path: path(), headers: bearer(adminToken) }),
  })
  return {
    'sign-in': {
      clients: 8,
      next: () => post('/auth/login', { email: `person${person()}@example.com`, password: PASSWORD }),
    },
    refresh: {
      clients: 50,
      next: () => post('/auth/refresh', { refresh_token: refreshToken(ring, session()) }),
      answered: (_status: number, body: string) => {
        if (accessTokens.length < 20_000) accessTokens.push(JSON.parse(body).access_token)
      },
    },
    me: { clients: 50, next: () => ({ path: '/auth/me', headers: bearer(anyToken()) }) },
    introspect: {
      clients: 50,
      next: () => {
        const body = `token=${refreshToken(ring, randomSession(sessions))}`
        return { method: 'POST' as const, path: '/auth/introspect', headers: asService, body }
      },
    },
    'users: first page': list(() => '/admin/users?limit=50'),
    'users: search': list(() => `/admin/users?q=person${someone()}@`),
    'audit: newest': list(() => '/admin/audit-events?limit=50'),
    'audit: about one user': list(() => `/admin/audit-events?subject_id=${someone()}`),
    'audit: a rare type': list(() => '/admin/audit-events?type=password_changed'),
    roles: list(() => '/admin/roles'),
  } satisfies Record<string, Work>
}

/** A session is refreshed once only, so that each refresh is a rotation and none is taken for reuse. */
function walker(count: number, takes: (n: number) => boolean): () => number {
  // A prime far above any count's small factors: neighbours in time are strangers on disk.
  const STRIDE = 7_919_999
  let at = Math.floor(Math.random() * count)
  return () => {
    do at = (at + STRIDE) % count
    while (!takes(at + 1))
    return at + 1
  }
}

function randomSession(count: number): number {
  for (;;) {
    const n = 1 + Math.floor(Math.random() * count)
    if (n % 5 !== 0) return n
  }
}

/** As seed() numbers them. */
function refreshToken(ring: KeyRing, n: number): string {
  const digits = createHash('md5').update(`session${n}`).digest('hex')
  const id = digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return writeToken(ring, 'refresh', id, 1 + (n % 50))
}

/** What PostgreSQL counts while the work is done. Its statistics come with some delay. */
async function measured(
  owner: pg.Client,
  pids: { service: number; database: number },
  work: () => Promise<Answers>,
): Promise<Act> {
  const read = async () => {
    const { rows } = await owner.query(`
      select pg_current_wal_lsn() - '0/0'::pg_lsn as wal, xact_commit as commits
      from pg_stat_database where datname = current_database()`)
    return {
      wal: Number(rows[0].wal),
      commits: Number(rows[0].commits),
      service: processorTime(pids.service),
      database: familyTime(pids.database),
    }
  }
  await sleep(1_500)
  const loadBefore = rounded(loadavg()[0] ?? 0)
  const before = await read()
  const { good, times, sent } = await work()
  await sleep(1_500)
  const after = await read()
  const per = (total: number, digits = 1) => Number((total / sent).toFixed(digits))
  return {
    count: times.length,
    rate: rounded(good),
    p50: rounded(percentile(times, 0.5)),
    p99: rounded(percentile(times, 0.99)),
    loadBefore,
    serviceMsPerAct: per(after.service - before.service, 3),
    databaseMsPerAct: per(after.database - before.database, 3),
    walBytesPerAct: per(after.wal - before.wal, 0),
    commitsPerAct: per(after.commits - before.commits),
  }
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}

/**
 * A backlog as after days without a service, purged by a process of its own while sessions are refreshed. The planner knows
 * of it, as it would then: it has seen when sessions end while they stood.
 */
async function measurePurge(runtimeUrl: string, owner: pg.Client, refresh: () => Promise<void>) {
  const { rowCount } = await owner.query(`
    update sessions set expires_at = now(), absolute_limit_at = now() where id in (
      select id from sessions where not remember_me limit ${BACKLOG})`)
  await owner.query('vacuum analyze sessions')
  const child = fork(new URL('purge-once.ts', import.meta.url), [runtimeUrl])
  await once(child, 'message')
  const start = performance.now()
  const done = once(child, 'message').then(() => performance.now() - start)
  child.send('go')
  await refresh()
  return { sessions: rowCount ?? 0, seconds: Math.round((await done) / 100) / 10 }
}

/** With their indexes and TOAST. */
async function readSizes(owner: pg.Client): Promise<Record<string, number>> {
  const { rows } = await owner.query(`
    select table_name as name, sum(pg_total_relation_size(oid)) / nullif(sum(greatest(reltuples, 0)), 0) as bytes
    from (select oid, reltuples, regexp_replace(relname, '^events_.*', 'events') as table_name from pg_class
      where relkind = 'r' and relnamespace = 'public'::regnamespace) tables
    group by 1 having sum(reltuples) > 1000 order by 1`)
  return Object.fromEntries(rows.map(({ name, bytes }) => [name, Math.round(Number(bytes))]))
}

async function tell(): Promise<void> {
  const scale: Scale = {
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    results,
  }
  console.log(`\n${scaleTable(scale)}`)
  await mkdir(new URL('./', SCALE), { recursive: true })
  await writeFile(SCALE, `${JSON.stringify(scale, null, 1)}\n`)
}
