import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { writeToken } from '../../src/crypto/opaque-token.ts'
import { purgeExpired } from '../../src/jobs/purge.ts'
import { startWorker } from '../../src/jobs/worker.ts'
import type { Mailer } from '../../src/mail/mailer.ts'
import { mailjetMailer } from '../../src/mail/mailjet.ts'
import { startTestApp, type TestApp, type TestAppOptions } from '../support/app.ts'
import { forgot, linkToken, Mailbox, retryNow, workQueue } from '../support/mail.ts'
import { startMailjet } from '../support/mailjet.ts'
import { changePassword } from '../support/two-factor.ts'
import { createUser, gist, login, NEW_PASSWORD, signIn, type TestUser } from '../support/users.ts'

const mailjet = await startMailjet(t)
const patient = mailjetMailer({ apiKey: 'the-key', apiSecret: 'the-secret', host: mailjet.host })
const hasty = mailjetMailer({ apiKey: 'the-key', apiSecret: 'the-secret', host: mailjet.host }, 1000)

const start = (t: Test, options: TestAppOptions = {}) =>
  startTestApp(t, { mailer: patient, ...options, env: { ...mailjet.env, TRUST_PROXY: 'loopback', ...options.env } })
const app = await start(t)

const mailOf = ({ db }: TestApp, user: TestUser) =>
  db.selectFrom('mails').selectAll().where('user_id', '=', user.id).orderBy('created_at').execute()
const stateOf = async (app: TestApp, user: TestUser) => {
  const [mail] = await mailOf(app, user)
  return mail && { state: mail.state, last_error: mail.last_error }
}
const jobs = async ({ db }: TestApp) =>
  (await sql<{ payload: object }>`select payload from graphile_worker._private_jobs`.execute(db)).rows

/** A user whose reset link waits in the queue. */
async function userWithMail(app: TestApp): Promise<TestUser> {
  const user = await createUser(app)
  const answer = await forgot(app, user.email)
  if (answer.status !== 200) throw new Error(answer.text)
  return user
}

/** Another round of the queue, with what waits made due. */
async function again(app: TestApp): Promise<void> {
  await retryNow(app)
  await workQueue(app)
}

t.beforeEach(() => {
  mailjet.sending = 'accept'
  mailjet.lookingUp = 'answer'
  app.deps.mailer = patient
})

t.test('whatever goes wrong at first, the mail arrives once, sent again only if it was not taken', async (t) => {
  const cases = [
    { sending: 'accept', error: null, sends: 1, lookUps: 0 },
    { sending: 'slow', error: null, sends: 1, lookUps: 0 },
    { sending: 401, error: 'mailjet_401', sends: 2, lookUps: 0 },
    { sending: 429, error: 'mailjet_429', sends: 2, lookUps: 0 },
    { sending: 500, error: 'mailjet_500', sends: 2, lookUps: 1 },
    { sending: 'accept-500', error: 'mailjet_500', sends: 1, lookUps: 1 },
    { sending: 'reset', error: 'mailjet_econnreset', sends: 2, lookUps: 1 },
    { sending: 'accept-reset', error: 'mailjet_econnreset', sends: 1, lookUps: 1 },
    { sending: 'hang', error: 'mailjet_econnaborted', sends: 2, lookUps: 1 },
    { sending: 'accept-hang', error: 'mailjet_econnaborted', sends: 1, lookUps: 1 },
  ] as const
  for (const { sending, error, sends, lookUps } of cases) {
    const user = await userWithMail(app)
    mailjet.sending = sending
    if (String(sending).endsWith('hang')) app.deps.mailer = hasty
    await workQueue(app)
    t.strictSame(await stateOf(app, user), { state: error ? 'queued' : 'sent', last_error: error }, String(sending))

    mailjet.sending = 'accept'
    app.deps.mailer = patient
    for (let round = 0; round < 2; round++) await again(app)
    const [mail] = await mailOf(app, user)
    t.match(mail, { state: 'sent', attempts: sends, uncertain: false, finished_at: app.clock.now() }, String(sending))
    t.equal(mailjet.arrived(user.email).length, 1, `${sending}: arrived`)
    t.equal(mailjet.sends.filter(({ CustomID }) => CustomID === mail?.id).length, sends, `${sending}: sent`)
    t.equal(mailjet.lookUps.filter((path) => path.endsWith(`=${mail?.id}`)).length, lookUps, `${sending}: looked up`)
  }
  t.strictSame(await jobs(app), [], 'nothing is left to do')
})

