/**
 * `npm test`: starts an embedded PostgreSQL (or takes DATABASE_URL's server), makes the roles and a migrated template
 * database, runs tap on it, and takes everything away again. Arguments are passed on to tap. With TEST_POOLER=pgbouncer the
 * service reaches its databases through Debian's PgBouncer in transaction mode.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { removeClusterData, startCluster } from '../../src/dev/embedded-cluster.ts'
import { startPgBouncer } from './pgbouncer.ts'
import { createTemplate, dropTemplate, type TestServer } from './server.ts'

const given = process.env['DATABASE_URL']
const { server: bare, stop } = given ? { server: serverAt(given), stop: async () => {} } : await startServer()
const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interrupted.abort())
let exitCode = 1
const pooler =
  process.env['TEST_POOLER'] === 'pgbouncer'
    ? await startPgBouncer(Number(new URL(bare.adminUrl).port), { name: bare.runtime, password: bare.password })
    : undefined
const server: TestServer = pooler ? { ...bare, poolerPort: pooler.port } : bare
try {
  await createTemplate(server)
  exitCode = await runTap(process.argv.slice(2), server, interrupted.signal)
} finally {
  if (pooler) {
    const all = await pooler.show('stats')
    console.log(`# through PgBouncer: ${all.reduce((sum, { total_xact_count: n }) => sum + Number(n), 0)} transactions`)
    await pooler.stop()
  }
  await dropTemplate(server).finally(stop)
}
process.exit(exitCode)

function serverAt(adminUrl: string): TestServer {
  const run = randomBytes(4).toString('hex')
  return {
    adminUrl,
    template: `identity_test_${run}`,
    owner: `identity_owner_${run}`,
    runtime: `identity_runtime_${run}`,
    password: randomBytes(12).toString('hex'),
  }
}

/** Nothing is kept, so nothing need be durable. */
async function startServer() {
  const folder = await mkdtemp(join(tmpdir(), 'omnicrm-identity-test-'))
  const dataDir = join(folder, 'postgres')
  const password = randomBytes(12).toString('hex')
  const cluster = await startCluster({
    dataDir,
    password,
    parameters: ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off', 'max_connections=300'],
  })
  return {
    server: serverAt(`postgres://${cluster.superuser}:${password}@127.0.0.1:${cluster.port}/postgres`),
    async stop() {
      await cluster.stop()
      await removeClusterData(dataDir)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/**
 * In a process group of its own, so that an interrupted run ends tap with all its tests, but not their database. What
 * Node compiles is kept: hundreds of processes load the same service.
 */
function runTap(args: string[], testServer: TestServer, interrupted: AbortSignal): Promise<number> {
  const tap = spawn('tap', ['run', ...args], {
    stdio: 'inherit',
    detached: true,
    env: {
      ...process.env,
      DATABASE_URL: '',
      OMNICRM_TEST_SERVER: JSON.stringify(testServer),
      NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url)),
    },
  })
  const end = () => tap.pid && process.kill(-tap.pid, 'SIGKILL')
  if (interrupted.aborted) end()
  interrupted.addEventListener('abort', end)
  return new Promise((resolve) => tap.on('exit', (code) => resolve(code ?? 1)))
}
