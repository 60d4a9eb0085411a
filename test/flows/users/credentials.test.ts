/** Helping a user, and ending an account: temporary password, 2FA reset, unlock, sessions, deletion. */
import t, { type Test } from 'tap'
import { adminOf, lastEvent, stateOf, usersAs } from '../../support/admin.ts'
import { startTestApp } from '../../support/app.ts'
import { linkToken, Mailbox, workQueue } from '../../support/mail.ts'
import { changePassword, me, refresh, signInWithCode, tokenAfterPassword } from '../../support/two-factor.ts'
import { createUser, enrol, eventsAbout, gist, login, NEW_PASSWORD, signIn } from '../../support/users.ts'

const mailbox = new Mailbox()
const app = await startTestApp(t, { mailer: mailbox })
/** Access tokens live 15 minutes, and the clock moves. */
const asAdmin = async () => usersAs(app, await adminOf(app))

/** A user with a session, a step and a mailed link: all that an act may have to end. */
async function userWithEverything() {
  const user = await createUser(app, { firstName: 'Ann', lastName: 'Lee' })
  const { authenticator, backupCodes, token } = await enrol(app, user)
  const { refresh_token } = await signIn(app, user, authenticator)
  await app.call('POST', '/auth/password/forgot', { body: { email: user.email } })
  await workQueue(app)
  const link = linkToken(mailbox.lastTo(user.email))
  const step = await tokenAfterPassword(app, user)
  return { user, authenticator, backupCodes, token, refresh_token: refresh_token as string, link, step }
}

async function assertAllEnded(t: Test, { token, refresh_token, link, step, user }: Everything, name: string) {
  t.equal(gist(await me(app, token)), '401 session_ended', name)
  t.equal(gist(await refresh(app, refresh_token)), '401 invalid_refresh_token', name)
  const check = await app.call('POST', '/auth/password/reset/check', { body: { token: link } })
  t.equal(check.body.code, 'reset_link_invalid', name)
  const code = await app.call('POST', `/2fa/verify/user/${user.id}`, { token: step, body: { code: '000000' } })
  t.equal(gist(code), '401 step_token_invalid', name)
}
type Everything = Awaited<ReturnType<typeof userWithEverything>>

t.test('a temporary password is readable aloud, shown once, ends everything and opens only its change', async (t) => {
  const everything = await userWithEverything()
  const { user, authenticator } = everything
  const admin = await asAdmin()
  const answer = await admin.resetPassword(user.id, { reason: 'Telephone, checked by date of birth' })
  t.equal(answer.status, 200)
  t.equal(answer.headers.get('cache-control'), 'no-store')
  const { temporary_password: password, expires_at, message, ...rest } = answer.body
  t.strictSame(rest, {})
  t.match(password, /^([acefghjkrstuwxyz2-9]{4}-){3}[acefghjkrstuwxyz2-9]{4}$/)
  t.equal(expires_at, new Date(app.clock.now().getTime() + 72 * 3_600_000).toISOString())
  t.match(message, 'Ann Lee')
  await assertAllEnded(t, everything, 'ended')
  t.equal((await admin.read(user.id)).body.password_state, 'temporary')

  const event = await lastEvent(app, 'temporary_password_set', user.id)
  t.equal(event.details['reason'], 'Telephone, checked by date of birth')
  const kept = JSON.stringify([await stateOf(app, user.id), await app.db.selectFrom('mails').selectAll().execute()])
  t.notOk(kept.includes(password), 'it lies nowhere')

  t.equal(gist(await login(app, user)), '401 invalid_credentials', 'the old password is dead')
  const temporary = { ...user, password }
  app.clock.advance(30)
  const verified = await signInWithCode(app, temporary, authenticator.code(app.clock.now()))
  t.equal(verified.body.status, 'password_change_required', 'the second factor is still asked for, first')
  t.equal(gist(await me(app, verified.body.step_token)), '401 access_token_invalid')
  t.equal((await changePassword(app, verified.body.step_token, NEW_PASSWORD)).body.status, 'authenticated')
  t.equal(gist(await login(app, temporary)), '401 invalid_credentials', 'with the change it is dead')
})

