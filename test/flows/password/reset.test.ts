import { sql } from 'kysely'
import t from 'tap'
import { randomTokenId, writeToken } from '../../../src/crypto/opaque-token.ts'
import { startTestApp } from '../../support/app.ts'
import type { Answer } from '../../support/client.ts'
import { forgot, linkToken, Mailbox, mailedResetToken, workQueue } from '../../support/mail.ts'
import { meanwhile } from '../../support/meanwhile.ts'
import { changePassword, me, refresh, tokenAfterPassword } from '../../support/two-factor.ts'
import {
  createUser,
  enrol,
  eventsAbout,
  gist,
  login,
  NEW_PASSWORD,
  race,
  signIn,
  type TestUser,
} from '../../support/users.ts'

const mailbox = new Mailbox()
const app = await startTestApp(t, { mailer: mailbox, env: { TRUST_PROXY: 'loopback' } })
const admin = await createUser(app, { roles: ['admin'] })

const check = (token: string) => app.call('POST', '/auth/password/reset/check', { body: { token } })
const reset = (token: string, password = NEW_PASSWORD, confirm = password) =>
  app.call('POST', '/auth/password/reset', {
    body: { token, new_password: password, confirm_password: confirm },
  })
const mailedLink = (user: TestUser) => mailedResetToken(app, mailbox, user)
const withNewPassword = (user: TestUser) => ({ ...user, password: NEW_PASSWORD })
const mailsTo = async (user: TestUser) => {
  await workQueue(app)
  return mailbox.mails.filter((mail) => mail.to === user.email).map((mail) => mail.template)
}

/** Creates a user as an administrator does. @returns the user and the token of the welcome mail. */
async function welcome(email: string) {
  const { access_token: token } = await signIn(app, admin)
  const body = { email, first_name: 'Wanda', last_name: 'Neu', roles: ['customer_service_agent_1'] }
  const { body: user } = await app.call('POST', '/admin/users', { token, body })
  await workQueue(app)
  return { user: { id: user.id as number, email, password: '' }, token: linkToken(mailbox.lastTo(email)) }
}

t.test('looking at a link never uses it up; using it does', async (t) => {
  const user = await createUser(app)
  const token = await mailedLink(user)
  const expires_at = new Date(app.clock.now().getTime() + 3_600_000).toISOString()
  for (let look = 0; look < 3; look++) {
    const { status, body } = await check(token)
    t.equal(status, 200)
    t.strictSame(body, { valid: true, expires_at })
  }
  const done = await reset(token)
  t.equal(done.status, 200)
  t.strictSame(done.body, { message: 'Password has been reset successfully' })
  t.equal(gist(await login(app, user)), '401 invalid_credentials')
  t.equal(gist(await login(app, withNewPassword(user))), '200 authenticated')
  for (const answer of [await check(token), await reset(token, 'another-Word-77')])
    t.equal(gist(answer), '400 reset_link_invalid')
  t.equal(gist(await login(app, withNewPassword(user))), '200 authenticated', 'nothing changed by the second use')
})

t.test('whatever is no living link gets one and the same answer, at both calls', async (t) => {
  const user = await createUser(app)
  const token = await mailedLink(user)
  const { access_token, refresh_token } = await signIn(app, user)
  const used = await mailedLink(await createUser(app))
  t.equal((await reset(used)).status, 200)
  const gone = await createUser(app)
  const orphan = await mailedLink(gone)
  await sql`delete from users where id = ${gone.id}`.execute(app.db)
  const inactive = await createUser(app)
  const idle = await mailedLink(inactive)
  await sql`update users set active = false where id = ${inactive.id}`.execute(app.db)
  await app.call('POST', '/auth/email/change', {
    token: access_token,
    body: { new_email: 'elsewhere@example.com', password: user.password },
  })
  await workQueue(app)
  const emailLink = await app.db
    .selectFrom('links')
    .select('id')
    .where('kind', '=', 'email_change')
    .where('user_id', '=', user.id)
    .executeTakeFirstOrThrow()
  const { ring } = app.deps.keys
  const flip = (at: number) => token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
  const bad: Record<string, string> = {
    'a used one': used,
    'one of a deleted user': orphan,
    'one of an inactive user': idle,
    'an unknown one': writeToken(ring, 'password_link', randomTokenId()),
    'a refresh token, renamed': `${token.slice(0, 4)}${writeToken(ring, 'refresh', randomTokenId()).slice(4)}`,
    'an e-mail link': linkToken(mailbox.lastTo('elsewhere@example.com')),
    'an e-mail link, renamed': writeToken(ring, 'password_link', emailLink.id),
    'a refresh token': refresh_token,
    'a step token': await tokenAfterPassword(app, await createUser(app, { state: 'temporary' })),
    'an access token': access_token,
    truncated: token.slice(0, -1),
    extended: `${token}A`,
    'upper case': token.toUpperCase(),
    'with a space': ` ${token}`,
    'a flipped bit': flip(20),
    'a flipped bit in the seal': flip(70),
    empty: '',
    long: 'x'.repeat(1024),
    'no text': '\u0000\ud800',
  }
  const { body: expected } = await check('nonsense')
  t.match(expected, { code: 'reset_link_invalid', status: 400 })
  for (const [name, value] of Object.entries(bad)) {
    for (const answer of [await check(value), await reset(value)]) {
      t.equal(answer.status, 400, name)
      t.strictSame({ ...answer.body, request_id: '' }, { ...expected, request_id: '' }, name)
    }
  }
  t.equal((await check(token)).status, 200, 'the genuine one stands')
  app.clock.advance(3599)
  t.equal((await check(token)).status, 200)
  app.clock.advance(1)
  for (const answer of [await check(token), await reset(token)])
    t.strictSame({ ...answer.body, request_id: '' }, { ...expected, request_id: '' }, 'expired')
  t.equal(gist(await login(app, user)), '200 authenticated', 'the password is the old one')
})

