import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { freePort } from '../../src/dev/free-port.ts'
import { bareEnvironment } from '../support/environment.ts'
import { startServer } from '../support/process.ts'
import { createTestDatabase } from '../support/server.ts'

/** Runs the demo as `npm run demo` does, with a folder for temporary files of its own. */
async function runDemo(t: Test, args: string[] = []) {
  const folder = await mkdtemp(join(tmpdir(), 'omnicrm-identity-test-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const child = spawn(process.execPath, ['examples/demo.ts', ...args], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    env: { ...bareEnvironment, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const printed = (text: string) =>
    new Promise<void>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk) => {
          output += chunk
          if (output.includes(text)) resolve()
        })
      }
    })
  const listening = printed('It listens on')
  const code = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { child, listening, code, output: () => output, leftovers: () => readdir(folder) }
}

t.test('the demo plays the whole journey, shows no secret that works, and cleans up', async (t) => {
  const demo = await runDemo(t)
  t.equal(await demo.code, 0, demo.output())
  t.match(demo.output(), /^ 1\. Sign in as admin@example\.com/m)
  t.match(demo.output(), /^29\. Sign out$/m)
  t.match(demo.output(), 'All went well')
  t.notMatch(demo.output(), '✗')
  t.notMatch(demo.output(), /eyJ[\w-]+\.|o[rs]t_\w{20}|oak_\w{20}|demo-\w{12}|secret=|\b([a-z2-9]{4}-){3}[a-z2-9]{4}\b/)
  t.strictSame(await demo.leftovers(), [])
})

t.test('interrupted, it cleans up too', async (t) => {
  const demo = await runDemo(t)
  await demo.listening
  demo.child.kill('SIGINT')
  t.equal(await demo.code, 130)
  t.strictSame(await demo.leftovers(), [])
})

t.test('against a running service that answers otherwise than expected, it says so and fails', async (t) => {
  const database = await createTestDatabase({ empty: true })
  t.teardown(() => database.drop())
  const port = await freePort('localhost')
  const server = startServer(t, port, {
    ...database.settings,
    SECRET_KEYS: `k1:${randomBytes(32).toString('base64')}`,
  })
  await server.greeted
  for (const [args, complaint] of [
    [['--url', server.url, '--password', 'not-the-password'], /← 401 .*invalid_credentials.*✗ expected: /s],
    [['--url', server.url], /✗ with --url, give the one-time password/],
    [['--url', `http://localhost:${await freePort('localhost')}`, '--password', 'x'], /✗ fetch failed: /],
  ] as const) {
    const demo = await runDemo(t, [...args])
    t.equal(await demo.code, 1)
    t.match(demo.output(), complaint)
  }
  await server.stop('SIGTERM')
})
