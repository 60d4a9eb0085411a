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
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { createHasher } from '../src/crypto/hasher.ts'
import { createKeyRing } from '../src/crypto/key-ring.ts'
import { writeToken } from '../src/crypto/opaque-token.ts'
import { familyTime, parentOf, processorTime } from './harness/machine.ts'
import { type Act, type Result, type Scale, scaleTable } from './scale-report.ts'
import { type BenchDatabase, withBenchDatabase } from './support/cluster.ts'
import { type Figures, load } from './support/load.ts'
import { seed } from './support/seed.ts'
import { startBenchService } from './support/service.ts'

const { values: options } = parseArgs({
  options: {
    users: { type: 'string', default: '50000,1000000' },
    seconds: { type: 'string', default: '10' },
  },
})
const SPAN = Number(options.seconds) * 1000
const RESULTS = fileURLToPath(new URL('results/', import.meta.url))
const PASSWORD = 'bench-Tulip-harbour-7'
const KEY = randomBytes(32)
const ring = createKeyRing([{ id: 'b', key: KEY }])
/** The most sessions that are made to be over for the measurement of purging. */
const BACKLOG = 200_000

const results: Result[] = []
for (const users of options.users.split(',').map(Number)) {
  await withBenchDatabase(async (database) => {
    results.push(await measureAt(database, users))
  })
}
results.sort((a, b) => a.users - b.users)
await tell()

