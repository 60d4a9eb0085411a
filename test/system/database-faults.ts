/**
 * PostgreSQL stopped and started under load, out of connections, held by a lock and out of space: 503 with Retry-After,
 * never 500, nothing half done, and work as before as soon as the fault is over.
 */
import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from '../../src/dev/free-port.ts'
import { type Postgres, query, startPostgres } from './debian-postgres.ts'
import { ADMIN, migrate, productionSettings, startReplica, urlsOf } from './production-service.ts'
import { run, type SystemCheck } from './system-check.ts'

const POOL = 5
/** The pool, two jobs of the queue and its listener. */
const CONNECTIONS = POOL + 3
const MAX_CONNECTIONS = 20
/** Of these, for superusers alone. */
const RESERVED = 3
/** Milliseconds within which each fault must be over for the users, once it is for the database. */
const RECOVERY = 20_000

export const databaseFaults: SystemCheck = {
  name: 'database-faults',
  packages: ['postgresql'],
  asRoot: true,
  async check(ok) {
    const folder = await mkdtemp(join(tmpdir(), 'omnicrm-identity-faults-'))
    const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })]
    try {
      const small = join(folder, 'small')
      run('mkdir', [small])
      run('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', small])
      undo.push(async () => run('umount', [small]))
      const postgres = await startPostgres([
        `max_connections=${MAX_CONNECTIONS}`,
        `superuser_reserved_connections=${RESERVED}`,
      ])
      undo.push(postgres.remove)
      await moveTo(postgres, folder, small)

      const port = await freePort('127.0.0.1')
      const settings = productionSettings(`http://localhost:${port}`, folder, {
        ...urlsOf(postgres),
        REQUESTS_PER_MINUTE: '0',
        ARGON2_MEMORY_KIB: '7168',
        ARGON2_PASSES: '1',
        DATABASE_POOL_SIZE: String(POOL),
      })
      migrate(settings)
      const replica = await startReplica(settings, port)
      undo.push(replica.kill)
      const base = `http://127.0.0.1:${port}`
      await signIn(base)

      await stopAndStart(base, postgres, ok)
      await takeAllConnections(base, postgres, ok)
      await holdALock(base, postgres, ok)
      await fill(base, postgres, small, ok)
      await replica.stop()
    } finally {
      for (const step of undo.reverse()) await step()
    }
  },
}

/** Puts the tables, but not the write-ahead log, on a file system that can be filled. */
async function moveTo(postgres: Postgres, folder: string, small: string): Promise<void> {
  chmodSync(folder, 0o755)
  run('chown', ['postgres', small])
  await query(postgres.adminUrl, `create tablespace small location '${small}'`)
  await query(postgres.adminUrl, 'alter database identity set tablespace small')
}

interface Answer {
  status: number
  retryAfter: string | null
  text: string
}

