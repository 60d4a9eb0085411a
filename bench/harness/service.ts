/**
 * The service as operators run it: the bundle with the settings of production, behind one proxy, with audit, throttles and
 * metrics. Of the limits only the guard of requests per address and minute is off, since the measured calls are the load.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createKeyRing, type KeyRing } from '../../src/crypto/key-ring.ts'
import { ask, bearer, PASSWORD, post } from './calls.ts'
import { type Database, PROJECT, type Process, type Server, startProcess } from './processes.ts'

const ADMIN = 'boss@bench.test'

/** The command and the environment of the image, with the code bundled and compiled as there. */
function image(folder: string): { command: string[]; env: Record<string, string> } {
  const lines = readFileSync(join(PROJECT, 'Dockerfile'), 'utf8')
  const [, words = '[]'] = /^CMD (.*)$/m.exec(lines) ?? []
  const [, settings = ''] = /^ENV (.*)$/m.exec(lines) ?? []
  const command = JSON.parse(words).slice(1)
  const env = Object.fromEntries(settings.split(' ').map((setting) => setting.split(/=(.*)/s)))
  env['NODE_COMPILE_CACHE'] = join(folder, 'compiled')
  execFileSync(process.execPath, ['.ci/build.ts'], { cwd: PROJECT })
  // Without settings it stops once all is loaded.
  spawnSync(process.execPath, command, { cwd: PROJECT, env })
  return { command, env }
}

interface Prepared {
  /** With the service's key, `b`: for tokens and sealed values that it takes for its own. */
  ring: KeyRing
  /** Waits, however long it takes, until it serves. @param flags of Node. */
  start(flags?: string[]): Promise<Process>
}

/** @param more further settings, which win over the usual ones. */
export function prepareService(server: Server, { runtimeUrl }: Database, more: Record<string, string> = {}): Prepared {
  const key = randomBytes(32)
  const { command, env: ofImage } = image(server.folder)
  const env = {
    ...ofImage,
    HOST: '127.0.0.1',
    DATABASE_URL: runtimeUrl,
    SECRET_KEYS: `b:${key.toString('base64')}`,
    ISSUER: 'https://crm.bench.test',
    FRONTEND_URL: 'https://crm.bench.test',
    TRUST_PROXY: '1',
    REQUESTS_PER_MINUTE: '0',
    SHUTDOWN_DELAY: '0',
    MAIL_TRANSPORT: 'file',
    MAIL_DIR: join(server.folder, 'mail'),
    BOOTSTRAP_ADMIN_EMAIL: ADMIN,
    BOOTSTRAP_ADMIN_PASSWORD: PASSWORD,
    ...more,
  }
  return {
    ring: createKeyRing([{ id: 'b', key }]),
    start: (flags = []) => startProcess([...flags, ...command], '/health/ready', env, PROJECT),
  }
}

/** @returns the tokens of a new session of the administrator's. */
export async function signInAdmin(url: string): Promise<{ access_token: string; refresh_token: string }> {
  return (await ask(url, post('/auth/login', { email: ADMIN, password: PASSWORD }))).body
}

export async function createApiKey(url: string, adminToken: string, permissions: string[]): Promise<string> {
  const { body } = await ask(url, post('/admin/api-keys', { name: 'bench', permissions }, bearer(adminToken)))
  return body.api_key
}
