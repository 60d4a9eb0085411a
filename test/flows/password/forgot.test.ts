import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import t from 'tap'
import { startWorker } from '../../../src/jobs/worker.ts'
import type { Mailer } from '../../../src/mail/mailer.ts'
import { adminOf, usersAs } from '../../support/admin.ts'
import { startTestApp, type TestApp } from '../../support/app.ts'
import type { Answer } from '../../support/client.ts'
import { forgot, linkToken, Mailbox, workQueue } from '../../support/mail.ts'
import { createUser, deactivate, eventsAbout, gist, login, race, type TestUser } from '../../support/users.ts'

const env = { TRUST_PROXY: 'loopback' }
const mailbox = new Mailbox()
const app = await startTestApp(t, { mailer: mailbox, env })
const concealing = await startTestApp(t, {
  database: app.database,
  clock: app.clock,
  mailer: mailbox,
  env: { ...env, ACCOUNT_ENUMERATION: 'conceal' },
})

const check = (token: string) => app.call('POST', '/auth/password/reset/check', { body: { token } })

/** The tokens of the links mailed to this user, oldest first. */
async function linksTo(user: TestUser): Promise<string[]> {
  await workQueue(app)
  return mailbox.mails.filter((mail) => mail.to === user.email).map(linkToken)
}

/** All that a caller can see of an answer, but for what differs in any two. */
function visible({ status, body, headers }: Answer) {
  const seen = [...headers].filter(([name]) => name !== 'date' && name !== 'x-request-id')
  return { status, body: { ...body, request_id: undefined }, headers: Object.fromEntries(seen) }
}

t.test('by default a known address and an unknown one get the documented answers', async (t) => {
  const user = await createUser(app)
  const known = await forgot(app, user.email)
  t.equal(known.status, 200)
  t.strictSame(known.body, { message: 'Reset instructions have been sent to your email' })
  for (const email of ['nobody@example.com', 'nobody', `${user.email}.example`, '\u0000', '\ud800', 'a'.repeat(1024)]) {
    const unknown = await forgot(app, email)
    t.equal(unknown.status, 404, JSON.stringify(email))
    t.match(unknown.body, { code: 'account_not_found', title: 'No account found with that email address' })
  }
  t.equal((await linksTo(user)).length, 1)
})

t.test(
  'every active account is mailed a working link, whatever its password; an inactive one is answered alike',
  async (t) => {
    const cases = [
      { name: 'a password', user: await createUser(app), mails: 1 },
      { name: 'no password yet', user: await createUser(app, { state: 'none' }), mails: 1 },
      { name: 'a temporary password', user: await createUser(app, { state: 'temporary' }), mails: 1 },
      { name: 'a customer', user: await createUser(app, { roles: ['customer'] }), mails: 1 },
      { name: 'an inactive account', user: await createUser(app, { active: false }), mails: 0 },
    ]
    const answers = new Set<string>()
    for (const { name, user, mails } of cases) {
      answers.add(JSON.stringify(visible(await forgot(app, user.email))))
      const links = await linksTo(user)
      t.equal(links.length, mails, name)
      for (const link of links) t.equal((await check(link)).status, 200, name)
      t.strictSame(
        await eventsAbout(app, user.id),
        [mails ? 'password_reset_requested' : 'password_reset_requested!'],
        name,
      )
    }
    t.equal(answers.size, 1)
  },
)

t.test('every spelling finds the account, and mail goes to the stored address alone', async (t) => {
  const user = await createUser(app, { email: 'Rosa.Díaz@Example.com' })
  for (const email of ['rosa.díaz@example.com', ' ROSA.DÍAZ@EXAMPLE.COM ', 'rosa.di\u0301az@example.com'])
    t.equal((await forgot(app, email)).status, 200, email)
  t.equal((await linksTo(user)).length, 3)
  t.equal(
    mailbox.lastTo(user.email).variables['url'],
    `http://localhost:3001/reset-password/${(await linksTo(user))[0]}`,
  )
})

