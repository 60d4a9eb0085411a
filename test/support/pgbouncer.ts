/** Debian's PgBouncer in transaction mode, as docs/operations.md sets it up, in front of a server on this machine. */
import { spawn } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from '../../src/dev/free-port.ts'

export interface PgBouncer {
  port: number
  /** What it tells of itself, as `SHOW name` on its console. */
  show(name: 'stats' | 'pools' | 'servers'): Promise<Record<string, unknown>[]>
  stop(): Promise<void>
}

/** The service's limits, which PgBouncer does not pass on, as settings of its role. */
export const ROLE_LIMITS = ["set statement_timeout = '10s'", "set idle_in_transaction_session_timeout = '15s'"]

/** @param role the runtime role, who may connect to every database of the server. */
export async function startPgBouncer(serverPort: number, role: { name: string; password: string }): Promise<PgBouncer> {
  const folder = await mkdtemp(join(tmpdir(), 'omnicrm-identity-pgbouncer-'))
  // It refuses to run as root.
  await chmod(folder, 0o755)
  const port = await freePort('127.0.0.1')
  const [file, users] = [join(folder, 'pgbouncer.ini'), join(folder, 'users.txt')]
  await writeFile(users, `"${role.name}" "${role.password}"\n`)
  await writeFile(file, configuration(port, serverPort, users, role.name))
  const asUser = process.getuid?.() === 0 ? ['-u', 'postgres'] : []
  const child = spawn('/usr/sbin/pgbouncer', [...asUser, file], { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  child.stderr.on('data', (chunk) => {
    log += chunk
  })
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  while (!log.includes('process up')) {
    if (child.exitCode !== null) {
      await stop()
      throw new Error(`PgBouncer did not start: ${log}`)
    }
    await sleep(50)
  }
  const show: PgBouncer['show'] = async (name) => {
    const console = `postgres://${role.name}:${role.password}@127.0.0.1:${port}/pgbouncer`
    const client = new pg.Client({ connectionString: console })
    await client.connect()
    try {
      // Its console speaks the simple protocol only.
      return (await client.query(`show ${name}`)).rows
    } finally {
      await client.end()
    }
  }
  return { port, show, stop }
}

const configuration = (port: number, serverPort: number, users: string, role: string) => `
[databases]
* = host=127.0.0.1 port=${serverPort}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
stats_users = ${role}
pool_mode = transaction
default_pool_size = 20
max_client_conn = 2000
server_idle_timeout = 10
query_wait_timeout = 5
server_login_retry = 1
ignore_startup_parameters = statement_timeout, idle_in_transaction_session_timeout
log_connections = 0
log_disconnections = 0
`
