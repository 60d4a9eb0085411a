import t from 'tap'
import { adminOf, lastEvent, staffWith, stateOf, usersAs } from '../../support/admin.ts'
import { startTestApp } from '../../support/app.ts'
import { linkToken, Mailbox, workQueue } from '../../support/mail.ts'
import { createUser, eventsAbout, gist, login, NEW_PASSWORD, race } from '../../support/users.ts'

const mailbox = new Mailbox()
const app = await startTestApp(t, { mailer: mailbox })
const admin = await adminOf(app)
const { create, read } = usersAs(app, admin)
let count = 0
/** Another new user's data each time. */
const draft = (more: object = {}) => {
  count += 1
  return { email: `new${count}@example.com`, first_name: 'New', last_name: 'User', roles: ['customer'], ...more }
}
const countUsers = async () =>
  (await app.db.selectFrom('users').select(app.db.fn.countAll<number>().as('n')).executeTakeFirstOrThrow()).n

t.test('a new user is answered whole, with the address and version of the account, and has no password', async (t) => {
  const body = {
    ...draft(),
    email: '  Bob.Wilson@Example.com ',
    roles: ['customer', 'admin'],
    phone: '0800',
    locale: 'ar',
  }
  const answer = await create(body)
  t.equal(answer.status, 201)
  t.equal(answer.headers.get('location'), `/admin/users/${answer.body.id}`)
  t.equal(answer.headers.get('etag'), '"1"')
  t.strictSame(answer.body, {
    id: answer.body.id,
    email: 'Bob.Wilson@Example.com',
    first_name: 'New',
    last_name: 'User',
    phone: '0800',
    locale: 'ar',
    active: true,
    roles: ['admin', 'customer'],
    permissions: ['admin'],
    two_factor_enabled: false,
    login_count: 0,
    last_login_at: null,
    created_at: app.clock.now().toISOString(),
    actions: ['edit', 'delete', 'reset_password', 'send_welcome_email'],
    locked: false,
    locked_until: null,
    password_state: 'none',
    version: 1,
  })
  const again = await read(answer.body.id)
  t.strictSame(again.body, answer.body)
  t.equal(again.headers.get('etag'), '"1"')
  for (const password of ['', 'x', body.email])
    t.equal(gist(await login(app, { email: body.email, password })), '401 invalid_credentials')

  const plain = (await create(draft())).body
  t.match(plain, { phone: null, locale: 'en' })
  t.equal(gist(await read(10 ** 9)), '404 not_found')
})

t.test('under a base path the location is one that leads there', async (t) => {
  const other = await startTestApp(t, { env: { BASE_PATH: '/crm' } })
  const user = await createUser(other, { roles: ['admin'] })
  const body = { email: user.email, password: user.password }
  const token = (await other.call('POST', '/crm/auth/login', { body })).body.access_token
  const answer = await other.call('POST', '/crm/admin/users', { token, body: draft() })
  const location = answer.headers.get('location') ?? ''
  t.equal(location, `/crm/admin/users/${answer.body.id}`)
  t.equal((await other.call('GET', location, { token })).body.id, answer.body.id)
  const role = await other.call('POST', '/crm/admin/roles', { token, body: { name: 'r', permissions: [] } })
  t.equal(role.headers.get('location'), '/crm/admin/roles/r')
})

t.test(
  'the welcome mail goes out in the user’s language, with a link that sets the password, unless not wished',
  async (t) => {
    const made = (await create(draft({ locale: 'fr' }))).body
    const silent = (await create(draft({ send_welcome_email: false }))).body
    await workQueue(app)
    const mail = mailbox.lastTo(made.email)
    t.equal(mail.template, 'api_crmCommunicationUserWelcome')
    t.match(mail.text, /mot de passe/i)
    t.throws(() => mailbox.lastTo(silent.email))
    t.strictSame(await eventsAbout(app, made.id), ['user_created', 'welcome_email_queued'])
    t.strictSame(await eventsAbout(app, silent.id), ['user_created'])
    const { details } = await lastEvent(app, 'user_created', made.id)
    t.strictSame(details, { email: made.email, roles: ['customer'] })

    app.clock.advance(7 * 86_400 - 1)
    const body = { token: linkToken(mail), new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD }
    t.equal((await app.call('POST', '/auth/password/reset', { body })).status, 200)
    t.match((await login(app, { email: made.email, password: NEW_PASSWORD })).body, {
      status: 'authenticated',
      user: { id: made.id, login_count: 1 },
    })
  },
)