t.test('a mail that Mailjet refuses is given up at once', async (t) => {
  const user = await userWithMail(app)
  mailjet.sending = 400
  await workQueue(app)
  t.strictSame(await stateOf(app, user), { state: 'failed', last_error: 'mailjet_400' })
  mailjet.sending = 'accept'
  await again(app)
  t.strictSame(await stateOf(app, user), { state: 'failed', last_error: 'mailjet_400' })
  t.equal(mailjet.arrived(user.email).length, 0)
})

t.test('a look-up that fails neither sends the mail a second time nor gives it up', async (t) => {
  const user = await userWithMail(app)
  mailjet.sending = 'accept-500'
  await workQueue(app)
  mailjet.sending = 'accept'
  for (const lookingUp of [401, 404, 500, 'reset'] as const) {
    mailjet.lookingUp = lookingUp
    for (let round = 0; round < 2; round++) await again(app)
    t.match(await mailOf(app, user), [{ state: 'queued', uncertain: true, attempts: 1 }], String(lookingUp))
  }
  mailjet.lookingUp = 'answer'
  await again(app)
  t.match(await mailOf(app, user), [{ state: 'sent', attempts: 1 }])
  t.equal(mailjet.arrived(user.email).length, 1)
})

t.test(
  'a crash in the middle of an attempt leaves the mail uncertain: it is looked up before it is sent',
  async (t) => {
    for (const accepted of [true, false]) {
      const user = await userWithMail(app)
      // What is left behind is the same as after the end of the process: the attempt has begun, its end was not noted.
      const crash = async () => {
        throw new Error('crash')
      }
      const crashing: Mailer = {
        ...patient,
        send: (mail) => (accepted ? patient.send(mail) : Promise.resolve()).then(crash),
      }
      app.deps.mailer = crashing
      await workQueue(app)
      t.match(await mailOf(app, user), [{ state: 'queued', uncertain: true, attempts: 1, last_error: null }])
      app.deps.mailer = patient
      await again(app)
      t.match(await mailOf(app, user), [{ state: 'sent', attempts: accepted ? 1 : 2 }])
      t.equal(mailjet.arrived(user.email).length, 1)
    }
  },
)

t.test('the last attempt that fails makes the mail failed, whatever was wrong', async (t) => {
  for (const sending of [401, 500, 'reset'] as const) {
    const user = await userWithMail(app)
    mailjet.sending = sending
    await workQueue(app)
    t.equal((await stateOf(app, user))?.state, 'queued')
    await sql`update graphile_worker._private_jobs set attempts = max_attempts - 2`.execute(app.db)
    await again(app)
    t.equal((await stateOf(app, user))?.state, 'queued', 'one attempt is left')
    await again(app)
    t.equal((await stateOf(app, user))?.state, 'failed')
    mailjet.sending = 'accept'
    await again(app)
    t.equal((await stateOf(app, user))?.state, 'failed', 'it is over')
    t.equal(mailjet.arrived(user.email).length, 0)
  }
})

