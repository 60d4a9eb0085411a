import t, { type Test } from 'tap'
import { createFirstAdmin } from '../../../src/flows/bootstrap/create-first-admin.ts'
import { startTestApp, type TestApp } from '../../support/app.ts'
import { linkToken, Mailbox, workQueue } from '../../support/mail.ts'
import { createUser, deactivate, eventsAbout, login, NEW_PASSWORD, signIn } from '../../support/users.ts'

const EMAIL = 'First.Admin@Example.com'
const HOURS = 3600

function start(t: Test, env: Record<string, string> = {}): Promise<TestApp> {
  return startTestApp(t, { env: { BOOTSTRAP_ADMIN_EMAIL: EMAIL, ...env } })
}

/** The temporary password that this start makes; undefined when it makes none. */
const bootstrap = async ({ deps }: TestApp) => (await createFirstAdmin(deps))?.temporaryPassword
const signInWith = (app: TestApp, password = '') => login(app, { email: EMAIL, password })

async function admins({ db }: TestApp) {
  return db
    .selectFrom('users')
    .innerJoin('user_roles', 'user_roles.user_id', 'users.id')
    .where('role_name', '=', 'admin')
    .select(['id', 'email', 'locale'])
    .execute()
}

t.test('a given password is taken as it is, also one that nobody could choose, and need not be changed', async (t) => {
  for (const password of ['admin', ' spaced ', 'password1', 'First.Admin@Example.com', 'пароль']) {
    const app = await start(t, { BOOTSTRAP_ADMIN_PASSWORD: password, BOOTSTRAP_ADMIN_LOCALE: 'ar' })
    t.strictSame(await createFirstAdmin(app.deps), { email: EMAIL, temporaryPassword: undefined, linkMailed: false })
    const answer = await signInWith(app, password)
    t.match(answer.body, {
      status: 'authenticated',
      user: { email: EMAIL, roles: ['admin'], permissions: ['admin'], locale: 'ar' },
    })
    t.equal((await signInWith(app, `${password}x`)).status, 401)
    await app.close()
  }
})

t.test('without one a temporary password is made, once, which opens only its change', async (t) => {
  const app = await start(t)
  const password = await bootstrap(app)
  t.match(password, /^([a-z2-9]{4}-){3}[a-z2-9]{4}$/)
  const { body } = await signInWith(app, password)
  t.equal(body.status, 'password_change_required')
  t.strictSame(await eventsAbout(app, body.user_id), ['user_created', 'sign_in_step'])
  t.equal(await bootstrap(app), undefined, 'a restart makes no other one')

  const changed = await app.call('POST', '/auth/password/change', {
    token: body.step_token,
    body: { new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD },
  })
  t.match(changed.body, { status: 'authenticated', user: { roles: ['admin'], permissions: ['admin'] } })
  app.clock.advance(1000 * HOURS)
  t.equal(await bootstrap(app), undefined, 'nor does one long after')
  t.equal((await signInWith(app, password)).status, 401)
  t.equal((await signInWith(app, NEW_PASSWORD)).body.status, 'authenticated')
  t.equal((await admins(app)).length, 1)
})

t.test('first starts at once make one administrator, and one of them tells a password that works', async (t) => {
  const app = await start(t)
  const replica = await startTestApp(t, {
    database: app.database,
    clock: app.clock,
    env: { BOOTSTRAP_ADMIN_EMAIL: EMAIL },
  })
  const made = await Promise.all(Array.from({ length: 12 }, (_, n) => bootstrap(n % 2 ? app : replica)))
  const passwords = made.filter((password) => password !== undefined)
  t.equal(passwords.length, 1)
  t.match(await admins(app), [{ email: EMAIL }])
  t.equal((await signInWith(app, passwords[0])).body.status, 'password_change_required')
})

t.test('a temporary password that ran out before it was changed is made anew, for the same account', async (t) => {
  for (const [name, use, life] of [
    ['unused', false, 72 * HOURS],
    ['used, but not changed', true, 600],
  ] as const) {
    const app = await start(t)
    const first = await bootstrap(app)
    if (use) t.equal((await signInWith(app, first)).status, 200)
    const [admin] = await admins(app)

    app.clock.advance(life - 1)
    t.equal(await bootstrap(app), undefined, `${name}: not while it lasts`)
    t.equal((await signInWith(app, first)).status, 200, `${name}: it works to the end`)
    app.clock.advance(1 + 600)
    t.equal((await signInWith(app, first)).status, 401, `${name}: then it is dead`)
    const second = await bootstrap(app)
    t.ok(second && second !== first, name)
    t.equal((await signInWith(app, first)).status, 401, name)
    t.equal((await signInWith(app, second)).body.status, 'password_change_required', name)
    t.strictSame(await admins(app), [admin], name)
    t.ok((await eventsAbout(app, admin?.id ?? 0)).includes('temporary_password_set'), name)
    await app.close()
  }
})

