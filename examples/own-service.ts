/** A service of the demo's own: a process with an embedded database in a temporary folder, on a free port. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { removeClusterData } from '../src/dev/embedded-cluster.ts'
import { freePort } from '../src/dev/free-port.ts'

export interface OwnService {
  url: string
  email: string
  oneTimePassword: string
  /** Its secrets and its database. */
  folder: string
  /** Where it writes its mails. */
  mails: string
  /** Runs an operators' command on its database, with this on standard input. @returns its exit status. */
  operate(args: string[], input: string): Promise<number | null>
  /** Stops the process and removes the folder. */
  remove(): Promise<void>
}

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** @param settings beside those that give it a folder and a port of its own. */
export async function startOwnService(settings: Record<string, string> = {}): Promise<OwnService> {
  const folder = await mkdtemp(join(tmpdir(), 'omnicrm-identity-demo-'))
  const port = await freePort('localhost')
  const child = spawn(process.execPath, ['src/server.ts'], {
    cwd: ROOT,
    // No setting of the caller's: the demo shows the service as it comes.
    env: { PATH: process.env['PATH'], DATA_DIR: folder, PORT: String(port), ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const remove = async () => {
    child.kill('SIGTERM')
    await ended
    await removeClusterData(join(folder, 'postgres'))
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const greeting = await new Promise<string>((resolve, reject) => {
      let text = ''
      child.stdout.on('data', (chunk) => {
        text += chunk
        if (/one-time password .*\n/.test(text)) resolve(text)
      })
      child.on('error', reject)
      ended.then(() => reject(new Error('the service did not start')))
    })
    return {
      url: `http://localhost:${port}`,
      email: /first admin +(\S+)/.exec(greeting)?.[1] ?? '',
      oneTimePassword: /one-time password +(\S+)/.exec(greeting)?.[1] ?? '',
      folder,
      mails: join(folder, 'mail'),
      operate: async (args, input) => runCommand(await operatorSettings(folder), args, input),
      remove,
    }
  } catch (error) {
    await remove()
    throw error
  }
}

/** What an operator sets: the database of the service, and its keys. */
async function operatorSettings(folder: string): Promise<Record<string, string>> {
  const secrets = JSON.parse(await readFile(join(folder, 'secrets.json'), 'utf8'))
  const [, , , port] = (await readFile(join(folder, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')
  return {
    DATABASE_URL: `postgres://omnicrm_runtime:${secrets.runtimePassword}@127.0.0.1:${port}/omnicrm`,
    SECRET_KEYS: `local:${secrets.secretKey}`,
  }
}

function runCommand(settings: Record<string, string>, args: string[], input: string): Promise<number | null> {
  const child = spawn(process.execPath, ['src/cli.ts', ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...settings },
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  child.stdin.end(input)
  return new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
}
