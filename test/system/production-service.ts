/** The service as operators run it: processes with the settings of production, and the calls of their users. */
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { run } from './system-check.ts'

export const PROJECT = fileURLToPath(new URL('../../', import.meta.url))

export type Settings = Record<string, string>

/** The first administrator of every service with these settings. */
export const ADMIN = { email: 'admin@example.com', password: 'system-Tulip-harbour-7' }

/** What a service in production must be told, with fresh secrets. @param folder gets its mails. */
export function productionSettings(issuer: string, folder: string, more: Settings): Settings {
  return {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    ISSUER: issuer,
    FRONTEND_URL: 'http://localhost:3001',
    MAIL_TRANSPORT: 'file',
    MAIL_DIR: join(folder, 'mail'),
    SECRET_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    BOOTSTRAP_ADMIN_EMAIL: ADMIN.email,
    BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
    SHUTDOWN_DELAY: '0',
    LOG_LEVEL: 'error',
    ...more,
  }
}

/** Brings the schema up to date, as operators do. @returns what the command says. */
export function migrate(settings: Settings, project = PROJECT): string {
  const env = { PATH: process.env['PATH'], ...settings }
  return run(process.execPath, ['src/cli.ts', 'migrate'], { cwd: project, env })
}

/** The addresses of a server as `productionSettings` takes them. */
export const urlsOf = (postgres: { runtimeUrl: string; ownerUrl: string }): Settings => ({
  DATABASE_URL: postgres.runtimeUrl,
  DATABASE_MIGRATION_URL: postgres.ownerUrl,
})

export interface Replica {
  port: number
  /** Asks it to end in good order; throws when it ends in another way. */
  stop(): Promise<void>
  kill(): Promise<void>
}

/** @returns when it is ready for traffic. */
export async function startReplica(settings: Settings, port: number, project = PROJECT): Promise<Replica> {
  const child = spawn(process.execPath, ['src/server.ts'], {
    cwd: project,
    env: { PATH: process.env['PATH'], ...settings, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaints = ''
  child.stderr.on('data', (chunk) => {
    complaints += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const replica: Replica = {
    port,
    async stop() {
      child.kill('SIGTERM')
      const code = await ended
      if (code !== 0) throw new Error(`the replica on port ${port} ended with ${code}: ${complaints}`)
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
  while (!(await isReady(port))) {
    if (child.exitCode !== null) throw new Error(`the replica did not start: ${complaints}`)
    await sleep(100)
  }
  return replica
}

export async function isReady(port: number): Promise<boolean> {
  const answer = await call(`http://127.0.0.1:${port}`, 'GET', '/health/ready').catch(() => undefined)
  return answer?.status === 200
}

/** A start that must fail. @returns its exit status and what it complains about, line by line. */
export function failingStart(settings: Settings, port: number): { status: number | null; complaints: string[] } {
  const env = { PATH: process.env['PATH'], ...settings, PORT: String(port) }
  const { status, stderr } = spawnSync(process.execPath, ['src/server.ts'], {
    cwd: PROJECT,
    env,
    encoding: 'utf8',
    timeout: 60_000,
  })
  return { status, complaints: stderr.split('\n').filter((line) => line !== '') }
}

export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: the checks look into bodies whose shape the tests of the routes prove.
  body: any
}

interface CallOptions {
  body?: object
  token?: string | undefined
  /** The loopback address to call from. */
  from?: string
}

/** One call on a connection of its own. Never tries again. Rejects when no whole answer comes. */
export async function call(base: string, method: string, path: string, options: CallOptions = {}): Promise<Answer> {
  const body = options.body === undefined ? undefined : JSON.stringify(options.body)
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(base + path, {
      method,
      agent: false,
      timeout: 20_000,
      ...(options.from && { localAddress: options.from }),
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        ...(options.token && { authorization: `Bearer ${options.token}` }),
      },
    })
    sent.on('response', resolve)
    sent.on('error', reject)
    sent.on('timeout', () => sent.destroy(new Error(`${path} did not answer in time`)))
    sent.end(body)
  })
  const received = await text(response)
  const isJson = /json/.test(response.headers['content-type'] ?? '')
  return { status: response.statusCode ?? 0, body: isJson ? JSON.parse(received) : received }
}

/** A call that must succeed. @returns its body. */
export async function succeed(base: string, path: string, options: CallOptions = {}): Promise<Answer['body']> {
  const { status, body } = await call(base, options.body ? 'POST' : 'GET', path, options)
  if (status !== 200) throw new Error(`${path} answered ${status} ${JSON.stringify(body)}`)
  return body
}
