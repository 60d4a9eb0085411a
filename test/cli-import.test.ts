import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import t from 'tap'
import { startTestApp, testSecretKeys } from './support/app.ts'
import { FrozenClock } from './support/clock.ts'
import { bareEnvironment } from './support/environment.ts'
import { row } from './support/import.ts'

const ROOT = fileURLToPath(new URL('../', import.meta.url))

// The commands go by the database's time.
const app = await startTestApp(t, { clock: new FrozenClock(new Date().toISOString()) })
const folder = t.testdir()
const users = join(folder, 'users.ndjson')

function start(args: string[]) {
  const child = spawn(process.execPath, ['src/cli.ts', 'users', 'import', ...args], {
    cwd: ROOT,
    env: { ...bareEnvironment, DATABASE_URL: app.database.url, SECRET_KEYS: testSecretKeys },
  })
  t.teardown(() => child.kill('SIGKILL'))
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    said.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    said.stderr += chunk
  })
  return { child, said, ended: endOf(child).then((code) => ({ code, ...said })) }
}

async function endOf(child: ChildProcess): Promise<number | null> {
  const [code] = await once(child, 'close')
  return code
}

const run = (...args: string[]) => start(args).ended
const records = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
const countUsers = async () => (await sql<{ n: number }>`select count(*) as n from users`.execute(app.db)).rows[0]?.n
const file = (rows: object[]) => rows.map((entry) => `${JSON.stringify(entry)}\n`).join('')

t.test('the report tells of each row, the summary of all, and the exit code whether one was refused', async (t) => {
  await writeFile(users, file([row(11), row(12)]))
  const report = join(folder, 'report.ndjson')
  t.match(await run(users, '--dry-run'), { code: 0, stdout: /"outcome":"created"/, stderr: /nothing has been changed/ })
  t.equal(await countUsers(), 0)
  const first = await run(users, '--report', report)
  t.match(first, { code: 0, stdout: '', stderr: /^2 rows: 2 created, 0 unchanged, 0 refused/ })
  t.strictSame(records(await readFile(report, 'utf8')), [
    { line: 1, id: 11, outcome: 'created' },
    { line: 2, id: 12, outcome: 'created' },
  ])
  t.equal((await stat(report)).mode & 0o077, 0, 'for the operator alone')

  await writeFile(users, file([row(11), row(13, { email: 'nobody' })]))
  const second = await run(users)
  t.match(second, { code: 2, stderr: /^2 rows: 0 created, 1 unchanged, 1 refused/ })
  t.strictSame(records(second.stdout), [
    { line: 1, id: 11, outcome: 'unchanged' },
    { line: 2, outcome: 'refused', errors: [{ path: '/email', message: 'must be an e-mail address' }] },
  ])
})

t.test(
  'a run that was killed in the middle is resumed by running it again: nobody is lost, nobody doubled',
  async (t) => {
    const before = Number(await countUsers())
    const rows = Array.from({ length: 2_500 }, (_, n) => row(20_000 + n))
    const { child, said, ended } = start(['-'])
    // The second batch is not complete yet, and the input goes on: the import stands in the middle.
    child.stdin?.write(file(rows.slice(0, 1_700)))
    while (said.stdout.split('\n').length <= 1_000) await once(child.stdout ?? child, 'data')
    child.kill('SIGKILL')
    t.equal((await ended).code, null)
    t.equal(await countUsers(), before + 1_000)

    await writeFile(users, file(rows))
    t.match(await run(users), { code: 0, stderr: /^2500 rows: 1500 created, 1000 unchanged, 0 refused/ })
    t.equal(await countUsers(), before + 2_500)
    const { rows: told } = await sql<{ n: number; people: number }>`
    select count(*) as n, count(distinct subject_id) as people from events
    where type = 'user_imported' and subject_id >= 20000`.execute(app.db)
    t.strictSame(told, [{ n: 2_500, people: 2_500 }])
  },
)

t.test('what cannot be read or written is told in one line', async (t) => {
  await writeFile(users, file([row(31)]))
  const cases: [string[], RegExp][] = [
    [[join(folder, 'missing')], /cannot read .*missing: ENOENT/],
    [[folder], /cannot read .*: it is a folder/],
    [[users, '--report', join(folder, 'no', 'such')], /cannot write .*such: ENOENT/],
    [[], /missing required argument 'file'/],
  ]
  const answers = await Promise.all(cases.map(([args]) => run(...args)))
  for (const [n, { code, stdout, stderr }] of answers.entries()) {
    t.match({ code, stdout }, { code: 1, stdout: '' })
    t.match(stderr, cases[n]?.[1])
    t.equal(stderr.trim().split('\n').length, 1, stderr)
  }
})