t.test('a temporary password lives 72 hours unused; a new one replaces it; no two are alike', async (t) => {
  const user = await createUser(app)
  const first = (await (await asAdmin()).resetPassword(user.id)).body.temporary_password
  const second = (await (await asAdmin()).resetPassword(user.id, {})).body.temporary_password
  t.not(first, second)
  t.equal(gist(await login(app, { ...user, password: first })), '401 invalid_credentials')
  app.clock.advance(72 * 3600 - 1)
  t.equal((await login(app, { ...user, password: second })).body.status, 'password_change_required')
  const third = (await (await asAdmin()).resetPassword(user.id)).body.temporary_password
  app.clock.advance(72 * 3600)
  t.equal(gist(await login(app, { ...user, password: third })), '401 invalid_credentials', 'then it is dead')
  const nobody = await (await asAdmin()).resetPassword(10 ** 9)
  t.equal(gist(nobody), '404 not_found')
  const long = await (await asAdmin()).resetPassword(user.id, { reason: 'x'.repeat(501) })
  t.equal(gist(long), '400 validation_failed')
  t.equal((await (await asAdmin()).resetPassword(user.id, { reason: 'é\n'.repeat(250) })).status, 200)
})

t.test('an administrator cannot choose the password', async (t) => {
  const user = await createUser(app)
  const admin = await asAdmin()
  for (const body of [{ password: NEW_PASSWORD }, { temporary_password: NEW_PASSWORD }])
    t.equal(gist(await admin.resetPassword(user.id, body)), '400 validation_failed')
  t.equal(gist(await login(app, user)), '200 authenticated')
})

t.test('a reset second factor is gone with its backup codes, and the password alone signs in', async (t) => {
  const everything = await userWithEverything()
  const { user, backupCodes, authenticator } = everything
  const admin = await asAdmin()
  const answer = await admin.resetTwoFactor(user.id, { reason: 'lost telephone' })
  t.equal(answer.status, 200)
  t.match(answer.body.message, /^Ann Lee can now sign in with only their password/)
  await assertAllEnded(t, everything, 'ended')
  t.equal((await lastEvent(app, 'two_factor_reset', user.id)).details['reason'], 'lost telephone')
  t.match((await admin.read(user.id)).body, { two_factor_enabled: false })
  const codes = await app.db.selectFrom('backup_codes').selectAll().where('user_id', '=', user.id).execute()
  t.strictSame(codes, [])
  t.equal(gist(await login(app, user)), '200 authenticated')

  const before = await stateOf(app, user.id)
  t.equal(gist(await admin.resetTwoFactor(user.id)), '409 two_factor_not_enabled')
  t.strictSame(await stateOf(app, user.id), before, 'a refused reset signs nobody out')
  t.equal(gist(await admin.resetTwoFactor(10 ** 9)), '404 not_found')

  const again = await enrol(app, user)
  const replayed = await signInWithCode(app, user, backupCodes[0] ?? '')
  t.equal(gist(replayed), '401 invalid_code', 'old codes do not come back with a new enrolment')
  t.equal(gist(await signInWithCode(app, user, authenticator.code(app.clock.now(), 1))), '401 invalid_code')
  t.equal(gist(await signInWithCode(app, user, again.backupCodes[0] ?? '')), '200 authenticated')
})

t.test('an enrolment under way is dropped by a reset only where 2FA was on', async (t) => {
  const user = await createUser(app)
  const { access_token: token } = await signIn(app, user)
  await app.call('POST', `/2fa/enable/user/${user.id}`, { token, body: { password: user.password } })
  t.equal(gist(await (await asAdmin()).resetTwoFactor(user.id)), '409 two_factor_not_enabled')
  t.equal((await me(app, token)).status, 200)
})

t.test('unlocking lifts the waits of wrong passwords and of wrong codes', async (t) => {
  const user = await createUser(app, { firstName: 'Ann', lastName: 'Lee' })
  const { authenticator } = await enrol(app, user)
  for (let n = 0; n < 12; n++) {
    await login(app, { ...user, password: 'wrong' })
    app.clock.advance(1)
  }
  t.equal(gist(await login(app, user)), '429 too_many_attempts')
  const admin = await asAdmin()
  const shown = (await admin.read(user.id)).body
  t.match(shown, { locked: true })
  t.ok(shown.actions.includes('unlock'))

  const answer = await admin.unlock(user.id, { reason: 'called' })
  t.equal(answer.status, 200)
  t.match(answer.body.message, 'Ann Lee')
  t.match((await admin.read(user.id)).body, { locked: false, locked_until: null })
  t.strictSame((await lastEvent(app, 'account_unlocked', user.id)).details, { reason: 'called' })
  t.equal(gist(await login(app, user)), '200 two_factor_required')

  for (let n = 0; n < 7; n++) await signInWithCode(app, user, authenticator.wrongCode(app.clock.now()))
  app.clock.advance(30)
  const right = () => signInWithCode(app, user, authenticator.code(app.clock.now()))
  for (let n = 0; n < 4; n++) await signInWithCode(app, user, authenticator.wrongCode(app.clock.now()))
  t.equal(gist(await right()), '429 too_many_attempts')
  await (await asAdmin()).unlock(user.id)
  t.equal(gist(await right()), '200 authenticated')
  t.equal((await (await asAdmin()).unlock(user.id)).status, 200, 'nothing to lift is no error')
  t.equal(gist(await (await asAdmin()).unlock(10 ** 9)), '404 not_found')
})

