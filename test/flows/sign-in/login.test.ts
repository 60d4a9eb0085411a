import t from 'tap'
import { openDatabase } from '../../../src/store/database.ts'
import { startTestApp } from '../../support/app.ts'
import type { Answer } from '../../support/client.ts'
import { changePassword, tokenAfterPassword } from '../../support/two-factor.ts'
import {
  createUser,
  demandSecondFactor,
  enrol,
  eventsAbout,
  gist,
  login,
  NEW_PASSWORD,
  PASSWORD,
  signIn,
} from '../../support/users.ts'

const app = await startTestApp(t)

t.test('the right e-mail and password answer authenticated, with tokens and the user', async (t) => {
  const user = await createUser(app)
  const answer = await login(app, user)
  t.equal(answer.status, 200)
  const { access_token, refresh_token, ...rest } = answer.body
  t.type(access_token, 'string')
  t.match(refresh_token, /^ort_/)
  t.strictSame(rest, {
    status: 'authenticated',
    token_type: 'Bearer',
    expires_in: 900,
    refresh_expires_in: 3600,
    redirect_to: '/customers',
    user: {
      id: user.id,
      email: user.email,
      first_name: 'Jane',
      last_name: 'Doe',
      phone: null,
      locale: 'en',
      active: true,
      roles: ['customer_service_agent_1'],
      permissions: ['view_customer', 'view_user'],
      two_factor_enabled: false,
      login_count: 1,
      last_login_at: app.clock.now().toISOString(),
      created_at: app.clock.now().toISOString(),
    },
  })
  t.equal(answer.headers.get('cache-control'), 'no-store')
  t.strictSame(await eventsAbout(app, user.id), ['sign_in'])
})

t.test('each state of an account has its outcome, and only authenticated counts as a login', async (t) => {
  const app = await startTestApp(t)
  const plain = await createUser(app)
  const enrolled = await createUser(app, { roles: ['admin'] })
  await enrol(app, enrolled)
  const temporary = await createUser(app, { state: 'temporary' })
  const both = await createUser(app)
  await enrol(app, both)
  await app.db
    .updateTable('users')
    .set({
      password_state: 'temporary',
      temporary_password_expires_at: new Date(app.clock.now().getTime() + 3_600_000),
    })
    .where('id', '=', both.id)
    .execute()
  const demanded = await createUser(app, { roles: ['admin'] })
  const customer = await createUser(app, { roles: ['customer'] })
  await demandSecondFactor(app, { roles: ['admin', 'customer'] })

  const cases = [
    { name: 'a password that is set', user: plain, outcome: { status: 'authenticated' } },
    {
      name: 'two-factor authentication on',
      user: enrolled,
      outcome: { status: 'two_factor_required', expires_in: 600, methods: ['totp', 'backup_code'] },
    },
    { name: 'a temporary password', user: temporary, outcome: { status: 'password_change_required', expires_in: 600 } },
    { name: 'both: the second factor comes first', user: both, outcome: { status: 'two_factor_required' } },
    {
      name: 'policy demands a factor',
      user: demanded,
      outcome: { status: 'two_factor_setup_required', expires_in: 1800 },
    },
    { name: 'policy names customers: in vain', user: customer, outcome: { status: 'authenticated' } },
  ]
  const count = async (id: number) =>
    app.db.selectFrom('users').select(['login_count', 'last_login_at']).where('id', '=', id).executeTakeFirstOrThrow()
  for (const { name, user, outcome } of cases) {
    const before = await count(user.id)
    app.clock.advance(60)
    const { status, body, cookie } = await login(app, user)
    t.equal(status, 200, name)
    t.match(body, outcome, name)
    const after = await count(user.id)
    if (outcome.status === 'authenticated') {
      t.strictSame(after, { login_count: before.login_count + 1, last_login_at: app.clock.now() }, name)
      t.ok(cookie, name)
    } else {
      t.strictSame(after, before, name)
      t.equal(body.user_id, user.id, name)
      t.match(body.step_token, /^ost_/, name)
      for (const absent of ['access_token', 'refresh_token', 'user', 'redirect_to']) t.notOk(absent in body, absent)
      t.equal(cookie, undefined, name)
    }
  }
})

