/**
 * How long does it take to move many users in, and how much memory? Starts a PostgreSQL of its own, writes a file of
 * made-up users, runs `cli users import` on it as an operator would (a dry run, the import, the import again), and seals
 * the events as the service would afterwards.
 *
 *   npm run bench:import -- [--users 1000000] [--skip-dry-run]
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { loadConfig } from '../src/config.ts'
import { sealEvents } from '../src/jobs/seal-events.ts'
import { openDeps } from '../src/open-deps.ts'
import { openDatabase } from '../src/store/database.ts'
import { PROJECT, sql, withServer } from './harness/processes.ts'

const { values: options } = parseArgs({
  options: { users: { type: 'string', default: '1000000' }, 'skip-dry-run': { type: 'boolean', default: false } },
})
const users = Number(options.users)
/** What a server with some memory to itself would be given. */
const PARAMETERS = ['shared_buffers=512MB']

let file = ''
await withServer(async (server) => {
  const { url, runtimeUrl } = await server.createServiceDatabase()
  file = join(server.folder, 'users.ndjson')
  const env = {
    DATABASE_URL: runtimeUrl,
    SECRET_KEYS: `b:${randomBytes(32).toString('base64')}`,
    LOG_LEVEL: 'silent',
  }
  await writeUsers()
  console.log(
    `${users} users, ${megabytes((await stat(file)).size)} MB\n\n| run | seconds | peak MB | said |\n|---|---|---|---|`,
  )
  if (!options['skip-dry-run']) await measure('dry run', ['--dry-run'], env)
  await measure('import', [], env)
  await measure('the same file again', [], env)
  await sealAll(env)
  await tellSizes(url)
}, PARAMETERS)

/** Hashes look like Werkzeug's; nobody signs in with them here. One user in fifty has a second factor. */
async function writeUsers(): Promise<void> {
  const output = createWriteStream(file)
  for (let n = 1; n <= users; n++) {
    const row = {
      id: n,
      email: `person${n}@example.com`,
      first_name: `Given${n % 1000}`,
      last_name: `Family${n % 100}`,
      phone: `+44 20 ${String(n).padStart(8, '0')}`,
      locale: ['en', 'fr', 'es', 'ar'][n % 4],
      roles: [n % 100 === 0 ? 'customer_service_agent_1' : 'customer'],
      active: n % 1000 !== 0,
      password_hash: `scrypt:32768:8:1$${randomBytes(8).toString('hex')}$${randomBytes(64).toString('hex')}`,
      totp_secret: n % 50 === 0 ? 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' : null,
      login_count: n % 90,
      last_login_at: '2025-03-01T10:00:00Z',
      created_at: '2020-01-01T10:00:00Z',
    }
    if (!output.write(`${JSON.stringify(row)}\n`)) await once(output, 'drain')
  }
  await finished(output.end())
}

/** Runs the command in a process of its own and prints how long it took, its peak resident memory and its last words. */
async function measure(name: string, args: string[], env: Record<string, string>): Promise<void> {
  const start = performance.now()
  const command = ['src/cli.ts', 'users', 'import', file, '--report', `${file}.report`, ...args]
  const child = spawn(process.execPath, command, {
    cwd: PROJECT,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  let peak = 0
  const watch = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0))
  }, 200)
  const [code] = await once(child, 'close')
  clearInterval(watch)
  if (code !== 0) throw new Error(`the import ended with ${code}: ${said}`)
  const summary = said.trim().split('\n').at(-2)
  console.log(`| ${name} | ${seconds(start)} | ${Math.round(peak / 1024)} | ${summary} |`)
}

async function sealAll(env: Record<string, string>): Promise<void> {
  const config = loadConfig(env)
  const db = openDatabase({ url: env['DATABASE_URL'] ?? '', poolSize: 2, onIdleError: () => {} })
  try {
    const deps = await openDeps(config, db, config.database?.secretKeys ?? [], pino({ level: 'silent' }))
    const start = performance.now()
    const sealed = await sealEvents(deps)
    console.log(`\nsealing ${sealed} events: ${seconds(start)} s`)
  } finally {
    await db.destroy()
  }
}

async function tellSizes(url: string): Promise<void> {
  const rows = await sql(
    url,
    `select split_part(relname, '_2', 1) as name, sum(pg_total_relation_size(oid)) as size
     from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
     group by 1 having sum(pg_total_relation_size(oid)) > 1e6 order by 2 desc`,
  )
  console.log(rows.map(({ name, size }) => `${name} ${megabytes(Number(size))} MB`).join(', '))
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1_000_000)
}

function seconds(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1)
}
