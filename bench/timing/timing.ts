/**
 * Do the times of answers tell what the answers themselves conceal? Starts a PostgreSQL and a service of its own, asks pairs
 * of requests that differ only in what must stay unknown, in random order over one connection, and compares the times.
 *
 *   npm run bench:timing -- [--hashes 4000] [--tokens 20000] [--only login] [--write]
 *
 * `--write` puts the result into docs/benchmarks.md. Ends with 1 when a pair can be told apart.
 */
import { randomInt } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { createHasher } from '../../src/crypto/hasher.ts'
import type { KeyRing } from '../../src/crypto/key-ring.ts'
import { randomTokenId, writeToken } from '../../src/crypto/opaque-token.ts'
import { PASSWORD } from '../harness/calls.ts'
import { describeMachine } from '../harness/machine.ts'
import { sql, withServer } from '../harness/processes.ts'
import { createApiKey, prepareService, signInAdmin } from '../harness/service.ts'
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
/** Requests of each side before those that count. */
const WARM_UP = 200
const accounts = Math.ceil((rounds.hashes + WARM_UP) / REQUESTS_PER_ACCOUNT)
/** The cheapest that the settings allow: differences of microseconds would drown in a costlier hash. */
const HASH = { memoryKiB: 7168, passes: 1, parallelism: 1 }
const SETTINGS = {
  ACCOUNT_ENUMERATION: 'conceal',
  ARGON2_MEMORY_KIB: String(HASH.memoryKiB),
  ARGON2_PASSES: String(HASH.passes),
  LOG_LEVEL: 'silent',
}

interface Result extends Comparison {
  pair: Pair
}

await withServer(async (server) => {
  const database = await server.createServiceDatabase()
  await seed(database.url)
  const { ring, start } = prepareService(server, database, SETTINGS)
  const service = await start()
  const client = createTimedClient(service.url)
  try {
    const material = await prepare(service.url, ring)
    const before = machine()
    const results: Result[] = []
    for (const pair of pairs(material, rounds).filter(({ name, sides }) => `${name} ${sides}`.includes(options.only))) {
      results.push({ pair, ...(await measure(pair, client.send)) })
      console.log(row(results.at(-1) as Result))
    }
    const report = [...table(results), '', noise(before, machine())].join('\n')
    console.log(`\n${report}`)
    if (options.write) writeReport(report)
    const isFaulty = results.some(({ pair, t }) => (pair.isControl ? t < THRESHOLD : t >= THRESHOLD))
    process.exitCode = isFaulty ? 1 : 0
  } finally {
    client.close()
    await service.stop()
  }
})

/** Staff, and the same number of them deactivated. */
async function seed(databaseUrl: string): Promise<void> {
  const hash = await createHasher(HASH).hash(PASSWORD)
  for (const [address, active] of [
    [known, true],
    [inactive, false],
  ] as const) {
    await sql(
      databaseUrl,
      `insert into users (email, email_key, first_name, last_name, active, password_hash, password_state, created_at)
       select address, address, 'Jane', 'Doe', $1, $2, 'set', now()
       from (select replace($3, '#', n::text) as address from generate_series(1, $4::int) n) addresses`,
      [active, hash, address('#'), accounts],
    )
  }
  await sql(databaseUrl, `insert into user_roles select id, 'customer_service_agent_1' from users`)
  await sql(databaseUrl, 'vacuum analyze')
}

/** A real token of each kind. */
async function prepare(url: string, ring: KeyRing): Promise<Material> {
  const session = await signInAdmin(url)
  return {
    accounts,
    refreshToken: session.refresh_token,
    accessToken: session.access_token,
    stepToken: writeToken(ring, 'step', randomTokenId()),
    resetToken: writeToken(ring, 'password_link', randomTokenId()),
    apiKey: await createApiKey(url, session.access_token, ['view_user']),
  }
}

type Send = ReturnType<typeof createTimedClient>['send']

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
  return `${describeMachine()}; load average ${before.load.toFixed(1)} before, ${after.load.toFixed(1)} after (this benchmark alone makes about 1); the hypervisor took ${steal.toFixed(1)} % of the time.`
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