t.test('every spelling of an e-mail address signs in to its one account', async (t) => {
  const plain = await createUser(app, { email: 'Jane.Doe@Example.com' })
  const accented = await createUser(app, { email: 'rené@example.com' })
  const international = await createUser(app, { email: 'jane@bücher.example' })
  const spellings: [typeof plain, string[]][] = [
    [plain, ['jane.doe@example.com', 'JANE.DOE@EXAMPLE.COM', '  Jane.Doe@example.com\n', '\u00a0jane.doe@example.com']],
    [accented, ['rene\u0301@example.com', 'RENÉ@example.com', 'RENE\u0301@EXAMPLE.COM']],
    [international, ['jane@xn--bcher-kva.example', 'JANE@BÜCHER.EXAMPLE', 'jane@bu\u0308cher.example']],
  ]
  for (const [user, emails] of spellings) {
    for (const email of emails) {
      const { body } = await login(app, { ...user, email })
      t.match(body, { status: 'authenticated', user: { id: user.id, email: user.email } }, JSON.stringify(email))
    }
  }
  for (const email of ['jane.doe@example.com/x', 'janedoe@example.com', 'jane.doe+x@example.com', 'rene@example.com'])
    t.equal(gist(await login(app, { ...plain, email })), '401 invalid_credentials', email)
})

t.test('passwords compare by code points in NFC, exactly', async (t) => {
  const user = await createUser(app, { password: 'Größe-naïve-Ñandú' })
  t.equal(gist(await login(app, { ...user, password: user.password.normalize('NFD') })), '200 authenticated')
  for (const password of ['größe-naïve-ñandú', `${user.password} `, ` ${user.password}`, `${user.password}\u0000`, ''])
    t.equal(gist(await login(app, { ...user, password })), '401 invalid_credentials', JSON.stringify(password))
})

t.test('whatever does not sign in gets one and the same answer', async (t) => {
  const user = await createUser(app)
  const inactive = await createUser(app, { active: false })
  const unset = await createUser(app, { state: 'none' })
  const wrong = await login(app, { email: user.email, password: 'not-the-password' })
  t.equal(wrong.status, 401)
  t.match(wrong.body, { code: 'invalid_credentials', title: 'Invalid email or password' })
  const same = {
    'an unknown account': { email: 'nobody@example.com', password: PASSWORD },
    'an account without a password': { email: unset.email, password: PASSWORD },
    'an inactive account with a wrong password': { email: inactive.email, password: 'not-the-password' },
    'no address at all': { email: 'nobody', password: PASSWORD },
    'what PostgreSQL cannot hold': { email: 'no\u0000body@example.com', password: `\u0000${PASSWORD}` },
    'half a character': { email: '\ud800@example.com', password: '\udfff' },
    'an over-long password': { email: user.email, password: 'x'.repeat(1025) },
    'the right password, made over-long': { email: user.email, password: PASSWORD + ' '.repeat(1025) },
    'an over-long password of no one': { email: 'nobody@example.com', password: 'x'.repeat(60_000) },
    'an over-long address': { email: `${'a'.repeat(1000)}@example.com`, password: PASSWORD },
  }
  for (const [name, credentials] of Object.entries(same)) {
    const answer = await login(app, credentials)
    t.equal(answer.status, 401, name)
    t.strictSame({ ...answer.body, request_id: '' }, { ...wrong.body, request_id: '' }, name)
    const headers = (of: typeof answer) => [...of.headers.keys()].sort()
    t.strictSame(headers(answer), headers(wrong), name)
  }
  const long = await createUser(app, { password: 'x'.repeat(1025) })
  t.equal(gist(await login(app, long)), '401 invalid_credentials', 'over-long, although it would fit the hash')
  t.strictSame(await eventsAbout(app, user.id), ['sign_in!', 'sign_in!', 'sign_in!'])
  t.equal((await login(app, user)).status, 200)
})

