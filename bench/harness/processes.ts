/** What is measured runs as its users would run it: processes of their own, each with a database of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { removeClusterData, startCluster } from '../../src/dev/embedded-cluster.ts'
import { freePort } from '../../src/dev/free-port.ts'
import { migrate } from '../../src/store/migrate.ts'

export const PROJECT = new URL('../../', import.meta.url).pathname

export interface Database {
  /** The superuser's connection. */
  url: string
  /** That of the role that the service runs as. */
  runtimeUrl: string
}

export interface Server {
  /** For files of whatever uses it; gone with it. */
  folder: string
  /** Of the process whose children serve the connections. */
  pid: number
  /** An empty one. */
  createDatabase(name: string): Promise<Database>
  /** One with the service's schema. */
  createServiceDatabase(): Promise<Database>
  stop(): Promise<void>
}

const RUNTIME = 'bench_runtime'

/**
 * A PostgreSQL with the settings that production has: every commit waits for the disk.
 * @param more further `-c` settings, which win over the usual ones.
 */
export async function startDatabaseServer(more: string[] = []): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'omnicrm-identity-bench-'))
  await chmod(folder, 0o755)
  const dataDir = join(folder, 'postgres')
  const password = randomBytes(12).toString('hex')
  const parameters = [
    'shared_buffers=256MB',
    'max_wal_size=4GB',
    'fsync=on',
    'synchronous_commit=on',
    'max_connections=200',
    ...more,
  ]
  const cluster = await startCluster({ dataDir, password, parameters })
  const urlOf = (role: string, database: string) =>
    `postgres://${role}:${password}@127.0.0.1:${cluster.port}/${database}`
  const adminUrl = urlOf(cluster.superuser, 'postgres')
  await sql(adminUrl, `create role ${RUNTIME} login password '${password}'`)
  const createDatabase = async (name: string) => {
    await sql(adminUrl, `create database ${name}`)
    return { url: urlOf(cluster.superuser, name), runtimeUrl: urlOf(RUNTIME, name) }
  }
  return {
    folder,
    pid: Number(readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n')[0]),
    createDatabase,
    async createServiceDatabase() {
      const database = await createDatabase('service')
      await migrate(database.url, RUNTIME)
      return database
    },
    async stop() {
      await cluster.stop()
      await removeClusterData(dataDir)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Stops it when the work is done or has failed. */
export async function withServer(work: (server: Server) => Promise<void>, parameters?: string[]): Promise<void> {
  const server = await startDatabaseServer(parameters)
  try {
    await work(server)
  } finally {
    await server.stop()
  }
}

/** Statements on a connection of their own. @returns the rows of the last. */
// biome-ignore lint/suspicious/noExplicitAny: rows of whatever was asked
export async function sql(url: string, text: string, values?: unknown[]): Promise<any[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text, values)).rows ?? []
  } finally {
    await client.end()
  }
}

export interface Process {
  url: string
  pid: number
  /** Seconds from the start to the first good answer. */
  startedIn: number
  stop(): Promise<void>
}

/** @param health the path whose good answer tells that it serves. */
export async function startProcess(
  command: string[],
  health: string,
  env: Record<string, string>,
  cwd?: string,
): Promise<Process> {
  const port = await freePort('127.0.0.1')
  const start = performance.now()
  const child = spawn(process.execPath, command, {
    cwd,
    env: { PATH: process.env['PATH'], PORT: String(port), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaints = ''
  child.stderr.on('data', (chunk) => {
    complaints += chunk
  })
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const url = `http://127.0.0.1:${port}`
  while ((await statusOf(url + health)) !== 200) {
    if (child.exitCode !== null) throw new Error(`${command.join(' ')} did not start: ${complaints}`)
    await sleep(2)
  }
  const startedIn = (performance.now() - start) / 1000
  const stop = () => {
    child.kill('SIGTERM')
    return ended
  }
  return { url, pid: pidOf(child), startedIn, stop }
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('a process did not start')
  return child.pid
}

function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', () => resolve(undefined))
  })
}