t.test('a refused password is refused for its reason and leaves the link usable', async (t) => {
  const user = await createUser(app)
  const token = await mailedLink(user)
  const refused: [string, string, string?][] = [
    ['password_mismatch', NEW_PASSWORD, `${NEW_PASSWORD}!`],
    ['password_too_short', 'xK7!pQ2'],
    ['password_too_short', '🦆'.repeat(7)],
    ['password_too_long', 'plum '.repeat(26)],
    ['password_breached', 'password1'],
    ['password_personal', 'jane-doe-1'],
    ['password_personal', user.email],
    ['password_unchanged', user.password],
    ['validation_failed', 'x'.repeat(1025)],
  ]
  for (const [code, password, confirm] of refused)
    t.equal(gist(await reset(token, password, confirm)), `400 ${code}`, password.slice(0, 30))
  t.equal((await check(token)).status, 200)
  t.strictSame(await eventsAbout(app, user.id), ['password_reset_requested'])
  t.equal((await reset(token)).status, 200)
  t.strictSame(await eventsAbout(app, user.id), ['password_reset_requested', 'password_reset'])
})

t.test('a reset ends all that stood on the old password: every link, session and step', async (t) => {
  const user = await createUser(app)
  const older = await mailedLink(user)
  app.clock.advance(1801)
  const newer = await mailedLink(user)
  t.not(older, newer)
  const sessions = [await signIn(app, user), await signIn(app, user, undefined, { remember_me: true })]
  const { access_token: token } = sessions[0] ?? {}
  const newEmail = 'thief@example.com'
  const change = { token, body: { new_email: newEmail, password: user.password } }
  t.equal((await app.call('POST', '/auth/email/change', change)).status, 202)
  await sql`update users set password_state = 'temporary', temporary_password_expires_at = ${new Date(
    app.clock.now().getTime() + 3_600_000,
  )} where id = ${user.id}`.execute(app.db)
  const step = await tokenAfterPassword(app, user)
  await workQueue(app)

  t.equal((await reset(older)).status, 200)
  t.equal(gist(await check(newer)), '400 reset_link_invalid')
  const confirm = { body: { token: linkToken(mailbox.lastTo(newEmail)) } }
  t.equal(gist(await app.call('POST', '/auth/email/confirm', confirm)), '400 email_link_invalid')
  t.equal(gist(await changePassword(app, step, 'another-Word-77')), '401 step_token_invalid')
  for (const { access_token, refresh_token } of sessions) {
    t.equal(gist(await me(app, access_token)), '401 session_ended')
    t.equal(gist(await refresh(app, refresh_token)), '401 invalid_refresh_token')
  }
  t.equal(gist(await login(app, withNewPassword(user))), '200 authenticated', 'no forced change is left')
})

t.test('the second factor is asked for after a reset as ever', async (t) => {
  const user = await createUser(app)
  const { authenticator } = await enrol(app, user)
  t.equal((await reset(await mailedLink(user))).status, 200)
  t.equal(gist(await login(app, withNewPassword(user))), '200 two_factor_required')
  t.match(await signIn(app, withNewPassword(user), authenticator), { status: 'authenticated' })
})

t.test('a reset releases the account from every wait, of sign-in and of further requests', async (t) => {
  const user = await createUser(app)
  for (let tries = 0; tries < 6; tries++) await login(app, { ...user, password: 'wrong' })
  t.equal(gist(await login(app, user)), '429 too_many_attempts')
  for (let asked = 0; asked < 5; asked++) await forgot(app, user.email)
  const token = await mailedLink(user)
  t.equal(gist(await forgot(app, user.email)), '429 too_many_attempts')
  t.equal((await reset(token)).status, 200)
  t.equal(gist(await login(app, withNewPassword(user))), '200 authenticated')
  t.equal((await forgot(app, user.email)).status, 200)
})