async function signIn(base: string): Promise<Answer> {
  const response = await fetch(`${base}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ADMIN),
  })
  return { status: response.status, retryAfter: response.headers.get('retry-after'), text: await response.text() }
}

/** Either it works, or the caller is told when to try again. */
function judge(answers: Answer[]): { worked: number; refused: number } {
  for (const { status, retryAfter, text } of answers) {
    assert.ok(status === 200 || (status === 503 && Number(retryAfter) > 0), `${status} ${retryAfter} ${text}`)
  }
  const worked = answers.filter(({ status }) => status === 200).length
  return { worked, refused: answers.length - worked }
}

/** @returns the milliseconds until a sign-in works again. */
async function recover(base: string): Promise<number> {
  const start = performance.now()
  for (;;) {
    const answer = await signIn(base)
    judge([answer])
    const time = performance.now() - start
    if (answer.status === 200) return Math.round(time)
    assert.ok(time < RECOVERY, 'it does not recover')
    await sleep(50)
  }
}

/** Every sign-in counted, told and open, or none of it. */
async function nothingHalfDone({ ownerUrl }: Postgres): Promise<void> {
  const [row] = await query(
    ownerUrl,
    `select (select sum(login_count)::int from users) counted, (select count(*)::int from sessions) open,
      (select count(*)::int from events where type = 'session_ended') ended,
      (select count(*)::int from events where type = 'sign_in' and outcome = 'success') told`,
  )
  assert.equal(row?.['counted'], row?.['told'])
  assert.equal(Number(row?.['open']) + Number(row?.['ended']), row?.['told'])
}

async function stopAndStart(base: string, postgres: Postgres, ok: (what: string) => void): Promise<void> {
  const answers: Answer[] = []
  let stopped = false
  const worker = async () => {
    while (!stopped) {
      answers.push(await signIn(base))
      await sleep(20)
    }
  }
  const load = [worker(), worker(), worker(), worker()]
  await sleep(500)
  await postgres.stop()
  await sleep(1500)
  await postgres.start()
  const time = await recover(base)
  stopped = true
  await Promise.all(load)
  const { worked, refused } = judge(answers)
  assert.ok(refused > 0)
  await nothingHalfDone(postgres)
  await sleep(3000)
  const connections = await countConnections(postgres)
  assert.ok(connections <= CONNECTIONS, `${connections} connections`)
  ok(
    `stopped and started under load: ${worked} sign-ins worked, ${refused} were told to try again, works ${time} ms after its return, ${connections} connections`,
  )
}

async function countConnections({ adminUrl }: Postgres): Promise<number> {
  const text = `select count(*)::int as n from pg_stat_activity where datname = 'identity'`
  return Number((await query(adminUrl, text))[0]?.['n'])
}

/** Others take every connection; what the service has is ended. */
async function takeAllConnections(base: string, postgres: Postgres, ok: (what: string) => void): Promise<void> {
  const others: pg.Client[] = []
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity where usename = 'identity_runtime'`
  const take = async () => {
    const client = new pg.Client({ connectionString: postgres.ownerUrl })
    client.on('error', () => {})
    await client.connect()
    others.push(client)
  }
  // Whenever the service loses a connection it makes a new one: until the last one is somebody else's.
  while (others.length < MAX_CONNECTIONS - RESERVED) {
    await query(postgres.adminUrl, cut)
    await take().catch(() => {})
  }
  const { refused } = judge(await Promise.all(Array.from({ length: 10 }, () => signIn(base))))
  assert.equal(refused, 10)
  for (const client of others) await client.end()
  const time = await recover(base)
  await nothingHalfDone(postgres)
  ok(
    `no connection left (${others.length} taken by others): ${refused} of 10 told to try again, works ${time} ms later`,
  )
}

/** Longer than a statement may take. */
async function holdALock(base: string, postgres: Postgres, ok: (what: string) => void): Promise<void> {
  const holder = new pg.Client({ connectionString: postgres.ownerUrl })
  await holder.connect()
  await holder.query('begin')
  await holder.query('select 1 from users for update')
  const start = performance.now()
  const { refused } = judge(await Promise.all([signIn(base), signIn(base)]))
  const waited = Math.round((performance.now() - start) / 1000)
  assert.equal(refused, 2)
  await holder.end()
  const time = await recover(base)
  await nothingHalfDone(postgres)
  ok(
    `a lock held longer than a statement may take: told to try again after ${waited} s, works ${time} ms after its end`,
  )
}

/** Writes until there is no room for more. */
async function fillUp(file: string): Promise<void> {
  for (;;) {
    const failure = await appendFile(file, Buffer.alloc(4096)).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code,
    )
    assert.ok(failure === undefined || failure === 'ENOSPC', failure)
    if (failure) return
  }
}

async function fill(base: string, postgres: Postgres, small: string, ok: (what: string) => void): Promise<void> {
  const filler = join(small, 'filler')
  await fillUp(filler)
  const answers: Answer[] = []
  // The pages that are there have room for some.
  for (let n = 0; n < 500 && answers.at(-1)?.status !== 503; n++) answers.push(await signIn(base))
  const { worked, refused } = judge(answers)
  assert.equal(refused, 1)
  await rm(filler)
  const time = await recover(base)
  await nothingHalfDone(postgres)
  ok(`no space left: ${worked} sign-ins found room, then told to try again; works ${time} ms after there is room again`)
}
