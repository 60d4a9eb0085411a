/** What users are told by mail about their own account: each act once, in their language, in the act's transaction. */
import t, { type Test } from 'tap'
import { texts } from '../../src/texts/texts.ts'
import { adminOf, usersAs } from '../support/admin.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { deviceCookie, loginWith } from '../support/devices.ts'
import { Mailbox, workQueue } from '../support/mail.ts'
import { changePassword, disable, enable, regenerate, signInWithCode, verify } from '../support/two-factor.ts'
import { createUser, enrol, gist, login, NEW_PASSWORD, signIn, type TestUser } from '../support/users.ts'

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const SHOWN = AGENT.replace(':', ' ')

async function startWithMailbox(t: Test, env: Record<string, string> = {}) {
  const mailbox = new Mailbox()
  const app = await startTestApp(t, { mailer: mailbox, env: { TRUST_PROXY: '1', ...env } })
  /** Mails to this user since the last look, by their templates. */
  const news = async ({ email }: TestUser) => {
    await workQueue(app)
    const mails = mailbox.mails.splice(0).filter((mail) => mail.to === email)
    return { mails, kinds: mails.map((mail) => mail.template.replace('api_crmCommunicationUser', '')) }
  }
  return { app, news }
}

const from = ({ call }: TestApp, { email, password }: TestUser, ip: string, agent = AGENT) =>
  call('POST', '/auth/login', {
    body: { email, password },
    headers: { 'x-forwarded-for': ip, 'user-agent': agent },
  })

const { app, news } = await startWithMailbox(t)

t.test('a sign-in from a device not seen before is told, except the very first', async (t) => {
  const user = await createUser(app, { locale: 'fr' })
  const first = await from(app, user, '192.0.2.1')
  t.strictSame((await news(user)).kinds, [], 'the very first')
  t.equal((await from(app, user, '192.0.2.1')).status, 200)
  t.strictSame((await news(user)).kinds, [], 'the same program on the same network, without a cookie')
  const elsewhere = { 'x-forwarded-for': '203.0.113.9', 'user-agent': 'Another/1.0' }
  t.equal((await loginWith(app, deviceCookie(first), user, elsewhere)).status, 200)
  t.strictSame((await news(user)).kinds, [], 'a known cookie, wherever its browser is')

  t.equal((await from(app, { ...user, password: 'wrong' }, '198.51.100.7')).status, 401)
  t.strictSame((await news(user)).kinds, [], 'nobody came in')
  t.equal((await from(app, user, '198.51.100.7')).status, 200)
  const { kinds, mails } = await news(user)
  t.strictSame(kinds, ['NewDevice'])
  const { subject, text, variables } = mails[0] ?? { subject: '', text: '', variables: {} }
  t.equal(subject, texts.fr.mails.notice.about.new_device.subject)
  for (const word of ['198.51.100.7', SHOWN, '2026-03-02 10:00 UTC']) t.match(text, word)
  t.match(variables, { ip_address: '198.51.100.7', user_agent: SHOWN, time: '2026-03-02 10:00 UTC', url: '' })
  t.notMatch(text, /https?:|o[a-z]{2}_/, 'no link and no token')
})

t.test('with a second factor a device is new when the sign-in is finished, not before', async (t) => {
  const user = await createUser(app)
  const { authenticator } = await enrol(app, user)
  await news(user)
  app.clock.advance(90)
  const { step_token: token } = (await from(app, user, '198.51.100.8')).body
  t.strictSame((await news(user)).kinds, [])
  t.equal(gist(await verify(app, user, token, authenticator.code(app.clock.now()))), '200 authenticated')
  t.strictSame((await news(user)).kinds, ['NewDevice'])
})

t.test('every change of the credentials is told, by whomever', async (t) => {
  const user = await createUser(app)
  const { access_token: token } = await signIn(app, user)
  t.equal((await enable(app, user, token)).status, 200)
  t.strictSame((await news(user)).kinds, [], 'nothing has changed yet')
  const { authenticator, backupCodes, token: second } = await enrol(app, user)
  t.strictSame((await news(user)).kinds, ['TwoFactorEnabled'])
  app.clock.advance(90)
  t.equal(gist(await signInWithCode(app, user, backupCodes[0] ?? '')), '200 authenticated')
  t.strictSame((await news(user)).kinds, ['BackupCodeUsed'])
  t.equal((await regenerate(app, user, second)).status, 200)
  t.strictSame((await news(user)).kinds, ['BackupCodesRegenerated'])
  t.equal((await disable(app, user, second, authenticator.wrongCode(app.clock.now()))).status, 400)
  t.strictSame((await news(user)).kinds, [], 'a refused act is no act')
  t.equal((await disable(app, user, second, authenticator.code(app.clock.now()))).status, 200)
  t.strictSame((await news(user)).kinds, ['TwoFactorDisabled'])
  t.equal((await changePassword(app, second, NEW_PASSWORD, { current_password: user.password })).status, 200)
  const changed = await news(user)
  t.strictSame(changed.kinds, ['PasswordChanged'])
  t.match(changed.mails[0]?.variables, { ip_address: '127.0.0.1' })

  await enrol(app, { ...user, password: NEW_PASSWORD })
  await news(user)
  const administration = usersAs(app, await adminOf(app))
  t.equal((await administration.resetTwoFactor(user.id)).status, 200)
  const { temporary_password } = (await administration.resetPassword(user.id)).body
  const { kinds, mails } = await news(user)
  t.strictSame(kinds, ['TwoFactorReset', 'TemporaryPassword'])
  for (const { text, html, variables } of mails) {
    t.notOk((text + html).includes(temporary_password))
    t.match(variables, { ip_address: '', user_agent: '' }, "an administrator's address is not the user's to know")
  }
})

t.test('SECURITY_NOTICES narrows what is told, but for a changed password', async (t) => {
  for (const [setting, expected] of [
    ['changes', ['TwoFactorEnabled', 'PasswordChanged']],
    ['off', ['PasswordChanged']],
  ] as const) {
    const { app, news } = await startWithMailbox(t, { SECURITY_NOTICES: setting })
    const user = await createUser(app)
    t.equal((await login(app, user)).status, 200)
    t.equal((await from(app, user, '198.51.100.7')).status, 200)
    const { token } = await enrol(app, user)
    t.equal((await changePassword(app, token, NEW_PASSWORD, { current_password: user.password })).status, 200)
    t.strictSame((await news(user)).kinds, expected, setting)
  }
})