t.test('the welcome mail can be sent again until the first sign-in, and not after it', async (t) => {
  const { welcome } = usersAs(app, await adminOf(app))
  const { body: user } = await usersAs(app, await adminOf(app)).create(draft({ send_welcome_email: false }))
  const answer = await welcome(user.id)
  t.equal(answer.status, 202)
  t.match(answer.body.message, user.email)
  await workQueue(app)
  t.equal((await welcome(user.id)).status, 202)
  await workQueue(app)
  const mails = mailbox.mails.filter((mail) => mail.to === user.email)
  t.equal(mails.length, 2)
  t.match((await lastEvent(app, 'welcome_email_queued', user.id)).details, { with_link: true })

  const settled = await createUser(app)
  t.equal((await welcome(settled.id)).status, 202, 'a password, but no sign-in yet')
  await workQueue(app)
  t.notOk(mailbox.lastTo(settled.email).variables['url']?.includes('/reset-password/'), 'then it has no link')
  t.match((await lastEvent(app, 'welcome_email_queued', settled.id)).details, { with_link: false })
  await login(app, settled)
  const before = await stateOf(app, settled.id)
  t.equal(gist(await welcome(settled.id)), '409 user_has_logged_in')
  t.strictSame(await stateOf(app, settled.id), before)
  t.equal(gist(await welcome(10 ** 9)), '404 not_found')
})

t.test('an address has one account, however it is written', async (t) => {
  const { create } = usersAs(app, await adminOf(app))
  const taken = (await create(draft({ email: 'Taken.Name@Bücher.example' }))).body
  const users = await countUsers()
  for (const email of [
    'taken.name@bücher.example',
    'TAKEN.NAME@XN--BCHER-KVA.EXAMPLE',
    '  Taken.Name@bu\u0308cher.example ',
  ])
    t.equal(gist(await create(draft({ email }))), '409 email_taken', email)
  t.equal(await countUsers(), users)

  const { tally, answers } = await race(20, (n) =>
    create(draft({ email: n % 2 ? 'Race@Example.com' : 'race@example.com', first_name: `N${n}` })),
  )
  t.strictSame(tally, { 201: 1, '409 email_taken': 19 })
  const winner = answers.find(({ status }) => status === 201)?.body
  t.equal(await countUsers(), users + 1)
  t.strictSame(await eventsAbout(app, winner.id), ['user_created', 'welcome_email_queued'], 'and one set of events')
  t.match(taken, { email: 'Taken.Name@Bücher.example' })
})

t.test('roles must exist and lie within the caller’s own permissions; a refused creation leaves nothing', async (t) => {
  const manager = await staffWith(app, ['create_user', 'view_user', 'view_customer'])
  const as = usersAs(app, manager)
  const mails = async () => (await app.db.selectFrom('mails').select('id').execute()).length
  const before = [await countUsers(), await mails()]
  const all = await usersAs(app, await adminOf(app)).create(draft({ roles: ['customer', 'no_such_role'] }))
  t.equal(gist(all), '400 unknown_role')
  before[0] = await countUsers()
  t.equal(gist(await as.create(draft({ roles: ['no_such_role'] }))), '400 unknown_role')
  t.equal(gist(await as.create(draft({ roles: ['admin'] }))), '403 forbidden')
  t.equal(gist(await as.create(draft({ roles: ['customer', 'admin'] }))), '403 forbidden')
  t.equal(gist(await as.create(draft({ roles: ['admin'], email: manager.email }))), '403 forbidden')
  t.strictSame([await countUsers(), await mails()], before)
  t.equal((await as.create(draft({ roles: ['customer_service_agent_1', 'customer'] }))).status, 201, 'within its own')
})

t.test('an edit of a user who was just created counts on from there', async (t) => {
  const as = usersAs(app, await adminOf(app))
  const { body } = await as.create(draft())
  const answer = await as.edit(body.id, { phone: '1' }, '"1"')
  t.equal(answer.headers.get('etag'), '"2"')
})