t.test('while an administrator can sign in, the settings are not used', async (t) => {
  for (const password of ['', 'given-password']) {
    const app = await start(t, { BOOTSTRAP_ADMIN_PASSWORD: password })
    const admin = await createUser(app, { roles: ['admin'], email: 'other@example.com' })
    t.equal(await createFirstAdmin(app.deps), undefined)
    t.match(await admins(app), [{ id: admin.id }])
    t.equal((await signInWith(app, password || 'x')).status, 401)

    await deactivate(app, admin.id)
    t.match(await createFirstAdmin(app.deps), { email: EMAIL }, 'until the last one is deactivated')
    t.equal((await admins(app)).length, 2)
    await app.close()
  }
})

t.test('an account that is no administrator is left alone, whoever named its address', async (t) => {
  const app = await start(t)
  const user = await createUser(app, { email: EMAIL.toLowerCase() })
  const { access_token: token } = await signIn(app, user)
  t.equal(await createFirstAdmin(app.deps), undefined)
  t.strictSame(await admins(app), [])
  t.equal((await app.call('GET', '/auth/me', { token })).status, 200)
  t.equal((await signInWith(app, user.password)).body.status, 'authenticated', 'its password stays')
})

t.test('no address, no administrator', async (t) => {
  const app = await startTestApp(t)
  const config = { ...app.deps.config, bootstrapAdmin: { ...app.deps.config.bootstrapAdmin, email: '' } }
  t.equal(await createFirstAdmin({ ...app.deps, config }), undefined)
  t.strictSame(await admins(app), [])
})

t.test('production makes no password up: it mails one link that sets one, also when two services start', async (t) => {
  const mailbox = new Mailbox()
  const env = {
    BOOTSTRAP_ADMIN_EMAIL: EMAIL,
    BOOTSTRAP_ADMIN_LOCALE: 'fr',
    NODE_ENV: 'production',
    ISSUER: 'https://id.example.com',
    FRONTEND_URL: 'https://crm.example.com',
    MAIL_TRANSPORT: 'file',
  }
  const app = await startTestApp(t, { env, mailer: mailbox })
  const replica = await startTestApp(t, { env, database: app.database, clock: app.clock })
  const mailed = { email: EMAIL, temporaryPassword: undefined, linkMailed: true }

  const made = await Promise.all([createFirstAdmin(app.deps), createFirstAdmin(replica.deps)])
  t.strictSame(
    made.filter((result) => result !== undefined),
    [mailed],
  )
  t.equal(await createFirstAdmin(app.deps), undefined, 'nor does a restart while the link lives')
  await workQueue(app)
  t.equal(mailbox.mails.length, 1)
  t.match(mailbox.lastTo(EMAIL).variables['url'], /^https:\/\/crm\.example\.com\/reset-password\//)
  const [admin] = await admins(app)
  t.match(admin, { email: EMAIL, locale: 'fr' })
  t.strictSame(await eventsAbout(app, admin?.id ?? 0), ['user_created'])

  app.clock.advance(7 * 24 * HOURS)
  t.strictSame(await createFirstAdmin(app.deps), mailed, 'a link that has expired unused is mailed anew')
  t.strictSame(await admins(app), [admin])
  t.strictSame(await eventsAbout(app, admin?.id ?? 0), ['user_created', 'welcome_email_queued'])
  await workQueue(app)
  t.equal(mailbox.mails.length, 2)
  const [dead, alive] = mailbox.mails.map(linkToken)
  const reset = (token: string | undefined) =>
    app.call('POST', '/auth/password/reset', {
      body: { token, new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD },
    })
  t.equal((await reset(dead)).body.code, 'reset_link_invalid')
  t.equal((await reset(alive)).status, 200)
  t.match((await signInWith(app, NEW_PASSWORD)).body, { status: 'authenticated', user: { roles: ['admin'] } })
  t.equal(await createFirstAdmin(app.deps), undefined, 'there is an administrator')
})
