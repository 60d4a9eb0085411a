import { PassThrough } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { pino } from 'pino'
import t from 'tap'
import { queueLogger, startWorker } from '../../src/jobs/worker.ts'
import { createLog } from '../../src/log.ts'
import { releaseAbandonedJobs } from '../../src/store/queue.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { forgot, Mailbox, workQueue } from '../support/mail.ts'
import { createUser } from '../support/users.ts'

async function arrives(mailbox: Mailbox, address: string): Promise<boolean> {
  for (let tries = 0; tries < 200; tries++) {
    if (mailbox.mails.some((mail) => mail.to === address)) return true
    await sleep(50)
  }
  return false
}

/** Ends every connection to the app's database, as a restart of PostgreSQL would. */
async function cutConnections({ database }: TestApp): Promise<void> {
  const client = new pg.Client({ connectionString: database.adminUrl })
  await client.connect()
  await client.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  )
  await client.end()
}

t.test('mail goes on after the database has cut every connection, however often', async (t) => {
  const mailbox = new Mailbox()
  const app = await startTestApp(t, { mailer: mailbox })
  const settings = { url: app.database.directUrl, poolSize: 3 }
  const stop = await startWorker(app.deps, settings, () => false)
  for (let cuts = 0; cuts < 5; cuts++) {
    await cutConnections(app)
    await sleep(200)
    const user = await createUser(app)
    t.equal((await forgot(app, user.email)).status, 200)
    t.ok(await arrives(mailbox, user.email), `after cut ${cuts + 1}`)
  }
  await stop()
})

t.test('mail goes on after a worker could not ask for its tasks when it started', async (t) => {
  const mailbox = new Mailbox()
  const warnings = new PassThrough()
  const log = pino({ level: 'warn' }, warnings)
  const app = await startTestApp(t, { mailer: mailbox, log })
  const role = sql.id(new URL(app.database.directUrl).username)
  await sql`revoke select on graphile_worker._private_tasks from ${role}`.execute(app.db)
  const restarted = new Promise<void>((resolve) => {
    warnings.on('data', (line) => String(line).includes('it is started again') && resolve())
  })
  const stop = await startWorker(app.deps, { url: app.database.directUrl, poolSize: 3 }, () => false)
  await restarted
  await sql`grant select on graphile_worker._private_tasks to ${role}`.execute(app.db)
  const user = await createUser(app)
  t.equal((await forgot(app, user.email)).status, 200)
  t.ok(await arrives(mailbox, user.email))
  await stop()
})

t.test('a job that a killed worker had taken is given back after five minutes, one in progress is not', async (t) => {
  const mailbox = new Mailbox()
  const app = await startTestApp(t, { mailer: mailbox })
  const user = await createUser(app)
  await forgot(app, user.email)
  const take = (minutes: number) =>
    sql`update graphile_worker._private_jobs
        set locked_by = 'killed', locked_at = now() - make_interval(mins => ${minutes})`.execute(app.db)

  await take(4)
  await releaseAbandonedJobs(app.deps.db)
  await workQueue(app)
  t.strictSame(mailbox.mails, [], 'another worker may still be at it')
  await take(6)
  await releaseAbandonedJobs(app.deps.db)
  await workQueue(app)
  t.strictSame(
    mailbox.mails.map((mail) => mail.to),
    [user.email],
  )
})

t.test('what the queue says of itself is logged without what it quotes', async (t) => {
  const lines = new PassThrough()
  const queue = queueLogger(createLog('info', lines), () => false)
  const secret = 'opl_secret for jane.private@example.com'
  const error = Object.assign(new Error(secret), { code: '57P01' })
  queue.error(`Failed task 12 (deliver_mail, 1.20ms, attempt 2 of 25) with error '${secret}':\n  ${error.stack}`, {
    failure: true,
    error,
    job: { task_identifier: 'deliver_mail', attempts: 2, payload: { secret } },
  })
  queue.warn(`Database is using Graphile Worker schema revision 19, but … ${secret}`)
  queue.error(String(error.stack))
  queue.info(`Running task 12 with ${secret}`)
  const text = String(lines.read())
  t.notMatch(text, /opl_|jane/)
  const records = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  t.match(records, [
    { level: 50, reason: 'Failed task', job: 'deliver_mail', attempt: 2, err: { type: 'Error', code: '57P01' } },
    { level: 40, reason: 'Database is using Graphile Worker schema revision' },
    { level: 50, reason: 'Error' },
  ])
  t.equal(records.length, 3)
})