t.test('one link sets one password, also when fifty resets race for it', async (t) => {
  const user = await createUser(app)
  const token = await mailedLink(user)
  const password = (n: number) => `violet-anchor-Maple-${n}`
  const { answers } = await race(50, (n) => reset(token, password(n)))
  const winners = answers.flatMap((answer, n) => (answer.status === 200 ? [n] : []))
  t.equal(winners.length, 1)
  const others = answers.filter((answer) => answer.status !== 200).map(gist)
  t.strictSame(
    others.filter((other) => !['400 reset_link_invalid', '503 overloaded'].includes(other)),
    [],
  )
  const [winner = 0] = winners
  t.equal(gist(await login(app, { ...user, password: password(winner) })), '200 authenticated')
  t.equal(gist(await login(app, { ...user, password: password((winner + 1) % 50) })), '401 invalid_credentials')
  t.strictSame(await mailsTo(user), [
    'api_crmCommunicationUserPasswordReset',
    'api_crmCommunicationUserPasswordChanged',
  ])
})

t.test('a reset that waits while the account changes comes too late', async (t) => {
  const changes = {
    deactivated: 'active = false, credentials_version = credentials_version + 1',
    'another password': 'credentials_version = credentials_version + 1',
  }
  for (const [name, change] of Object.entries(changes)) {
    const user = await createUser(app)
    const token = await mailedLink(user)
    const [answer] = await meanwhile(app, `users where id = ${user.id}`, () => [reset(token)], [
      `update users set ${change} where id = ${user.id}`,
    ])
    t.equal(gist(answer as Answer), '400 reset_link_invalid', name)
    t.notOk((await mailsTo(user)).includes('api_crmCommunicationUserPasswordChanged'), name)
  }
})

t.test('a reset link dies with whatever else changes the credentials', async (t) => {
  const { access_token: adminToken } = await signIn(app, admin)
  const acts: Record<string, (user: TestUser) => Promise<Answer>> = {
    'the own change': async (user) =>
      changePassword(app, (await signIn(app, user)).access_token, NEW_PASSWORD, { current_password: user.password }),
    'a temporary password': (user) =>
      app.call('POST', `/admin/users/${user.id}/reset-password`, { token: adminToken, body: {} }),
    'another address': (user) =>
      app.call('PATCH', `/admin/users/${user.id}`, { token: adminToken, body: { email: `new-${user.email}` } }),
    deactivation: (user) =>
      app.call('PATCH', `/admin/users/${user.id}`, { token: adminToken, body: { active: false } }),
    deletion: (user) => app.call('DELETE', `/admin/users/${user.id}`, { token: adminToken }),
  }
  for (const [name, act] of Object.entries(acts)) {
    const user = await createUser(app)
    const token = await mailedLink(user)
    t.ok((await act(user)).status < 300, name)
    t.equal(gist(await reset(token)), '400 reset_link_invalid', name)
  }
})

t.test('a mail confirms every change of a password: by link, by choice, by force', async (t) => {
  const byLink = await createUser(app)
  await reset(await mailedLink(byLink))
  const byChoice = await createUser(app)
  const { access_token } = await signIn(app, byChoice)
  await changePassword(app, access_token, NEW_PASSWORD, { current_password: byChoice.password })
  const byForce = await createUser(app, { state: 'temporary' })
  await changePassword(app, await tokenAfterPassword(app, byForce), NEW_PASSWORD)
  for (const user of [byLink, byChoice, byForce]) {
    t.equal((await mailsTo(user)).at(-1), 'api_crmCommunicationUserPasswordChanged')
    t.equal(mailbox.lastTo(user.email).variables['url'], '', 'it has no link')
  }
})

t.test('the link of the welcome mail sets the first password at the same page, for seven days', async (t) => {
  const week = 7 * 86_400
  const early = await welcome('wanda@example.com')
  const late = await welcome('walter@example.com')
  const looked = await check(early.token)
  t.equal(looked.body.expires_at, new Date(app.clock.now().getTime() + week * 1000).toISOString())
  t.equal(mailbox.lastTo('wanda@example.com').variables['url'], `http://localhost:3001/reset-password/${early.token}`)
  app.clock.advance(week - 1)
  t.equal(gist(await reset(early.token, 'wanda-neu')), '400 password_personal')
  t.equal((await reset(early.token)).status, 200)
  t.equal(gist(await login(app, withNewPassword(early.user))), '200 authenticated')
  app.clock.advance(1)
  t.equal(gist(await reset(late.token)), '400 reset_link_invalid')
  t.equal((await reset(await mailedLink(late.user))).status, 200, 'whoever comes late asks for a new link')
})
