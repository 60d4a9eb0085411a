/** A service of the demo's own: a process with an embedded database in a temporary folder, on a free port. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
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
  /** Stops the process and removes the folder. */
  remove(): Promise<void>
}

export async function startOwnService(): Promise<OwnService> {
  const folder = await mkdtemp(join(tmpdir(), 'omnicrm-identity-demo-'))
  const port = await freePort('localhost')
  const child = spawn(process.execPath, ['src/server.ts'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    // No setting of the caller's: the demo shows the service as it comes.
    env: { PATH: process.env['PATH'], DATA_DIR: folder, PORT: String(port) },
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
      remove,
    }
  } catch (error) {
    await remove()
    throw error
  }
}
