import { sql } from 'kysely'
import t from 'tap'
import { randomTokenId, writeToken } from '../../../src/crypto/opaque-token.ts'
import { startTestApp } from '../../support/app.ts'
import type { Answer } from '../../support/client.ts'
import { linkToken, Mailbox, mailedResetToken, workQueue } from '../../support/mail.ts'
import { meanwhile } from '../../support/meanwhile.ts'
import { changePassword, me, tokenAfterPassword } from '../../support/two-factor.ts'
import { createUser, eventsAbout, gist, login, NEW_PASSWORD, race, signIn, type TestUser } from '../../support/users.ts'

const mailbox = new Mailbox()
const app = await startTestApp(t, { mailer: mailbox, env: { TRUST_PROXY: 'loopback' } })

let count = 0
const freshAddress = () => {
  count += 1
  return `fresh${count}@example.org`
}
const ask = (user: TestUser, token: string | undefined, new_email: string, password = user.password) =>
  app.call('POST', '/auth/email/change', { token, body: { new_email, password } })
const confirm = (token: string) => app.call('POST', '/auth/email/confirm', { body: { token } })

/** Signs in, asks for the address and reads its mail. @returns the token of the link. */
async function askedFor(user: TestUser, email: string): Promise<string> {
  const { access_token } = await signIn(app, user)
  const answer = await ask(user, access_token, email)
  if (answer.status !== 202) throw new Error(`expected a link, got ${answer.text}`)
  await workQueue(app)
  return linkToken(mailbox.lastTo(email.trim()))
}

const REQUESTED = 'api_crmCommunicationUserEmailChangeRequested'
const mailsTo = (email: string) => mailbox.mails.filter((mail) => mail.to === email).map((mail) => mail.template)

t.test('the address changes by the link mailed to it; the old one is told; sessions go on', async (t) => {
  const user = await createUser(app)
  const tokens = await signIn(app, user)
  const newEmail = freshAddress()
  const asked = await ask(user, tokens.access_token, ` ${newEmail} `)
  t.equal(asked.status, 202)
  t.strictSame(asked.body, { message: 'A confirmation link has been sent to the new address.' })
  await workQueue(app)
  t.strictSame([mailsTo(newEmail), mailsTo(user.email)], [['api_crmCommunicationUserEmailChange'], [REQUESTED]])
  t.equal(mailbox.lastTo(user.email).variables['new_email'], newEmail)
  const link = linkToken(mailbox.lastTo(newEmail))
  t.equal(mailbox.lastTo(newEmail).variables['url'], `http://localhost:3001/confirm-email/${link}`)
  t.equal((await me(app, tokens.access_token)).body.email, user.email, 'asking changes nothing')

  const done = await confirm(link)
  t.equal(done.status, 200)
  t.strictSame(done.body, { message: 'The email address has been changed.' })
  await workQueue(app)
  t.strictSame(mailsTo(user.email), [REQUESTED, 'api_crmCommunicationUserEmailChanged'])
  t.equal(mailbox.lastTo(user.email).variables['new_email'], newEmail)
  t.equal((await me(app, tokens.access_token)).body.email, newEmail)
  t.equal(gist(await login(app, user)), '401 invalid_credentials')
  t.equal(gist(await login(app, { ...user, email: newEmail.toUpperCase() })), '200 authenticated')
  t.strictSame(
    (await eventsAbout(app, user.id)).filter((type) => !type.startsWith('sign_in')),
    ['email_change_requested', 'email_changed'],
  )
  const event = await app.db
    .selectFrom('events')
    .select('details')
    .where('type', '=', 'email_changed')
    .where('subject_id', '=', user.id)
    .executeTakeFirstOrThrow()
  t.strictSame(event.details, { before: user.email, after: newEmail })
})

