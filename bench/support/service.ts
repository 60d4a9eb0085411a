/** The service as a process of its own, with the settings of production as far as they cost anything. */
import { spawn } from 'node:child_process'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../src/dev/free-port.ts'
import type { BenchDatabase } from './cluster.ts'
import { type Ask, send } from './load.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

export interface BenchService {
  url: string
  pid: number
  send(ask: Ask, expected?: number): Promise<string>
  stop(): Promise<void>
}

export async function startBenchService(
  { url: database, ownerUrl, folder }: BenchDatabase,
  settings: Record<string, string>,
): Promise<BenchService> {
  const port = await freePort('127.0.0.1')
  const url = `http://127.0.0.1:${port}`
  const child = spawn(process.execPath, ['src/server.ts'], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: String(port),
      ISSUER: url.replace('127.0.0.1', 'localhost'),
      FRONTEND_URL: 'http://localhost:3001',
      MAIL_TRANSPORT: 'file',
      MAIL_DIR: join(folder, 'mail'),
      // Every sign-in here comes from a new device; the notices' mails would be measured too.
      SECURITY_NOTICES: 'changes',
      REQUESTS_PER_MINUTE: '0',
      SHUTDOWN_DELAY: '0',
      LOG_LEVEL: 'warn',
      DATABASE_URL: database,
      DATABASE_MIGRATION_URL: ownerUrl,
      ...settings,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const agent = new Agent({ keepAlive: true })
  const ask: BenchService['send'] = (one, expected) => send(agent, url, one, expected)
  while (!(await ask({ method: 'GET', path: '/health/ready' }).catch(() => undefined))) {
    if (child.exitCode !== null) throw new Error('the service did not start')
    await sleep(100)
  }
  return {
    url,
    pid: child.pid ?? 0,
    send: ask,
    async stop() {
      agent.destroy()
      child.kill('SIGTERM')
      await ended
    },
  }
}