t.test(
  'after an outage every mail that is still of use arrives once; the others are dropped and counted',
  async (t) => {
    // Without the notices of the acts below.
    const app = await start(t, { env: { SECURITY_NOTICES: 'off' } })
    const admin = await createUser(app, { roles: ['admin'] })
    const { access_token: token } = await signIn(app, admin)
    const readState = async () => (await app.call('GET', '/admin/mail', { token })).body
    t.strictSame(await readState(), {
      transport: 'mailjet',
      queued: 0,
      failed: 0,
      last_sent_at: null,
      last_error: null,
    })

    mailjet.sending = 500
    const useful = [await userWithMail(app), await userWithMail(app)]
    const changed = await createUser(app)
    const signedIn = await signIn(app, changed)
    await changePassword(app, signedIn.access_token, NEW_PASSWORD, { current_password: changed.password })
    const deleted = await userWithMail(app)
    const deactivated = await userWithMail(app)
    const overtaken = await userWithMail(app)
    const expired = await createUser(app)
    await workQueue(app)
    t.match(await readState(), { queued: 6, failed: 0, last_sent_at: null, last_error: 'mailjet_500' })
    mailjet.sending = 429
    for (let round = 0; round < 3; round++) await again(app)
    t.match(await readState(), { queued: 6, failed: 0, last_error: 'mailjet_429' })

    t.equal((await app.call('DELETE', `/admin/users/${deleted.id}`, { token })).status, 204)
    const inactive = { token, body: { active: false } }
    t.equal((await app.call('PATCH', `/admin/users/${deactivated.id}`, inactive)).status, 200)
    t.equal((await app.call('POST', `/admin/users/${overtaken.id}/reset-password`, { token, body: {} })).status, 200)
    await forgot(app, expired.email)
    await again(app)
    app.clock.advance(600)
    await sql`update links set expires_at = ${app.clock.now()} where user_id = ${expired.id}`.execute(app.db)

    mailjet.sending = 'accept'
    for (let round = 0; round < 2; round++) await again(app)
    for (const user of [...useful, changed]) {
      t.equal((await stateOf(app, user))?.state, 'sent')
      t.equal(mailjet.arrived(user.email).length, 1)
    }
    for (const [user, reason] of [
      [deleted, 'user_gone'],
      [deactivated, 'link_dead'],
      [overtaken, 'link_dead'],
      [expired, 'link_dead'],
    ] as const) {
      t.strictSame(await stateOf(app, user), { state: 'dropped', last_error: reason })
      t.equal(mailjet.arrived(user.email).length, 0)
    }
    const tally = await sql`select state, count(*)::int as n from mails group by state order by state`.execute(app.db)
    t.strictSame(tally.rows, [
      { state: 'dropped', n: 4 },
      { state: 'sent', n: 3 },
    ])
    t.match(await readState(), {
      queued: 0,
      failed: 0,
      last_sent_at: app.clock.now().toISOString(),
      last_error: 'mailjet_429',
    })

    const refused = await userWithMail(app)
    mailjet.sending = 400
    await workQueue(app)
    t.equal((await stateOf(app, refused))?.state, 'failed')
    t.match(await readState(), { queued: 0, failed: 1, last_error: 'mailjet_400' })
  },
)

t.test('an act and its mail are committed together or not at all', async (t) => {
  const mailbox = new Mailbox()
  const app = await start(t, { mailer: mailbox })
  const user = await createUser(app)
  const { access_token: token } = await signIn(app, user)
  await sql`
    create function refuse_event() returns trigger language plpgsql as $$
    begin raise exception 'no event today'; end $$`.execute(app.db)
  await sql`create trigger refuse before insert on events for each row execute function refuse_event()`.execute(app.db)
  const change = () => changePassword(app, token, NEW_PASSWORD, { current_password: user.password })
  t.equal((await change()).status, 500)
  t.equal((await forgot(app, user.email)).status, 500)
  t.strictSame(await jobs(app), [])
  t.strictSame(await mailOf(app, user), [])

  await sql`drop trigger refuse on events`.execute(app.db)
  t.equal(gist(await login(app, user)), '200 authenticated', 'the password has not changed')
  t.equal((await change()).status, 200)
  const [mail, ...others] = await mailOf(app, user)
  t.strictSame(others, [])
  t.strictSame(await jobs(app), [{ payload: { mail_id: mail?.id } }])
})

