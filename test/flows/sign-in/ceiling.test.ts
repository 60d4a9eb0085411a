/** A hundred failures in a row are the end, whoever's the address is, until someone who may releases it. */
import { sql } from 'kysely'
import t from 'tap'
import { adminOf, lastEvent, usersAs } from '../../support/admin.ts'
import { startTestApp, type TestApp } from '../../support/app.ts'
import { Mailbox, mailedResetToken } from '../../support/mail.ts'
import { enable, signInWithCode, tokenAfterPassword, verify } from '../../support/two-factor.ts'
import { createUser, enrol, gist, login, NEW_PASSWORD, signIn, type TestUser } from '../../support/users.ts'

const mailbox = new Mailbox()
const app = await startTestApp(t, { mailer: mailbox, env: { TRUST_PROXY: '1' } })
/** An administrator who has just signed in: the tests move the clock by days. */
const administration = async () => usersAs(app, await adminOf(app))
let sources = 0

/** A try from a source of its own, after whatever wait the last one has put on the account. */
function tryOnce(email: string, password: string) {
  app.clock.advance(900)
  sources += 1
  const headers = { 'x-forwarded-for': `10.${sources >> 16}.${(sources >> 8) & 255}.${sources & 255}` }
  return app.call('POST', '/auth/login', { body: { email, password }, headers })
}

async function failTimes(email: string, times: number): Promise<Set<string>> {
  const seen = new Set<string>()
  for (let n = 0; n < times; n++) seen.add(gist(await tryOnce(email, 'not-the-password')))
  return seen
}

/** As after so many failures in a row, the last of them long ago: what `failTimes` does, without its hashes. */
async function setFailures({ db, clock }: TestApp, user: TestUser, inARow: number, recent = inARow) {
  await db
    .updateTable('attempts')
    .set({ failures: recent, in_a_row: inARow, last_failure_at: clock.now() })
    .where('user_id', '=', user.id)
    .execute()
}

/** Ninety-nine wrong passwords. */
async function almostLocked(): Promise<TestUser> {
  const user = await createUser(app)
  await failTimes(user.email, 1)
  await setFailures(app, user, 99)
  return user
}

async function lockedUser(): Promise<TestUser> {
  const user = await almostLocked()
  t.strictSame(await failTimes(user.email, 1), new Set(['401 invalid_credentials']))
  t.equal(gist(await tryOnce(user.email, user.password)), '403 account_locked')
  return user
}

t.test('a hundred wrong passwords in a row lock an account, and no waiting helps', async (t) => {
  const user = await createUser(app)
  t.strictSame(await failTimes(user.email, 100), new Set(['401 invalid_credentials']))
  app.clock.advance(300 * 86_400)
  const locked = await tryOnce(user.email, user.password)
  t.equal(gist(locked), '403 account_locked')
  t.equal(locked.headers.get('retry-after'), null)
  t.match(await lastEvent(app, 'account_locked', user.id), { outcome: 'failure', details: { kind: 'signInAccount' } })
})

t.test('an unknown address that is locked answers like a known one', async (t) => {
  const user = await lockedUser()
  await failTimes('someone-else@example.com', 1)
  await sql`update attempts set in_a_row = 99 where user_id is null and in_a_row = 1 and forget_at > ${new Date(
    app.clock.now().getTime() + 86_400_000,
  )}`.execute(app.db)
  t.strictSame(await failTimes('someone-else@example.com', 1), new Set(['401 invalid_credentials']))
  const visible = async (email: string) => {
    const { status, body, headers } = await tryOnce(email, 'x')
    const seen = [...headers].filter(
      ([name]) => name !== 'date' && name !== 'x-request-id' && name !== 'content-length',
    )
    return { status, body: { ...body, request_id: '' }, headers: seen }
  }
  t.strictSame(await visible('someone-else@example.com'), await visible(user.email))
  t.match(await visible(user.email), { status: 403, body: { code: 'account_locked' } })
  const { subject_id, details } = await lastEvent(app, 'account_locked')
  t.equal(subject_id, null)
  t.type(details['unknown_email'], 'string')
})

t.test('failures in a row are counted however far apart they are; a success ends the row', async (t) => {
  const user = await almostLocked()
  app.clock.advance(365 * 86_400)
  t.equal(gist(await tryOnce(user.email, user.password)), '200 authenticated', 'ninety-nine do not lock')
  for (let n = 0; n < 5; n++) t.equal((await login(app, { ...user, password: 'wrong' })).status, 401, 'free again')
  t.equal(gist(await login(app, user)), '200 authenticated')

  const other = await almostLocked()
  app.clock.advance(365 * 86_400)
  await failTimes(other.email, 1)
  t.equal(gist(await tryOnce(other.email, other.password)), '403 account_locked', 'the hundredth, a year later')
})