t.test('an administrator sees where a user is signed in and can end it all, steps included', async (t) => {
  const user = await createUser(app)
  const { access_token: token } = await signIn(app, user)
  app.clock.advance(5)
  const remembered = await signIn(app, user, undefined, { remember_me: true })
  const bystander = await createUser(app)
  const { access_token: other } = await signIn(app, bystander)
  const admin = await asAdmin()
  const { body } = await admin.sessions(user.id)
  t.match(body, {
    items: [
      { current: false, remember_me: true },
      { current: false, remember_me: false },
    ],
    next_cursor: null,
  })
  t.equal(body.items.length, 2)
  const caller = await adminOf(app)
  t.match((await usersAs(app, caller).sessions(caller.id)).body.items, [{ current: true }])

  const temporary = await createUser(app, { state: 'temporary' })
  const step = await tokenAfterPassword(app, temporary)
  for (const { id } of [user, temporary]) t.equal((await admin.endSessions(id)).status, 204)
  t.equal(gist(await me(app, token)), '401 session_ended')
  t.equal(gist(await refresh(app, remembered.refresh_token)), '401 invalid_refresh_token')
  t.equal(gist(await changePassword(app, step, NEW_PASSWORD)), '401 step_token_invalid')
  t.equal((await me(app, other)).status, 200, 'nobody else is signed out')
  t.strictSame((await admin.sessions(user.id)).body.items, [])
  const { details } = await lastEvent(app, 'sessions_ended_by_admin', user.id)
  t.equal((details['ended_sessions'] as string[]).length, 2)
  t.equal(gist(await login(app, user)), '200 authenticated', 'and may sign in again')
  for (const act of [admin.sessions, admin.endSessions]) t.equal(gist(await act(10 ** 9)), '404 not_found')
})

t.test('a deleted user is gone for good; what was done stays told, and the id is nobody else’s ever', async (t) => {
  const everything = await userWithEverything()
  const { user } = everything
  const admin = await asAdmin()
  const told = await eventsAbout(app, user.id)
  t.equal((await admin.remove(user.id, 'left & "gone"')).status, 204)
  t.equal(gist(await me(app, everything.token)), '401 session_ended')
  t.equal(gist(await refresh(app, everything.refresh_token)), '401 invalid_refresh_token')
  t.equal(gist(await login(app, user)), '401 invalid_credentials')
  const check = await app.call('POST', '/auth/password/reset/check', { body: { token: everything.link } })
  t.equal(check.body.code, 'reset_link_invalid')
  const left = await stateOf(app, user.id)
  t.match(left, { user: undefined, sessions: [], steps: [], links: [], roles: [] })
  for (const table of ['backup_codes', 'attempts'] as const)
    t.strictSame(await app.db.selectFrom(table).selectAll().where('user_id', '=', user.id).execute(), [], table)
  const events = await eventsAbout(app, user.id)
  t.strictSame(events.slice(0, told.length), told)
  t.equal(events.at(-1), 'user_deleted')
  const { ended_sessions: ended, ...details } = (await lastEvent(app, 'user_deleted', user.id)).details
  t.equal((ended as string[]).length, 2)
  t.strictSame(details, { email: user.email, roles: ['customer_service_agent_1'], reason: 'left & "gone"' })

  for (const act of [admin.read, admin.remove, admin.resetPassword, admin.unlock, admin.endSessions])
    t.equal(gist(await act(user.id)), '404 not_found')
  const draft = { email: user.email, first_name: 'New', last_name: 'User', roles: ['customer'] }
  const { body } = await admin.create(draft)
  t.ok(body.id > user.id, 'the address is free again; the id is not')
  t.match(body, { login_count: 0, two_factor_enabled: false, password_state: 'none' })
  t.equal(gist(await admin.remove(body.id, 'x'.repeat(501))), '400 validation_failed')
  t.equal((await admin.remove(body.id)).status, 204)
  t.ok((await admin.create(draft)).body.id > body.id, 'not even the newest')
})