t.test('an unknown address reaches the log only as a hash, the same one each time', async (t) => {
  for (const email of ['Nobody@example.com', 'nobody@EXAMPLE.com', 'someone@example.com'])
    await login(app, { email, password: PASSWORD })
  const rows = await app.db
    .selectFrom('events')
    .selectAll()
    .where('type', '=', 'sign_in')
    .orderBy('id', 'desc')
    .limit(3)
    .execute()
  const [third, second, first] = rows.map((row) => row.details['unknown_email'])
  t.equal(typeof first, 'string')
  t.equal(first, second)
  t.not(first, third)
  t.notMatch(JSON.stringify(rows), /nobody|someone/i)
})

t.test('an unknown address asks the database as many questions as a known one: at sign-in and at forgot', async (t) => {
  const concealed = await startTestApp(t, { database: app.database, env: { ACCOUNT_ENUMERATION: 'conceal' } })
  let questions = 0
  const onQuery = () => {
    questions += 1
  }
  concealed.deps.db = openDatabase({ url: app.database.url, poolSize: 1, onQuery })
  t.teardown(() => concealed.deps.db.destroy())
  const cost = async (act: Promise<Answer>) => {
    questions = 0
    return `${gist(await act)}, ${questions} questions`
  }
  const known = await createUser(app)
  const off = await createUser(app, { active: false })
  const fresh = await createUser(app, { state: 'none' })
  const signIns: string[] = []
  const requests: string[] = []
  // More than are free, so that waits are set, too; the last tries are not heard.
  for (let n = 0; n < 8; n++) {
    for (const email of [known.email, off.email, fresh.email, 'nobody-of-here@example.com']) {
      signIns.push(`${n}: ${await cost(login(concealed, { email, password: 'a-wrong-Guess-7' }))}`)
      requests.push(`${n}: ${await cost(concealed.call('POST', '/auth/password/forgot', { body: { email } }))}`)
    }
  }
  t.match(signIns[0], /401 invalid_credentials, [6-9] questions/)
  t.match(signIns.at(-1), /429 too_many_attempts, [1-9] questions/)
  for (const answers of [signIns, requests]) t.equal(new Set(answers).size, 8, answers.join('\n'))
})

t.test('an inactive account is told so only after the right password', async (t) => {
  const user = await createUser(app, { active: false })
  t.equal(gist(await login(app, { ...user, password: 'not-the-password' })), '401 invalid_credentials')
  t.equal(gist(await login(app, user)), '403 account_inactive')
  t.strictSame(await eventsAbout(app, user.id), ['sign_in!', 'sign_in!'])
  const temporary = await createUser(app, { active: false, state: 'temporary' })
  t.equal(gist(await login(app, temporary)), '403 account_inactive')
  for (const table of ['sessions', 'steps'] as const)
    t.strictSame(
      await app.db.selectFrom(table).select('id').where('user_id', 'in', [user.id, temporary.id]).execute(),
      [],
    )
})

t.test('the landing page follows the roles and the UI mode', async (t) => {
  const cbc = await startTestApp(t, { database: app.database, env: { UI_MODE: 'cbc' } })
  const cases: [string[], string, string][] = [
    [['customer'], '/self-care', '/self-care'],
    [['customer', 'customer_service_agent_1'], '/customers', '/create-cell-broadcast'],
    [['customer_service_agent_1'], '/customers', '/create-cell-broadcast'],
    [['admin'], '/customers', '/create-cell-broadcast'],
  ]
  for (const [roles, inCrm, inCbc] of cases) {
    const user = await createUser(app, { roles })
    t.equal((await signIn(app, user)).redirect_to, inCrm, `${roles} in crm`)
    const tokens = await signIn(cbc, user)
    t.equal(tokens.redirect_to, inCbc, `${roles} in cbc`)
    const refreshed = await cbc.call('POST', '/auth/refresh', { body: { refresh_token: tokens.refresh_token } })
    t.equal(refreshed.body.redirect_to, inCbc, `${roles} in cbc, refreshed`)
  }
})