t.test('concealed, no answer tells whether the account exists: status, text and headers are the same', async (t) => {
  const active = await createUser(app)
  const addresses = {
    active: active.email,
    inactive: (await createUser(app, { active: false })).email,
    unset: (await createUser(app, { state: 'none' })).email,
    unknown: 'nobody-at-all@example.com',
    'no address': 'nobody',
    'over-long': `${'a'.repeat(1000)}@example.com`,
  }
  const expected = visible(await forgot(concealing, (await createUser(app)).email))
  t.match(expected, { status: 200, body: { message: 'Reset instructions have been sent to your email' } })
  for (const [name, email] of Object.entries(addresses)) {
    t.strictSame(visible(await forgot(concealing, email)), expected, name)
    for (let asked = 1; asked < 6; asked++) await forgot(concealing, email)
    const throttled = visible(await forgot(concealing, email))
    t.match(throttled, { status: 429, body: { code: 'too_many_attempts' }, headers: { 'retry-after': '60' } }, name)
  }
  t.equal((await linksTo(active)).length, 6)
})

t.test('concealed, an unknown address costs the queue the same work as a known one', async (t) => {
  const user = await createUser(app)
  const jobs = async () => {
    const { rows } = await sql<{ task_identifier: string }>`
      select task_identifier from graphile_worker.jobs`.execute(app.db)
    return rows
  }
  await workQueue(app)
  await forgot(concealing, user.email)
  await forgot(concealing, 'nobody-of-note@example.com')
  const [known, unknown, ...others] = await jobs()
  t.strictSame(others, [])
  t.equal(known?.task_identifier, unknown?.task_identifier)
  await workQueue(app)
  t.strictSame(await jobs(), [])
})

t.test(
  'the same link is sent again while half an hour is left, then a new one; the old one works out its hour',
  async (t) => {
    const user = await createUser(app)
    const start = app.clock.now().getTime()
    const at = (seconds: number) => app.clock.advance((start - app.clock.now().getTime()) / 1000 + seconds)
    for (const seconds of [0, 1, 1800, 1801]) {
      at(seconds)
      t.equal((await forgot(app, user.email)).status, 200)
      await workQueue(app)
    }
    const [first = '', second, third, renewed = ''] = await linksTo(user)
    t.strictSame([second, third], [first, first])
    t.not(renewed, first)
    at(3599)
    for (const link of [first, renewed]) t.equal((await check(link)).status, 200)
    at(3600)
    t.equal(gist(await check(first)), '400 reset_link_invalid')
    t.equal((await check(renewed)).status, 200)
  },
)

t.test('requests for one address are slowed alike whether the account exists, from wherever they come', async (t) => {
  const user = await createUser(app)
  for (const email of [user.email, 'no-one-here@example.com']) {
    const heard = email === user.email ? '200' : '404 account_not_found'
    const spellings = [email, email.toUpperCase(), ` ${email}`]
    const ask = (n: number) => forgot(app, spellings[n % 3] ?? email)
    const { tally } = await race(20, ask)
    t.strictSame(tally, { [heard]: 6, '429 too_many_attempts': 14 }, email)
    for (const wait of [60, 120, 240]) {
      app.clock.advance(wait - 1)
      const early = await ask(0)
      t.equal(gist(early), '429 too_many_attempts')
      t.equal(early.headers.get('retry-after'), '1')
      app.clock.advance(1)
      t.equal(gist(await ask(0)), heard, `after ${wait} seconds`)
    }
  }
  t.equal((await linksTo(user)).length, 9)
})

