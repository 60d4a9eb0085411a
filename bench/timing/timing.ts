/**
 * Do the times of answers tell what the answers themselves conceal? Starts a PostgreSQL and a service of its own, asks pairs
 * of requests that differ only in what must stay unknown, in random order over one connection, and compares the times.
 *
 *   npm run bench:timing -- [--hashes 4000] [--tokens 20000] [--only login] [--write]
 *
 * `--write` puts the result into docs/benchmarks.md. Ends with 1 when a pair can be told apart.
 */
import { spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { createHasher } from '../../src/crypto/hasher.ts'
import { createKeyRing } from '../../src/crypto/key-ring.ts'
import { randomTokenId, writeToken } from '../../src/crypto/opaque-token.ts'
import { freePort } from '../../src/dev/free-port.ts'
import { type BenchDatabase, withBenchDatabase } from '../support/cluster.ts'
import { createTimedClient } from './client.ts'
import { inactive, known, type Material, type Pair, pairs, REQUESTS_PER_ACCOUNT } from './questions.ts'
import { type Comparison, compare, THRESHOLD } from './statistics.ts'

const { values: options } = parseArgs({
  options: {
    hashes: { type: 'string', default: '4000' },
    tokens: { type: 'string', default: '20000' },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
})
const rounds = { hashes: Number(options.hashes), tokens: Number(options.tokens) }
const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** Requests of each side before those that count. */
const WARM_UP = 200
const accounts = Math.ceil((rounds.hashes + WARM_UP) / REQUESTS_PER_ACCOUNT)
const ADMIN = 'boss@example.com'
const PASSWORD = 'plum-tractor-Quilt-9'
/** The cheapest that the settings allow: differences of microseconds would drown in a costlier hash. */
const HASH = { memoryKiB: 7168, passes: 1, parallelism: 1 }

interface Result extends Comparison {
  pair: Pair
}

await withBenchDatabase(async ({ url, ownerUrl, folder }) => {
  const secret = randomBytes(32)
  const port = await freePort('127.0.0.1')
  const service = await startService(port, { url, ownerUrl, folder }, secret)
  try {
    const client = createTimedClient(`http://127.0.0.1:${port}`)
    const material = await prepare(ownerUrl, secret, client.send)
    const before = machine()
    const results: Result[] = []
    for (const pair of pairs(material, rounds).filter(({ name, sides }) => `${name} ${sides}`.includes(options.only))) {
      results.push({ pair, ...(await measure(pair, client.send)) })
      console.log(row(results.at(-1) as Result))
    }
    client.close()
    const report = [...table(results), '', noise(before, machine())].join('\n')
    console.log(`\n${report}`)
    if (options.write) writeReport(report)
    const isFaulty = results.some(({ pair, t }) => (pair.isControl ? t < THRESHOLD : t >= THRESHOLD))
    process.exitCode = isFaulty ? 1 : 0
  } finally {
    await service.stop()
  }
})

async function startService(port: number, { url, ownerUrl, folder }: BenchDatabase, secret: Buffer) {
  const child = spawn(process.execPath, ['src/server.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      PORT: String(port),
      DATABASE_URL: url,
      DATABASE_MIGRATION_URL: ownerUrl,
      SECRET_KEYS: `b:${secret.toString('base64')}`,
      ACCOUNT_ENUMERATION: 'conceal',
      TRUST_PROXY: '1',
      REQUESTS_PER_MINUTE: '0',
      ARGON2_MEMORY_KIB: String(HASH.memoryKiB),
      ARGON2_PASSES: String(HASH.passes),
      MAIL_DIR: `${folder}/mail`,
      LOG_LEVEL: 'silent',
    },
  })
  const ended = once(child, 'exit')
  await Promise.race([
    once(child.stdout, 'data'),
    ended.then(() => {
      throw new Error('the service did not start')
    }),
  ])
  return {
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

type Send = ReturnType<typeof createTimedClient>['send']

/** Accounts, and a real token of each kind. */
async function prepare(ownerUrl: string, secret: Buffer, send: Send): Promise<Material> {
  await seed(ownerUrl, await createHasher(HASH).hash(PASSWORD))
  const ring = createKeyRing([{ id: 'b', key: secret }])
  const post = async (path: string, body: object, headers = {}) =>
    JSON.parse((await send({ method: 'POST', path, body, headers })).text)
  const session = await post('/auth/login', { email: ADMIN, password: PASSWORD })
  const authorization = `Bearer ${session.access_token}`
  const key = await post('/admin/api-keys', { name: 'Timing', permissions: ['view_user'] }, { authorization })
  return {
    accounts,
    refreshToken: session.refresh_token,
    accessToken: session.access_token,
    stepToken: writeToken(ring, 'step', randomTokenId()),
    resetToken: writeToken(ring, 'password_link', randomTokenId()),
    apiKey: key.api_key,
  }
}

/** Staff, the same number of them deactivated, and an administrator. */
async function seed(ownerUrl: string, hash: string): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl })
  await owner.connect()
  const insert = (email: string, active: boolean, count: number) =>
    owner.query(`
      insert into users (email, email_key, first_name, last_name, active, password_hash, password_state, created_at)
      select ${email}, ${email}, 'Jane', 'Doe', ${active}, '${hash}', 'set', now() from generate_series(1, ${count}) n`)
  await insert(`'${known('#')}'`.replace('#', `' || n || '`), true, accounts)
  await insert(`'${inactive('#')}'`.replace('#', `' || n || '`), false, accounts)
  await insert(`'${ADMIN}'`, true, 1)
  await owner.query(`
    insert into user_roles
    select id, case email when '${ADMIN}' then 'admin' else 'customer_service_agent_1' end from users
    on conflict do nothing`)
  await owner.query('vacuum analyze')
  await owner.end()
}

