import t from 'tap'
import { adminOf, createRole, lastEvent, staffWith, stateOf, usersAs } from '../../support/admin.ts'
import { startTestApp } from '../../support/app.ts'
import { linkToken, Mailbox, workQueue } from '../../support/mail.ts'
import { tokenAfterPassword } from '../../support/two-factor.ts'
import { createUser, eventsAbout, gist, login, NEW_PASSWORD, race, signIn } from '../../support/users.ts'

const mailbox = new Mailbox()
const app = await startTestApp(t, { mailer: mailbox })
const admin = await adminOf(app)
const { create, read, edit } = usersAs(app, admin)
const WELCOME = 'api_crmCommunicationUserWelcome'
const checkLink = (token: string) => app.call('POST', '/auth/password/reset/check', { body: { token } })
const me = (token: string) => app.call('GET', '/auth/me', { token })

t.test('each field is changed by itself, counts one version and leaves its event', async (t) => {
  const user = await createUser(app)
  let expected = (await read(user.id)).body
  const role = await createRole(app, ['view_invoice'])
  const changes: [object, object?][] = [
    [{ first_name: 'Zoë' }],
    [{ last_name: 'علي' }],
    [{ phone: '+41 79' }],
    [{ phone: null }],
    [{ locale: 'es' }],
    [{ email: 'Zoe.New@Example.com' }],
    [{ email: 'zoe.new@example.com' }],
    [{ roles: [role, 'customer'] }, { roles: ['customer', role], permissions: ['view_invoice'] }],
    [{ active: false }, { active: false, actions: ['edit', 'delete', 'reset_password'] }],
    [{ active: true }, { active: true, actions: ['edit', 'delete', 'reset_password', 'send_welcome_email'] }],
    [{ first_name: 'A', last_name: 'B', phone: '1', locale: 'fr', roles: ['customer'] }, { permissions: [] }],
  ]
  for (const [change, shown = {}] of changes) {
    const answer = await edit(user.id, change)
    const name = JSON.stringify(change)
    const before = Object.fromEntries(Object.keys(change).map((field) => [field, expected[field]]))
    expected = { ...expected, ...change, ...shown, version: expected.version + 1 }
    t.strictSame(answer.body, expected, name)
    t.equal(answer.headers.get('etag'), `"${expected.version}"`, name)
    t.strictSame((await read(user.id)).body, expected, name)
    const event = await lastEvent(app, 'user_edited', user.id)
    const after = Object.fromEntries(Object.keys(change).map((field) => [field, expected[field]]))
    t.strictSame(event.details, { before, after }, name)
    t.match(event, { actor_kind: 'user', actor_id: String(admin.id), outcome: 'success' }, name)
  }
})

t.test('an edit that changes nothing is no edit: no version, no event, no mail, nobody signed out', async (t) => {
  const user = await createUser(app, { roles: ['customer', 'customer_service_agent_1'] })
  const { access_token: token } = await signIn(app, user)
  const { body: shown } = await read(user.id)
  const before = await stateOf(app, user.id)
  const same = { email: user.email, first_name: 'Jane', last_name: 'Doe', phone: null, locale: 'en', active: true }
  for (const body of [
    {},
    same,
    { ...same, email: `  ${user.email} `, roles: ['customer_service_agent_1', 'customer'] },
    undefined,
  ]) {
    const answer = await app.call('PATCH', `/admin/users/${user.id}`, { token: admin.token, ...(body && { body }) })
    t.equal(answer.status, 200)
    t.strictSame(answer.body, shown)
  }
  t.strictSame(await stateOf(app, user.id), before)
  t.equal((await me(token)).status, 200)
})

t.test('what someone else has changed since is not overwritten', async (t) => {
  const user = await createUser(app)
  const seen = (await read(user.id)).headers.get('etag') ?? ''
  t.equal((await edit(user.id, { phone: '1' }, seen)).status, 200)
  const before = await stateOf(app, user.id)
  for (const stale of [seen, `W/${seen}`, '"999"', '"0"'])
    for (const body of [{ phone: '2' }, {}])
      t.equal(gist(await edit(user.id, body, stale)), '412 version_conflict', stale)
  for (const malformed of ['1', '"1', '""', '"x"', '"1", "2"', 'W/2', '"-1"', '"1.0"', '"9999999999"']) {
    const answer = await edit(user.id, { phone: '2' }, malformed)
    t.match(answer.body, { code: 'validation_failed', errors: [{ path: '/if-match' }] }, malformed)
  }
  t.strictSame(await stateOf(app, user.id), before)
  t.equal((await edit(user.id, { phone: '2' }, '*')).body.version, 3, 'any version will do')
  t.equal((await edit(user.id, { phone: '3' }, 'W/"3"')).body.version, 4)
  t.equal((await edit(user.id, { phone: '4' })).body.version, 5, 'without it the last one wins')
})