t.test('a locked account is told in the list and released by an administrator, in each of the ways', async (t) => {
  const user = await lockedUser()
  const { read, list, unlock } = await administration()
  const { body: shown } = await read(user.id)
  t.match(shown, { locked: true, locked_until: null })
  t.ok(shown.actions.includes('unlock'))
  const listed = async (locked: boolean) => (await list(`?locked=${locked}&ids=${user.id}`)).body.items.length
  t.strictSame([await listed(true), await listed(false)], [1, 0])
  t.equal((await unlock(user.id)).status, 200)
  t.match((await read(user.id)).body, { locked: false, locked_until: null })
  t.strictSame([await listed(true), await listed(false)], [0, 1])
  t.equal(gist(await tryOnce(user.email, user.password)), '200 authenticated')

  const other = await lockedUser()
  const { temporary_password } = (await (await administration()).resetPassword(other.id)).body
  t.equal(gist(await tryOnce(other.email, temporary_password)), '200 password_change_required')
})

t.test('a mailed reset releases the account', async (t) => {
  const user = await lockedUser()
  const token = await mailedResetToken(app, mailbox, user)
  const body = { token, new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD }
  t.equal((await app.call('POST', '/auth/password/reset', { body })).status, 200)
  t.equal(gist(await tryOnce(user.email, NEW_PASSWORD)), '200 authenticated')
  t.match((await (await administration()).read(user.id)).body, { locked: false })
})

t.test('who takes over an address that strangers have locked starts afresh', async (t) => {
  await failTimes('new-colleague@example.com', 1)
  await sql`update attempts set in_a_row = 99 where user_id is null and in_a_row = 1`.execute(app.db)
  await failTimes('new-colleague@example.com', 1)
  t.equal(gist(await tryOnce('new-colleague@example.com', 'x')), '403 account_locked')
  const user = await createUser(app, { email: 'new-colleague@example.com' })
  t.equal(gist(await tryOnce(user.email, user.password)), '200 authenticated')
})

t.test(
  'a hundred wrong codes lock the second factor until an administrator acts; a reset by mail does not',
  async (t) => {
    const user = await createUser(app)
    const { authenticator, backupCodes } = await enrol(app, user)
    const code = () => {
      app.clock.advance(900)
      return authenticator.code(app.clock.now())
    }
    const fail = async () =>
      verify(app, user, await tokenAfterPassword(app, user), authenticator.wrongCode(app.clock.now()))
    const almost = async () => {
      await fail()
      await setFailures(app, user, 99)
      app.clock.advance(900)
    }
    await almost()
    t.equal(gist(await fail()), '401 invalid_code')
    for (const tried of [code(), backupCodes[0] ?? '']) {
      t.equal(gist(await signInWithCode(app, user, tried)), '403 two_factor_locked')
    }
    t.match((await (await administration()).read(user.id)).body, { locked: true, locked_until: null })

    const resetToken = await mailedResetToken(app, mailbox, user)
    const body = { token: resetToken, new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD }
    t.equal((await app.call('POST', '/auth/password/reset', { body })).status, 200)
    const changed = { ...user, password: NEW_PASSWORD }
    t.equal(gist(await signInWithCode(app, changed, code())), '403 two_factor_locked')

    t.equal((await (await administration()).unlock(user.id)).status, 200)
    t.equal(gist(await signInWithCode(app, changed, code())), '200 authenticated')
    Object.assign(user, changed)
    await almost()
    t.equal(gist(await fail()), '401 invalid_code')
    t.equal((await (await administration()).resetTwoFactor(user.id)).status, 200)
    t.match((await (await administration()).read(user.id)).body, { locked: false })
    await enrol(app, user)
  },
)

t.test('a hundred wrong current passwords are the end too, and leave the sign-in alone', async (t) => {
  const user = await createUser(app)
  const { access_token: token } = await signIn(app, user)
  for (let n = 0; n < 5; n++) t.equal(gist(await enable(app, user, token, 'wrong')), '403 wrong_password')
  await setFailures(app, user, 99, 5)
  t.equal(gist(await enable(app, user, token, 'wrong')), '403 wrong_password')
  t.equal(gist(await enable(app, user, token)), '403 account_locked')
  t.equal(gist(await login(app, user)), '200 authenticated')
  t.equal((await (await administration()).unlock(user.id)).status, 200)
  t.equal(gist(await enable(app, user, token)), '200')
})