t.test('no link, token or password lies in the database in clear, on its way, failed or sent', async (t) => {
  const mailbox = new Mailbox()
  const app = await start(t, { mailer: mailbox })
  const admin = await createUser(app, { roles: ['admin'] })
  const { access_token: token } = await signIn(app, admin)
  const user = await createUser(app)
  const { access_token: own } = await signIn(app, user)
  await forgot(app, user.email)
  await workQueue(app)
  await app.call('POST', '/auth/email/change', {
    token: own,
    body: { new_email: 'new@example.com', password: user.password },
  })
  const body = { email: 'wanda@example.com', first_name: 'Wanda', last_name: 'Neu', roles: ['customer'] }
  await app.call('POST', '/admin/users', { token, body })
  const other = await createUser(app)
  const reset = await app.call('POST', `/admin/users/${other.id}/reset-password`, { token, body: {} })
  const links = await app.db.selectFrom('links').select(['id', 'kind']).orderBy('kind').execute()
  t.strictSame(
    links.map((link) => link.kind),
    ['email_change', 'password_reset', 'welcome'],
  )
  const secrets = [
    ...links.map(({ id, kind }) =>
      writeToken(app.deps.keys.ring, kind === 'email_change' ? 'email_link' : 'password_link', id),
    ),
    reset.body.temporary_password,
    user.password,
  ]

  const searched = async (when: string) => {
    const tables = await sql<{ name: string }>`
      select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname in ('public', 'graphile_worker')`.execute(app.db)
    const texts = tables.rows.map(({ name }) =>
      sql<{ text: string }>`select coalesce(string_agg(r::text, E'\n'), '') as text from ${sql.raw(name)} r`.execute(
        app.db,
      ),
    )
    const dump = (await Promise.all(texts)).map(({ rows }) => rows[0]?.text).join('\n')
    t.match(dump, user.email, when)
    for (const secret of secrets) {
      t.type(secret, 'string')
      t.notOk(dump.includes(secret), when)
    }
    t.notMatch(dump, /reset-password\/|confirm-email\//, when)
  }
  t.ok((await jobs(app)).length > 0)
  await searched('queued')
  app.deps.mailer = patient
  mailjet.sending = 500
  await workQueue(app)
  await searched('tried in vain')
  app.deps.mailer = mailbox
  await again(app)
  t.strictSame(
    [...new Set(mailbox.mails.filter(({ variables }) => variables['url']).map(linkToken))].sort(),
    [secrets[0], secrets[1], secrets[2]].sort(),
    'they are what the mails carry',
  )
  await searched('sent')
})

t.test('the workers of two replicas deliver each mail once, soon, as the runtime role, and stop cleanly', async (t) => {
  const mailbox = new Mailbox()
  const lines: string[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => lines.push(line) })
  const app = await start(t, { mailer: mailbox, log })
  const other = await start(t, { mailer: mailbox, log, database: app.database })
  const settings = { url: app.database.directUrl, poolSize: 3 }
  const stops = await Promise.all([app, other].map(({ deps }) => startWorker(deps, settings, () => false)))
  const users = await Promise.all(Array.from({ length: 20 }, () => createUser(app)))
  const deadline = Date.now() + 10_000
  await Promise.all(users.map((user) => forgot(app, user.email)))
  while (mailbox.mails.length < users.length && Date.now() < deadline) await sleep(20)
  t.strictSame(mailbox.mails.map((mail) => mail.to).sort(), users.map((user) => user.email).sort())
  await Promise.all(stops.map((stop) => stop()))

  t.equal((await forgot(app, users[0]?.email ?? '')).status, 200)
  await sleep(200)
  t.equal((await jobs(app)).length, 1, 'a job waits for the next worker')
  t.strictSame(lines, [], 'nothing to complain of')
})

t.test('a finished mail is kept for seven days, an unfinished one until it is finished', async (t) => {
  const app = await start(t)
  const [sent, failed] = [await userWithMail(app), await createUser(app)]
  await workQueue(app)
  mailjet.sending = 400
  await forgot(app, failed.email)
  await workQueue(app)
  const queued = await userWithMail(app)
  mailjet.sending = 401
  await workQueue(app)
  const kept = async () => {
    await purgeExpired(app.deps)
    return (await app.db.selectFrom('mails').select('user_id').orderBy('user_id').execute()).map((mail) => mail.user_id)
  }
  app.clock.advance(7 * 86_400 - 1)
  t.strictSame(await kept(), [sent.id, failed.id, queued.id])
  app.clock.advance(1)
  t.strictSame(await kept(), [queued.id])
})