t.test('the version counts edits and nothing else', async (t) => {
  const user = await createUser(app)
  await signIn(app, user)
  const { resetPassword, unlock, endSessions } = usersAs(app, admin)
  await resetPassword(user.id)
  await unlock(user.id)
  await endSessions(user.id)
  t.equal((await read(user.id)).body.version, 1)
  t.equal((await edit(user.id, { phone: '1' }, '"1"')).status, 200)
})

t.test('of many edits at once that saw the same version one wins', async (t) => {
  const user = await createUser(app)
  const { tally, answers } = await race(12, (n) => edit(user.id, { phone: `${n}`, first_name: `N${n}` }, '"1"'))
  t.strictSame(tally, { 200: 1, '412 version_conflict': 11 })
  const winner = answers.find(({ status }) => status === 200)?.body
  t.match((await read(user.id)).body, { phone: winner.phone, first_name: `N${winner.phone}`, version: 2 })
  t.strictSame(await eventsAbout(app, user.id), ['user_edited'])

  const blind = await race(12, (n) => edit(user.id, { phone: `b${n}` }))
  t.strictSame(blind.tally, { 200: 12 })
  t.equal((await read(user.id)).body.version, 14, 'without a version each of them counts')
})

t.test('a new e-mail address kills links and steps, tells the old address, and signs in from then on', async (t) => {
  const user = await createUser(app, { locale: 'es' })
  const { access_token: token } = await signIn(app, user)
  await app.call('POST', '/auth/password/forgot', { body: { email: user.email } })
  await workQueue(app)
  const link = linkToken(mailbox.lastTo(user.email))
  const other = await createUser(app, { state: 'temporary' })
  const stepToken = await tokenAfterPassword(app, other)
  t.equal((await edit(user.id, { email: 'Moved.User@Example.com' })).status, 200)
  t.equal((await edit(other.id, { email: 'moved.other@example.com' })).status, 200)
  await workQueue(app)

  const check = await app.call('POST', '/auth/password/reset/check', { body: { token: link } })
  t.equal(check.body.code, 'reset_link_invalid')
  const change = { new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD }
  const step = await app.call('POST', '/auth/password/change', { token: stepToken, body: change })
  t.equal(gist(step), '401 step_token_invalid')
  const notice = mailbox.lastTo(user.email)
  t.equal(notice.template, 'api_crmCommunicationUserEmailChanged')
  t.match(notice.text, 'Moved.User@Example.com')
  t.equal((await me(token)).body.email, 'Moved.User@Example.com', 'sessions stay')
  t.equal(gist(await login(app, user)), '401 invalid_credentials')
  t.equal(gist(await login(app, { ...user, email: 'moved.user@example.com' })), '200 authenticated')

  const takenBy = await createUser(app)
  for (const email of [takenBy.email, takenBy.email.toUpperCase()]) {
    const before = await stateOf(app, user.id)
    t.equal(gist(await edit(user.id, { email })), '409 email_taken')
    t.strictSame(await stateOf(app, user.id), before)
  }
  const both = await Promise.all([takenBy, other].map(({ id }) => edit(id, { email: 'one@example.com' })))
  t.strictSame(both.map(gist).sort(), ['200', '409 email_taken'], 'two users cannot take one address at once')
})

t.test('the e-mail address also needs the permission to reset passwords', async (t) => {
  const user = await createUser(app, { roles: ['customer'] })
  const editor = await staffWith(app, ['edit_user'])
  const before = await stateOf(app, user.id)
  const refused = await usersAs(app, editor).edit(user.id, { email: 'x@example.com', phone: '1' })
  t.match(refused.body, { status: 403, code: 'permission_required', permission: 'reset_user_password' })
  t.strictSame(await stateOf(app, user.id), before)
  t.equal((await usersAs(app, editor).edit(user.id, { email: user.email, phone: '1' })).status, 200, 'unchanged')
  const both = await staffWith(app, ['edit_user', 'reset_user_password'])
  t.equal((await usersAs(app, both).edit(user.id, { email: 'x@example.com' })).status, 200)
})

t.test('a deactivated user is signed out everywhere and cannot come back by any way', async (t) => {
  const user = await createUser(app)
  const { access_token: token, refresh_token } = await signIn(app, user)
  await app.call('POST', '/auth/password/forgot', { body: { email: user.email } })
  await workQueue(app)
  const link = linkToken(mailbox.lastTo(user.email))
  const enrolling = await createUser(app, { state: 'temporary' })
  const stepToken = await tokenAfterPassword(app, enrolling)
  for (const { id } of [user, enrolling]) t.equal((await edit(id, { active: false })).body.active, false)

  t.equal(gist(await me(token)), '401 session_ended')
  const refreshed = await app.call('POST', '/auth/refresh', { body: { refresh_token } })
  t.equal(gist(refreshed), '401 invalid_refresh_token')
  t.equal(gist(await login(app, user)), '403 account_inactive')
  t.equal(gist(await login(app, { ...user, password: 'wrong' })), '401 invalid_credentials')
  const change = { new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD }
  const step = await app.call('POST', '/auth/password/change', { token: stepToken, body: change })
  t.equal(gist(step), '401 step_token_invalid')
  const reset = await app.call('POST', '/auth/password/reset', { body: { token: link, ...change } })
  t.equal(reset.body.code, 'reset_link_invalid')

  t.equal((await edit(user.id, { active: true })).status, 200)
  t.equal(gist(await me(token)), '401 session_ended', 'old sessions do not come back')
  t.equal(gist(await login(app, user)), '200 authenticated')
})

