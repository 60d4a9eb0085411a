/** Debian's PostgreSQL, its server and its tools, on a free port in a folder of its own. */
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from '../../src/dev/free-port.ts'
import { run } from './system-check.ts'

const OWNER = 'identity_owner'
const RUNTIME = 'identity_runtime'
const DATABASE = 'identity'

export interface Postgres {
  version: string
  /** The owner's connection. */
  ownerUrl: string
  /** The runtime role's connection. */
  runtimeUrl: string
  /** The superuser's connection. */
  adminUrl: string
  stop(): Promise<void>
  /** Starts the server again, on the same data and port. */
  start(): Promise<void>
  /** Stops the server and removes its data. */
  remove(): Promise<void>
}

/** @returns the path of one of PostgreSQL's programs, of the newest version that is installed. */
export function postgresTool(name: string): string {
  const versions = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(a) - Number(b))
  return `/usr/lib/postgresql/${versions.at(-1)}/bin/${name}`
}

/** A server with the two roles and their empty database, as the documentation tells operators to make them. */
export async function startPostgres(moreSettings: string[] = []): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), 'omnicrm-identity-postgres-'))
  const passwordFile = join(folder, 'password')
  const password = randomBytes(12).toString('hex')
  await writeFile(passwordFile, password)
  // The server refuses to run as root.
  const user = process.getuid?.() === 0 ? idsOf('postgres') : undefined
  if (user) for (const path of [folder, passwordFile]) chownSync(path, user.uid, user.gid)

  const data = join(folder, 'data')
  const cluster = ['-D', data, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
  const made = spawnSync(postgresTool('initdb'), [...cluster, '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'], {
    ...user,
    cwd: folder,
    encoding: 'utf8',
  })
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`)

  const port = await freePort('127.0.0.1')
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off']
  const args = ['-D', data, ...[...settings, ...moreSettings].flatMap((entry) => ['-c', entry])]
  let stop = async () => {}
  const start = async () => {
    const server = spawn(postgresTool('postgres'), args, { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
    let log = ''
    server.stderr.on('data', (chunk) => {
      log += chunk
    })
    const ended = new Promise<void>((resolve) => server.on('close', () => resolve()))
    stop = () => {
      server.kill('SIGINT')
      return ended
    }
    while (!log.includes('ready to accept connections')) {
      if (server.exitCode !== null) throw new Error(`PostgreSQL did not start: ${log}`)
      await sleep(50)
    }
  }
  const remove = async () => {
    await stop()
    await rm(folder, { recursive: true, force: true })
  }
  const url = (role: string, database: string) => `postgres://${role}:${password}@127.0.0.1:${port}/${database}`
  try {
    await start()
    for (const role of [OWNER, RUNTIME])
      await query(url('postgres', 'postgres'), `create role ${role} login password '${password}'`)
    await query(url('postgres', 'postgres'), `create database ${DATABASE} owner ${OWNER}`)
  } catch (error) {
    await remove()
    throw error
  }
  const version = run(postgresTool('postgres'), ['--version'])
  return {
    version,
    ownerUrl: url(OWNER, DATABASE),
    runtimeUrl: url(RUNTIME, DATABASE),
    adminUrl: url('postgres', 'postgres'),
    stop: () => stop(),
    start,
    remove,
  }
}

export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

function idsOf(user: string): { uid: number; gid: number } {
  return { uid: Number(run('id', ['-u', user])), gid: Number(run('id', ['-g', user])) }
}
