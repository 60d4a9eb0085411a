import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { freePort } from '../src/dev/free-port.ts'
import { migrationNames } from '../src/store/schema.ts'
import { startServer } from './support/process.ts'
import { createTestDatabase } from './support/server.ts'

/** Runs one command with these settings and no others. */
function cli(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['src/cli.ts', ...args], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { PATH: process.env['PATH'], ...env },
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

t.test('migrate prepares a database on which the service then starts in production', async (t) => {
  const database = await createTestDatabase({ empty: true })
  t.teardown(() => database.drop())
  const env = {
    NODE_ENV: 'production',
    DATABASE_URL: database.url,
    DATABASE_MIGRATION_URL: database.ownerUrl,
    SECRET_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    ISSUER: 'https://id.example.com',
    FRONTEND_URL: 'https://crm.example.com',
    MAIL_TRANSPORT: 'file',
    HOST: 'localhost',
  }
  const names = await migrationNames()
  t.strictSame(await cli(['migrate'], env), { code: 0, stdout: `Applied: ${names.join(', ')}\n`, stderr: '' })
  t.strictSame(await cli(['migrate'], env), { code: 0, stdout: 'The schema is up to date.\n', stderr: '' })

  const server = startServer(t, await freePort('localhost'), env)
  await server.greeted
  t.equal((await fetch(`${server.url}/health/ready`)).status, 200)
  t.notMatch(server.stdout(), 'one-time password', 'without a named address production makes no administrator')
  t.match(await server.stop('SIGTERM'), { code: 0 })
})

t.test('what the operator can mend is told in one line each', async (t) => {
  const DATABASE_URL = 'postgres://nobody:x@127.0.0.1:1/none'
  const SECRET_KEYS = `k1:${randomBytes(32).toString('base64')}`
  for (const [args, env, complaint] of [
    [['migrate'], {}, /^omnicrm-identity: migrate needs DATABASE_URL.*\n$/],
    [['migrate'], { DATABASE_URL }, /^omnicrm-identity: SECRET_KEYS is required.*\n$/],
    [['migrate'], { DATABASE_URL, SECRET_KEYS }, /^omnicrm-identity: cannot use the database: .*\n$/],
    [['migrat'], {}, /^error: unknown command 'migrat'/],
  ] as const) {
    const result = await cli([...args], env)
    t.equal(result.code, 1)
    t.match(result.stderr, complaint)
    t.equal(result.stdout, '')
  }
})