async function measureAt(database: BenchDatabase, users: number): Promise<Result> {
  const owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  const sizes = { users, sessions: users * 5, events: users * 20 }
  const passwordHash = await createHasher({ memoryKiB: 19456, passes: 2, parallelism: 1 }).hash(PASSWORD)
  const seedSeconds = await seed(owner, sizes, { passwordHash, keyId: 'b', now: new Date() })
  console.log(`seeded ${users} users: ${JSON.stringify(seedSeconds)}`)
  const bytesPerRow = await readSizes(owner)
  const service = await startBenchService(database, {
    SECRET_KEYS: `b:${KEY.toString('base64')}`,
    BOOTSTRAP_ADMIN_EMAIL: 'boss@bench.test',
    BOOTSTRAP_ADMIN_PASSWORD: PASSWORD,
  })
  try {
    const acts: Record<string, Act> = {}
    const post = (path: string, body: object, headers = {}) => ({ method: 'POST', path, body, headers })
    const admin = JSON.parse(await service.send(post('/auth/login', { email: 'boss@bench.test', password: PASSWORD })))
    const asAdmin = { authorization: `Bearer ${admin.access_token}` }
    const made = await service.send(post('/admin/api-keys', { name: 'bench', permissions: [] }, asAdmin), 201)
    const asService = { 'x-api-key': JSON.parse(made).api_key }
    const get = (path: string, headers: Record<string, string>) => ({ method: 'GET', path, headers })
    const people = walker(users, (n) => n % 50 !== 0 && n % 1000 !== 0)
    const open = walker(sizes.sessions, (n) => n % 5 !== 0)
    const accessTokens: string[] = []
    const refreshNext = () => post('/auth/refresh', { refresh_token: refreshToken(open()) })
    const any = <T>(all: T[]) => all[Math.floor(Math.random() * all.length)] as T
    const someone = () => 1 + Math.floor(Math.random() * users)

    const measure = async (
      name: string,
      clients: number,
      next: Parameters<typeof load>[1],
      span = SPAN,
      note?: (body: string) => void,
    ) => {
      acts[name] = await measured(owner, service.pid, () =>
        load(service.url, next, { clients, span, ...(note && { note }) }),
      )
      const { rate, p50, p99, loadBefore } = acts[name]
      console.log(`  ${name}: ${rate.toFixed(0)}/s, p50 ${p50} ms, p99 ${p99} ms (load ${loadBefore})`)
    }
    await measure('sign-in', 8, () =>
      post('/auth/login', { email: `person${people()}@example.com`, password: PASSWORD }),
    )
    await measure('refresh', 50, refreshNext, SPAN, (body) => {
      if (accessTokens.length < 20_000) accessTokens.push(JSON.parse(body).access_token)
    })
    await measure('me', 50, () => get('/auth/me', { authorization: `Bearer ${any(accessTokens)}` }))
    await measure('introspect', 50, () => ({
      method: 'POST',
      path: '/auth/introspect',
      form: { token: refreshToken(randomSession(sizes.sessions)) },
      headers: asService,
    }))
    const lists: Record<string, () => string> = {
      'users: first page': () => '/admin/users?limit=50',
      'users: search': () => `/admin/users?q=person${someone()}@`,
      'audit: newest': () => '/admin/audit-events?limit=50',
      'audit: about one user': () => `/admin/audit-events?subject_id=${someone()}`,
      'audit: a rare type': () => '/admin/audit-events?type=password_changed',
      roles: () => '/admin/roles',
    }
    for (const [name, path] of Object.entries(lists)) await measure(name, 1, () => get(path(), asAdmin), SPAN / 3)
    const purge = await measurePurge(database, owner, (span) => measure('refresh while purging', 50, refreshNext, span))
    return { ...sizes, seedSeconds, bytesPerRow, acts, purge }
  } finally {
    await service.stop()
    await owner.end()
  }
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
function refreshToken(n: number): string {
  const digits = createHash('md5').update(`session${n}`).digest('hex')
  const id = digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return writeToken(ring, 'refresh', id, 1 + (n % 50))
}

/** What PostgreSQL counts while the work is done. Its statistics come with some delay. */
async function measured(owner: pg.Client, pid: number, work: () => Promise<Figures>): Promise<Act> {
  await sleep(1_500)
  const { rows: own } = await owner.query('select pg_backend_pid() as pid')
  const postmaster = parentOf(own[0].pid)
  const read = async () => {
    const { rows } = await owner.query(`
      select pg_current_wal_lsn() - '0/0'::pg_lsn as wal, xact_commit as commits
      from pg_stat_database where datname = current_database()`)
    return {
      wal: Number(rows[0].wal),
      commits: Number(rows[0].commits),
      service: processorTime(pid),
      database: familyTime(postmaster),
    }
  }
  const loadBefore = Math.round((loadavg()[0] ?? 0) * 10) / 10
  const before = await read()
  const figures = await work()
  await sleep(1_500)
  const after = await read()
  const per = (total: number, digits = 1) => Number((total / figures.count).toFixed(digits))
  return {
    ...figures,
    loadBefore,
    serviceMsPerAct: per(after.service - before.service, 3),
    databaseMsPerAct: per(after.database - before.database, 3),
    walBytesPerAct: per(after.wal - before.wal, 0),
    commitsPerAct: per(after.commits - before.commits),
  }
}

/**
 * A backlog as after days without a service, purged by a process of its own while sessions are refreshed. The planner knows
 * of it, as it would then: it has seen when sessions end while they stood.
 */
async function measurePurge(database: BenchDatabase, owner: pg.Client, refreshFor: (span: number) => Promise<void>) {
  const { rowCount } = await owner.query(`
    update sessions set expires_at = now(), absolute_limit_at = now() where id in (
      select id from sessions where not remember_me limit ${BACKLOG})`)
  await owner.query('vacuum analyze sessions')
  const child = fork(new URL('support/purge.ts', import.meta.url), [database.url])
  await once(child, 'message')
  const start = performance.now()
  const done = once(child, 'message').then(() => performance.now() - start)
  child.send('go')
  await refreshFor(SPAN)
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
  const [cpu] = cpus()
  const scale: Scale = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpu?.model.trim()}, Node ${process.version}`,
    results,
  }
  console.log(`\n${scaleTable(scale)}`)
  await mkdir(RESULTS, { recursive: true })
  await writeFile(join(RESULTS, 'scale.json'), `${JSON.stringify(scale, null, 1)}\n`)
}