t.test('a request is refused for its reason and mails nothing', async (t) => {
  const user = await createUser(app)
  const other = await createUser(app, { email: 'taken.Address@example.com' })
  const { access_token: token } = await signIn(app, user)
  const step = await tokenAfterPassword(app, await createUser(app, { state: 'temporary' }))
  const email = freshAddress()
  const mails = async () => (await sql`select 1 from mails`.execute(app.db)).rows.length
  const before = await mails()
  const cases: [string, Promise<Answer>][] = [
    ['401 access_token_missing', ask(user, undefined, email)],
    ['401 access_token_invalid', ask(user, step, email)],
    ['403 wrong_password', ask(user, token, email, 'not-the-password')],
    ['409 email_taken', ask(user, token, other.email)],
    ['409 email_taken', ask(user, token, ' TAKEN.ADDRESS@EXAMPLE.COM')],
    ['409 email_taken', ask(user, token, user.email)],
    ['400 validation_failed', ask(user, token, 'no-address')],
    ['400 validation_failed', ask(user, token, 'a@b@c')],
    ['400 validation_failed', ask(user, token, 'nul\u0000@example.com')],
    ['400 validation_failed', ask(user, token, `${'a'.repeat(250)}@example.com`)],
    ['400 validation_failed', ask(user, token, '')],
    ['400 validation_failed', app.call('POST', '/auth/email/change', { token, body: { new_email: email } })],
  ]
  for (const [expected, answer] of cases) t.equal(gist(await answer), expected)
  const malformed = await ask(user, token, 'no-address')
  t.strictSame(malformed.body.errors, [{ path: '/new_email', message: 'must be a valid email' }])
  t.equal(await mails(), before)
})

t.test('wrong passwords are counted and hold further tries up', async (t) => {
  const user = await createUser(app)
  const { access_token: token } = await signIn(app, user)
  for (let tries = 0; tries < 6; tries++)
    t.equal(gist(await ask(user, token, freshAddress(), 'not-the-password')), '403 wrong_password')
  t.equal(gist(await ask(user, token, freshAddress())), '429 too_many_attempts')
  app.clock.advance(5)
  t.equal((await ask(user, token, freshAddress())).status, 202)
})

t.test(
  'an account is no means of mailing strangers: every request counts, and the mail carries no chosen words',
  async (t) => {
    const user = await createUser(app, { firstName: 'Win a prize at https://evil.example', lastName: 'now' })
    const taken = await createUser(app)
    const { access_token: token } = await signIn(app, user)
    const stranger = freshAddress()
    for (const email of [stranger, stranger, taken.email, taken.email, freshAddress(), stranger])
      t.match(gist(await ask(user, token, email)), /^(202|409 email_taken)$/)
    for (const email of [stranger, taken.email]) {
      const held = await ask(user, token, email)
      t.equal(gist(held), '429 too_many_attempts', 'nor does it tell who has an account')
      t.equal(held.headers.get('retry-after'), '60')
    }
    await workQueue(app)
    const { subject, text, html, variables } = mailbox.lastTo(stranger)
    t.notMatch(subject + text + html + JSON.stringify(variables), /evil|now/)
    app.clock.advance(60)
    t.equal((await ask(user, token, stranger)).status, 202)
  },
)

t.test('whatever is no living link gets one and the same answer', async (t) => {
  const user = await createUser(app)
  const token = await askedFor(user, freshAddress())
  const used = await askedFor(await createUser(app), freshAddress())
  t.equal((await confirm(used)).status, 200)
  const inactive = await createUser(app)
  const idle = await askedFor(inactive, freshAddress())
  await sql`update users set active = false where id = ${inactive.id}`.execute(app.db)
  const resetToken = await mailedResetToken(app, mailbox, user)
  const resetLink = await app.db
    .selectFrom('links')
    .select('id')
    .where('kind', '=', 'password_reset')
    .where('user_id', '=', user.id)
    .executeTakeFirstOrThrow()
  const { ring } = app.deps.keys
  const bad: Record<string, string> = {
    used,
    'of an inactive user': idle,
    unknown: writeToken(ring, 'email_link', randomTokenId()),
    'a reset link': resetToken,
    'a reset link, renamed': writeToken(ring, 'email_link', resetLink.id),
    truncated: token.slice(0, -1),
    extended: `${token}A`,
    'a flipped bit': token.slice(0, 30) + (token[30] === 'A' ? 'B' : 'A') + token.slice(31),
    empty: '',
  }
  const { body: expected } = await confirm('nonsense')
  t.match(expected, { code: 'email_link_invalid', status: 400 })
  for (const [name, value] of Object.entries(bad)) {
    const answer = await confirm(value)
    t.strictSame({ ...answer.body, request_id: '' }, { ...expected, request_id: '' }, name)
  }
  app.clock.advance(3600)
  t.equal(gist(await confirm(token)), '400 email_link_invalid', 'expired after an hour')
  t.equal(gist(await login(app, user)), '200 authenticated', 'the address is the old one')
})

