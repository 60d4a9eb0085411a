/** What the machine can do at most: hashes, signatures, bare answers, the service's own statements without the service. */
import { execFile } from 'node:child_process'
import { generateKeyPairSync, sign } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CompactSign } from 'jose'
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import type { Database } from '../src/store/database.ts'
import type { Tables } from '../src/store/tables.ts'

/** ES256 signatures a second over an access token's length: by node:crypto one after another, as JWS or DER, by jose 50 at a time. */
export async function signatureRates(milliseconds: number): Promise<Record<string, number>> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const text = Buffer.alloc(500, 'x')
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' as const }
  const byJose = () => new CompactSign(text).setProtectedHeader({ alg: 'ES256' }).sign(privateKey)
  return {
    'node:crypto': await rateOf(milliseconds, 1, async () => sign('sha256', text, key)),
    'node:crypto, DER': await rateOf(milliseconds, 1, async () => sign('sha256', text, privateKey)),
    jose: await rateOf(milliseconds, 50, byJose),
  }
}

async function rateOf(milliseconds: number, atOnce: number, run: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  let done = 0
  const worker = async () => {
    while (performance.now() - start < milliseconds) {
      await run()
      done += 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return done / ((performance.now() - start) / 1000)
}

/** Debian's pgbench, where it is installed. */
export function findPgbench(): string | undefined {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : []
  return versions.map((version) => join(root, version, 'bin', 'pgbench')).find((path) => existsSync(path))
}

/**
 * How often a second pgbench runs a statement, prepared, with 50 clients.
 * @param ask asks the statement with SQL in the places of values; `:n` in it is a random number of the range.
 */
export async function statementRate(
  pgbench: string,
  databaseUrl: string,
  ask: (db: Database) => Promise<unknown>,
  [first, last]: readonly [first: number, last: number],
  seconds: number,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'omnicrm-identity-pgbench-'))
  try {
    const script = join(folder, 'script.sql')
    await writeFile(script, `\\set n random(${first}, ${last})\n${await textOf(ask)};\n`)
    const options = ['-n', '-M', 'prepared', '-c', '50', '-j', '2', '-T', String(seconds), '-f', script]
    // Not waited for with everything else standing still: this process reads what the database has to say.
    const { stdout, stderr } = await promisify(execFile)(pgbench, [...options, databaseUrl])
    const [, rate] = /^tps = ([\d.]+)/m.exec(stdout) ?? []
    if (rate === undefined) throw new Error(`pgbench: ${stdout}${stderr}`)
    return Number(rate)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The statement as it is sent, each parameter's place taken by its value as SQL. */
async function textOf(ask: (db: Database) => Promise<unknown>): Promise<string> {
  let text = ''
  const db = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (inner) => new PostgresIntrospector(inner),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    log: ({ query: { sql, parameters } }) => {
      text = sql.replace(/\$(\d+)/g, (_, index) => `(${asSql(parameters[index - 1])})`).replace(/\s+/g, ' ')
    },
  })
  await ask(db)
  return text
}

function asSql(value: unknown): string {
  if (Array.isArray(value)) return `array[${value.map(asSql)}]`
  return String(value)
}