t.test('the refresh token goes where token_delivery says, through every step and refresh', async (t) => {
  const user = await createUser(app)
  const enrolled = await createUser(app)
  const { authenticator } = await enrol(app, enrolled)
  const cases = [
    { delivery: undefined, inBody: true, inCookie: true },
    { delivery: 'both', inBody: true, inCookie: true },
    { delivery: 'cookie', inBody: false, inCookie: true },
    { delivery: 'body', inBody: true, inCookie: false },
  ]
  for (const { delivery, inBody, inCookie } of cases) {
    const more = delivery === undefined ? {} : { token_delivery: delivery }
    const direct = await login(app, user, more)
    const step = (await login(app, enrolled, more)).body.step_token
    app.clock.advance(30)
    const body = { code: authenticator.code(app.clock.now()) }
    const verified = await app.call('POST', `/2fa/verify/user/${enrolled.id}`, { token: step, body })
    const cookie = direct.cookie?.value
    const refreshed = await app.call(
      'POST',
      '/auth/refresh',
      cookie === undefined ? { body: { refresh_token: direct.body.refresh_token } } : { cookie },
    )
    for (const answer of [direct, verified, refreshed]) {
      t.equal(gist(answer), '200 authenticated', `${delivery}`)
      t.equal('refresh_token' in answer.body, inBody, `${delivery}: in the body`)
      t.equal(answer.cookie !== undefined, inCookie, `${delivery}: in the cookie`)
      if (inBody && inCookie) t.equal(answer.cookie?.value, answer.body.refresh_token)
      if (!inBody) t.notMatch(answer.text, /ort_/)
    }
  }
})

t.test('remember_me keeps the session for 30 days, also through a step', async (t) => {
  const user = await createUser(app)
  const enrolled = await createUser(app)
  const { authenticator } = await enrol(app, enrolled)
  const month = 30 * 86_400
  t.equal((await signIn(app, user, undefined, { remember_me: true })).refresh_expires_in, month)
  t.equal((await signIn(app, enrolled, authenticator, { remember_me: true })).refresh_expires_in, month)
  t.equal((await signIn(app, user, undefined, { remember_me: false })).refresh_expires_in, 3600)
})

t.test('with REMEMBER_ME=off no session is kept longer than another, also through a step', async (t) => {
  const strict = await startTestApp(t, { database: app.database, clock: app.clock, env: { REMEMBER_ME: 'off' } })
  const user = await createUser(strict)
  const answer = await login(strict, user, { remember_me: true })
  t.equal(answer.body.refresh_expires_in, 3600)
  t.notMatch(answer.cookie?.attributes, /max-age/i, 'the cookie goes with the browser')
  const temporary = await createUser(strict, { state: 'temporary' })
  const change = await tokenAfterPassword(strict, temporary, { remember_me: true })
  t.equal((await changePassword(strict, change, NEW_PASSWORD)).body.refresh_expires_in, 3600)
})

t.test('a sign-in hashes the password anew when the settings have changed, once, and goes on working', async (t) => {
  const after = await startTestApp(t, {
    database: app.database,
    env: { ARGON2_PASSES: '2', ARGON2_MEMORY_KIB: '8192' },
  })
  const user = await createUser(app)
  const hash = async () =>
    (await app.db.selectFrom('users').select('password_hash').where('id', '=', user.id).executeTakeFirstOrThrow())
      .password_hash ?? ''
  const old = await hash()
  t.match(old, '$m=7168,t=1,p=1$')
  t.equal(gist(await login(after, { ...user, password: NEW_PASSWORD })), '401 invalid_credentials')
  t.equal(await hash(), old, 'a wrong password changes nothing')

  const token = (await signIn(app, user)).access_token
  t.equal(gist(await login(after, user)), '200 authenticated')
  const renewed = await hash()
  t.match(renewed, '$m=8192,t=2,p=1$')
  t.equal(gist(await login(after, user)), '200 authenticated')
  t.equal(await hash(), renewed, 'made once')
  t.equal((await after.call('GET', '/auth/me', { token })).status, 200, 'it is no change of the password')

  const inactive = await createUser(app, { active: false })
  t.equal(gist(await login(after, inactive)), '403 account_inactive')
})