t.test('a link works until the last second of its hour', async (t) => {
  const user = await createUser(app)
  const token = await askedFor(user, freshAddress())
  app.clock.advance(3599)
  t.equal((await confirm(token)).status, 200)
})

t.test('a newer request voids the older link', async (t) => {
  const user = await createUser(app)
  const [first, second] = [freshAddress(), freshAddress()]
  const older = await askedFor(user, first)
  const newer = await askedFor(user, second)
  t.equal(gist(await confirm(older)), '400 email_link_invalid')
  t.equal((await confirm(newer)).status, 200)
  t.equal(gist(await login(app, { ...user, email: second })), '200 authenticated')
})

t.test('steps of a sign-in and reset links, which belong to the old address, die with the change', async (t) => {
  const user = await createUser(app)
  const token = await askedFor(user, freshAddress())
  const resetToken = await mailedResetToken(app, mailbox, user)
  await sql`update users set password_state = 'temporary', temporary_password_expires_at = ${new Date(
    app.clock.now().getTime() + 3_600_000,
  )} where id = ${user.id}`.execute(app.db)
  const step = await tokenAfterPassword(app, user)
  t.equal((await confirm(token)).status, 200)
  t.equal(gist(await changePassword(app, step, 'another-Word-77')), '401 step_token_invalid')
  const check = await app.call('POST', '/auth/password/reset/check', { body: { token: resetToken } })
  t.equal(gist(check), '400 reset_link_invalid')
})

t.test('an address that was taken meanwhile stays with its owner', async (t) => {
  const user = await createUser(app)
  const email = freshAddress()
  const token = await askedFor(user, email)
  const owner = await createUser(app, { email: email.toUpperCase() })
  t.equal(gist(await confirm(token)), '409 email_taken')
  t.equal(gist(await login(app, user)), '200 authenticated')
  t.match((await login(app, { ...owner, email })).body, { user: { id: owner.id } })
  t.strictSame((await eventsAbout(app, user.id)).includes('email_changed'), false)
  await workQueue(app)
  t.strictSame(mailsTo(user.email), [REQUESTED], 'nobody is told of a change that was none')
})

t.test('two users who race for one address: one has it, the other keeps the old one', async (t) => {
  for (let round = 0; round < 5; round++) {
    const email = freshAddress()
    const users = [await createUser(app), await createUser(app)]
    const links = [await askedFor(users[0] as TestUser, email), await askedFor(users[1] as TestUser, email)]
    const { answers, tally } = await race(2, (n) => confirm(links[n] ?? ''))
    t.strictSame(tally, { '200': 1, '409 email_taken': 1 })
    const winner = users[answers.findIndex((answer) => answer.status === 200)] as TestUser
    const loser = users[answers.findIndex((answer) => answer.status === 409)] as TestUser
    t.match((await login(app, { ...winner, email })).body, { user: { id: winner.id } })
    t.match((await login(app, loser)).body, { user: { id: loser.id, email: loser.email } })
  }
})

t.test('one link changes the address once, also when twenty confirmations race', async (t) => {
  const user = await createUser(app)
  const token = await askedFor(user, freshAddress())
  const { tally } = await race(20, () => confirm(token))
  t.strictSame(tally, { '200': 1, '400 email_link_invalid': 19 })
  await workQueue(app)
  const told = mailsTo(user.email).filter((template) => template === 'api_crmCommunicationUserEmailChanged')
  t.equal(told.length, 1)
})

t.test('a confirmation that waits while the account is deactivated comes too late', async (t) => {
  const user = await createUser(app)
  const token = await askedFor(user, freshAddress())
  const [answer] = await meanwhile(app, `users where id = ${user.id}`, () => [confirm(token)], [
    `update users set active = false where id = ${user.id}`,
  ])
  t.equal(gist(answer as Answer), '400 email_link_invalid')
})

t.test('whoever is told of a request in their name can stop it: a reset voids the link', async (t) => {
  const user = await createUser(app)
  const link = await askedFor(user, freshAddress())
  t.match(mailbox.lastTo(user.email).text, /reset your password at once/)
  const token = await mailedResetToken(app, mailbox, user)
  const body = { token, new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD }
  t.equal((await app.call('POST', '/auth/password/reset', { body })).status, 200)
  t.equal(gist(await confirm(link)), '400 email_link_invalid')
})
