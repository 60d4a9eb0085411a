/**
 * `kill -9` in the middle of sign-ins, refreshes, resets and edits: nothing is half done, nothing that was acknowledged
 * is lost, each change has its event and each event its change, and everyone can go on at the next replica.
 * The long form: `CUTS=200 npm test -- --timeout=0 test/faults/kill.test.ts`
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import t from 'tap'
import { freePort } from '../../src/dev/free-port.ts'
import { adminOf } from '../support/admin.ts'
import { startTestApp, type TestApp, testSecretKeys } from '../support/app.ts'
import { createClient } from '../support/client.ts'
import { RunningClock } from '../support/clock.ts'
import { startServer } from '../support/process.ts'
import { findBroken } from './invariants.ts'
import { Administrator, type Person, User } from './people.ts'

const CUTS = Number(process.env['CUTS'] ?? 6)
/** The short form stops early, in milliseconds, where starting the service takes long. */
const LAST_CUT = process.env['CUTS'] ? Number.POSITIVE_INFINITY : performance.now() + 80_000
const USERS = 8
/** Acts acknowledged by a replica before its cut, at most. */
const MOST_ACTS = 60

const folder = await mkdtemp(join(tmpdir(), 'omnicrm-identity-kill-'))
t.teardown(() => rm(folder, { recursive: true, force: true }))
const env = { ISSUER: 'http://localhost:3000', MAIL_DIR: folder }
const app = await startTestApp(t, { clock: new RunningClock(), env })

/** A replica whose connections can be told from those of others. */
async function startReplica(name: string) {
  const server = startServer(t, await freePort('localhost'), {
    ...env,
    ...app.database.settings,
    DATABASE_URL: `${app.database.url}?application_name=${name}`,
    SECRET_KEYS: testSecretKeys,
    REQUESTS_PER_MINUTE: '0',
    LOG_LEVEL: 'silent',
  })
  await server.greeted
  const service: TestApp = { ...app, call: createClient(server.url, app.app.swagger()) }
  return { name, service, kill: () => server.stop('SIGKILL') }
}

/** PostgreSQL undoes what a lost connection has left open when it notices the loss. */
async function untilConnectionsAreGone(name: string): Promise<void> {
  const count = sql<{ left: number }>`
    select count(*)::int as left from pg_stat_activity
    where application_name = ${name} and datname = current_database()`
  while ((await count.execute(app.db)).rows[0]?.left !== 0) await sleep(10)
}

/** How many of which events there are. */
async function told(): Promise<string> {
  const { rows } = await sql<{ type: string; times: number }>`
    select type, count(*)::int as times from events group by type order by type`.execute(app.db)
  return rows.map(({ type, times }) => `${type} ${times}`).join(', ')
}

t.test(`${CUTS} cuts`, async (t) => {
  const users = await Promise.all(Array.from({ length: USERS }, () => User.create(app)))
  const people: Person[] = [...users, new Administrator(app, await adminOf(app), users)]
  const acknowledged = () => people.reduce((sum, person) => sum + person.acknowledged, 0)
  let upcoming = startReplica('cut-0')
  let cuts = 0
  for (let cut = 1; cut <= CUTS && (cut === 1 || performance.now() < LAST_CUT); cut++) {
    const replica = await upcoming
    upcoming = startReplica(`cut-${cut}`)
    let stopped = false
    const working = people.map((person) => person.work(replica.service, () => stopped))
    const enough = acknowledged() + 1 + Math.random() * MOST_ACTS
    while (acknowledged() < enough && people.some(({ isWorking }) => isWorking)) await sleep(1 + Math.random() * 20)
    await replica.kill()
    stopped = true
    await Promise.all([...working, untilConnectionsAreGone(replica.name)])

    t.strictSame(await findBroken(app.db), [], `cut ${cut}: nothing is half done`)
    const lost = await Promise.all(people.map((person) => person.reconcile()))
    t.strictSame(lost.flat(), [], `cut ${cut}: what was acknowledged is there`)
    const { service } = await upcoming
    const wrong = await Promise.all(people.map((person) => person.goOn(service)))
    t.strictSame(wrong.flat(), [], `cut ${cut}: everyone goes on`)
    cuts = cut
  }
  await (await upcoming).kill()
  t.strictSame(
    people.flatMap(({ refusals }) => refusals),
    [],
    'nobody was refused anything',
  )
  t.ok(acknowledged() >= cuts)
  t.comment(`${cuts} cuts, ${acknowledged()} acts acknowledged, ${await told()}`)
})