t.test('requests from one source are slowed whatever the address, IPv6 by network', async (t) => {
  const sources = [() => '192.0.2.1', (n: number) => `2001:db8:1:2::${n.toString(16)}`]
  for (const [index, source] of sources.entries()) {
    const ask = (n: number) => forgot(app, `stranger-${index}-${n}@example.com`, source(n))
    for (let n = 0; n < 31; n++) t.equal(gist(await ask(n)), '404 account_not_found')
    t.equal(gist(await ask(31)), '429 too_many_attempts')
    const known = await createUser(app)
    t.equal(gist(await forgot(app, known.email, source(99))), '429 too_many_attempts')
    t.equal((await forgot(app, known.email)).status, 200, 'another source is heard')
  }
})

t.test('an account that is deactivated before its mail goes gets none', async (t) => {
  const user = await createUser(app)
  t.equal((await forgot(app, user.email)).status, 200)
  await deactivate(app, user.id)
  t.strictSame(await linksTo(user), [])
})

t.test('an account that is deleted at this very moment is answered as known, and gets no mail', async (t) => {
  const user = await createUser(app)
  const answer = await app.db.transaction().execute(async (tx) => {
    await tx.deleteFrom('users').where('id', '=', user.id).execute()
    return forgot(app, user.email)
  })
  t.equal(answer.status, 200, 'nor does it wait for the deletion')
  t.strictSame(await linksTo(user), [])
})

t.test('an unknown address reaches the log only as a hash', async (t) => {
  await forgot(app, 'secret.admirer@example.com')
  const event = await app.db.selectFrom('events').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirstOrThrow()
  t.match(event, { type: 'password_reset_requested', outcome: 'failure', actor_kind: 'anonymous', subject_id: null })
  t.type(event.details['unknown_email'], 'string')
  t.notMatch(JSON.stringify(event), /admirer/)
})

t.test('bad bodies are refused for their field', async (t) => {
  const bodies: [unknown, string][] = [
    [{}, '/email'],
    [{ email: '' }, '/email'],
    [{ email: 7 }, '/email'],
    [{ email: 'a'.repeat(1025) }, '/email'],
    [{ email: 'a@b.c', url: 'https://evil.example' }, '/url'],
  ]
  for (const [body, path] of bodies) {
    const answer = await app.call('POST', '/auth/password/forgot', { body })
    t.equal(gist(answer), '400 validation_failed', JSON.stringify(body))
    t.strictSame(
      answer.body.errors.map((error: { path: string }) => error.path),
      [path],
    )
  }
})

t.test('no answer waits for mail: a transport that hangs holds nobody up', async (t) => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  let sending = 0
  const hanging: Mailer = {
    transport: 'mailjet',
    send: () => {
      sending += 1
      return released
    },
    wasSent: async () => false,
  }
  const slow: TestApp = await startTestApp(t, { mailer: hanging, env })
  const settings = { url: slow.database.directUrl, poolSize: 3 }
  const stop = await startWorker(slow.deps, settings, () => false)
  const users = await Promise.all([1, 2, 3].map(() => createUser(slow)))
  for (const user of users) t.equal((await forgot(slow, user.email)).status, 200)
  while (sending < 2) await sleep(20)
  for (const user of users) {
    t.equal((await forgot(slow, user.email)).status, 200)
    t.equal(gist(await login(slow, user)), '200 authenticated')
  }
  t.equal((await slow.call('GET', '/health/ready')).status, 200)
  release()
  await stop()
})

t.test('requests for links hold up requests only: they make no account look locked', async (t) => {
  const user = await createUser(app)
  const admin = usersAs(app, await adminOf(app))
  for (let n = 0; n < 6; n++) t.equal((await forgot(app, user.email)).status, 200)
  t.equal(gist(await forgot(app, user.email)), '429 too_many_attempts')
  t.match((await admin.read(user.id)).body, { locked: false, locked_until: null })
  t.strictSame((await admin.list(`?locked=true&ids=${user.id}`)).body.items, [])
  t.equal(gist(await login(app, user)), '200 authenticated')
  t.equal((await admin.unlock(user.id)).status, 200)
  t.equal((await forgot(app, user.email)).status, 200, 'an unlock lifts them all the same')
})