/**
 * Each request's side is drawn anew. In pairs, one side would more often come right after the other, and pay for what the
 * service still does about it: the mail after "forgot my password".
 */
async function measure(pair: Pair, send: Send): Promise<Comparison> {
  const times: [number[], number[]] = [[], []]
  const answers = new Set<string>()
  const asked: [number, number] = [0, 0]
  const enough = pair.rounds + WARM_UP
  while (Math.max(...asked) < enough) {
    const side = randomInt(2) as 0 | 1
    const { time, status, text } = await send(pair.ask[side](asked[side]))
    answers.add(`${status} ${text.replace(/"request_id":"[^"]+"/, '')}`)
    if (asked[side] >= WARM_UP) times[side].push(time)
    asked[side] += 1
  }
  if (answers.size !== 1) throw new Error(`${pair.name}: the answers differ: ${[...answers].join(' | ')}`)
  return compare(...times)
}

function row({ pair, t, medians, detectable }: Result): string {
  const differs = t >= THRESHOLD
  const verdict = differs ? 'differ' : 'alike'
  const cells = [
    pair.name,
    pair.sides.join(' / '),
    pair.rounds,
    medians.map((time) => time.toFixed(1)).join(' / '),
    detectable.toFixed(1),
    t.toFixed(2),
    pair.isControl ? `${verdict}, as they must` : differs ? `**${verdict}**` : verdict,
  ]
  return `| ${cells.join(' | ')} |`
}

function table(results: Result[]): string[] {
  return [
    '| request | the two sides | of each about | medians, µs | detectable, µs | largest \\|t\\| | |',
    '|---|---|---|---|---|---|---|',
    ...results.map(row),
  ]
}

/** What else went on: load averages, and the share of the processors' time that the hypervisor took. */
function machine() {
  const [, ...fields] = /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]?.split(' ').map(Number) ?? []
  const total = fields.reduce((sum, value) => sum + value, 0)
  return { load: loadavg()[0] ?? 0, total, steal: fields[6] ?? 0 }
}

function noise(before: ReturnType<typeof machine>, after: ReturnType<typeof machine>): string {
  const steal = (100 * (after.steal - before.steal)) / Math.max(1, after.total - before.total)
  const model = cpus()[0]?.model.trim() ?? 'unknown'
  return `${availableParallelism()} processors (${model}); load average ${before.load.toFixed(1)} before, ${after.load.toFixed(1)} after (this benchmark alone makes about 1); the hypervisor took ${steal.toFixed(1)} % of the time.`
}

function writeReport(report: string): void {
  const file = new URL('../../docs/benchmarks.md', import.meta.url)
  const text = readFileSync(file, 'utf8')
  const [begin, end] = ['<!-- timing: written by npm run bench:timing -->\n', '<!-- end of timing -->\n']
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from === -1 || to < from) throw new Error('docs/benchmarks.md lacks the marks of the timing benchmark')
  writeFileSync(file, `${text.slice(0, from + begin.length)}\n${report}\n\n${text.slice(to)}`)
}