t.test('a refused edit changes nothing, whatever else it asked for', async (t) => {
  const user = await createUser(app)
  await signIn(app, user)
  const taken = await createUser(app)
  const before = await stateOf(app, user.id)
  const refused: [object, string][] = [
    [{ roles: ['admin'], phone: '1', email: taken.email }, '409 email_taken'],
    [{ email: 'free@example.com', roles: ['no_such_role'] }, '400 unknown_role'],
    [{ email: 'free@example.com', active: false, roles: ['customer', 'no_such_role'] }, '400 unknown_role'],
    [{ first_name: 'X', email: 'no address' }, '400 validation_failed'],
    [{ first_name: 'X', unknown: 1 }, '400 validation_failed'],
  ]
  for (const [body, code] of refused) {
    t.equal(gist(await edit(user.id, body)), code)
    t.strictSame(await stateOf(app, user.id), before, JSON.stringify(body))
  }
  t.equal(
    (await create({ email: 'free@example.com', first_name: 'A', last_name: 'B', roles: ['customer'] })).status,
    201,
  )
  t.equal(gist(await edit(10 ** 9, { phone: '1' })), '404 not_found')
})

t.test('new roles count at the user’s next call; sessions go on', async (t) => {
  const user = await createUser(app, { roles: ['customer'] })
  const { access_token: token } = await signIn(app, user)
  const own = () => usersAs(app, { token }).list()
  t.equal(gist(await own()), '403 permission_required')
  await edit(user.id, { roles: ['admin'] })
  t.equal(gist(await own()), '200')
  t.strictSame((await me(token)).body.permissions, ['admin'])
  await edit(user.id, { roles: ['customer'] })
  t.equal(gist(await own()), '403 permission_required')
})

t.test(
  'nobody deactivates, deletes, resets, unlocks or readdresses themselves; the rest of the own account can be edited',
  async (t) => {
    const admin = await adminOf(app)
    const as = usersAs(app, admin)
    const before = await stateOf(app, admin.id)
    const refused = {
      deactivate: () => as.edit(admin.id, { active: false, phone: '1' }),
      delete: () => as.remove(admin.id),
      'reset the password': () => as.resetPassword(admin.id),
      'reset 2FA': () => as.resetTwoFactor(admin.id),
      unlock: () => as.unlock(admin.id),
      'take another address, without the password': () =>
        as.edit(admin.id, { email: 'elsewhere@example.com', phone: '1' }),
    }
    for (const [name, act] of Object.entries(refused)) t.equal(gist(await act()), '409 own_account', name)
    t.strictSame(await stateOf(app, admin.id), before)
    t.equal((await as.edit(admin.id, { phone: '1', active: true, email: admin.email })).status, 200)
    t.equal((await as.edit(admin.id, { roles: ['customer'] })).status, 200, 'another administrator is there')
    t.equal(gist(await as.edit(admin.id, { roles: ['admin'] })), '403 permission_required', 'and no way back')
  },
)

t.test('an open invitation follows its user to the corrected address, and only an open one', async (t) => {
  const inboxOf = async (address: string) => {
    await workQueue(app)
    return mailbox.mails.filter(({ to }) => to === address).map(({ template }) => template)
  }
  const draft = { first_name: 'Ann', last_name: 'Lee', roles: ['customer'] }
  const invited = (await create({ ...draft, email: 'tpyo@example.com' })).body
  t.strictSame(await inboxOf('tpyo@example.com'), [WELCOME])
  const old = linkToken(mailbox.lastTo('tpyo@example.com'))
  t.equal((await edit(invited.id, { email: 'typo@example.com' })).status, 200)
  t.strictSame(await inboxOf('typo@example.com'), [WELCOME])
  t.equal(gist(await checkLink(old)), '400 reset_link_invalid', 'whoever has the wrong address does not get in')
  t.equal((await checkLink(linkToken(mailbox.lastTo('typo@example.com')))).status, 200)
  t.match(await lastEvent(app, 'welcome_email_queued', invited.id), { actor_id: String(admin.id) })

  const silent = (await create({ ...draft, email: 'silent@example.com', send_welcome_email: false })).body
  await edit(silent.id, { email: 'silent.still@example.com' })
  t.strictSame(await inboxOf('silent.still@example.com'), [], 'who was not invited is not invited by an edit')
  const late = (await create({ ...draft, email: 'late@example.com' })).body
  app.clock.advance(7 * 86_400)
  await edit(late.id, { email: 'later@example.com' })
  t.strictSame(await inboxOf('later@example.com'), [], 'nor is who let the invitation lapse')
})
