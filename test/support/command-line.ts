/** The commands as operators run them: each a process of its own. */
import { spawn } from 'node:child_process'
import { userInfo } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type TestApp, testSecretKeys } from './app.ts'
import { bareEnvironment } from './environment.ts'
import type { TestDatabase } from './server.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** What every event of a command has in common. */
export const BY_CLI = { outcome: 'success', actor_kind: 'cli', actor_id: userInfo().username, ip: null }

export const commandSettings = (database: TestDatabase) => ({
  ...database.settings,
  SECRET_KEYS: testSecretKeys,
  ARGON2_MEMORY_KIB: '7168',
  ARGON2_PASSES: '1',
})

/** Runs `node src/cli.ts` with these arguments and settings, and no others. */
export function runCommand(args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, ['src/cli.ts', ...args], {
    cwd: ROOT,
    env: { ...bareEnvironment, DATABASE_WAIT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout, stderr })),
  )
}

export const linesOf = (text: string) => text.split('\n').filter((line) => line !== '')

export const lastEvent = ({ db }: TestApp, type: string) =>
  db.selectFrom('events').selectAll().where('type', '=', type).orderBy('id', 'desc').limit(1).executeTakeFirstOrThrow()
