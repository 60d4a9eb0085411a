import t from 'tap'
import { adminOf, usersAs } from '../../support/admin.ts'
import { startTestApp } from '../../support/app.ts'
import { Authenticator } from '../../support/authenticator.ts'
import type { Answer } from '../../support/client.ts'
import {
  changePassword,
  enable,
  me,
  readStatus,
  refresh,
  tokenAfterPassword,
  verify,
  verifySetup,
} from '../../support/two-factor.ts'
import { reset, resetToken } from '../../support/two-processes.ts'
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
  type TestUser,
} from '../../support/users.ts'

const app = await startTestApp(t)
const other = await createUser(app)
// Administrators enrol with the step token that policy sends them to, everyone else with an access token.
await demandSecondFactor(app, { roles: ['admin'] })
const CALLERS = [
  { caller: 'an access token', roles: ['customer_service_agent_1'], loginStatus: 'authenticated' },
  { caller: 'an enrolment step token', roles: ['admin'], loginStatus: 'two_factor_setup_required' },
]

for (const { caller, roles, loginStatus } of CALLERS) {
  const start = async () => {
    const user = await createUser(app, { roles })
    return { user, token: await tokenAfterPassword(app, user) }
  }

  t.test(`with ${caller}: enable hands out a URI for authenticator apps, its secret and eight codes`, async (t) => {
    const { user, token } = await start()
    const { status, body, headers } = await enable(app, user, token)
    t.equal(status, 200)
    t.equal(headers.get('cache-control'), 'no-store')
    t.strictSame(Object.keys(body).sort(), ['backup_codes', 'provisioning_uri', 'secret'])
    t.match(body.secret, /^[A-Z2-7]{32,}$/, '160 bits of base32')
    const uri = new URL(body.provisioning_uri)
    t.equal(`${uri.protocol}//${uri.host}${decodeURIComponent(uri.pathname)}`, `otpauth://totp/OmniCRM:${user.email}`)
    t.strictSame(Object.fromEntries(uri.searchParams), { secret: body.secret, issuer: 'OmniCRM' })
    t.equal(new Set(body.backup_codes).size, 8)
    for (const code of body.backup_codes) t.match(code, /^[0-9a-f]{8}$/)
  })

  t.test(`with ${caller}: until a code confirms it, sign-in asks for none`, async (t) => {
    const { user, token } = await start()
    await enable(app, user, token)
    t.equal(gist(await login(app, user)), `200 ${loginStatus}`)
  })

  t.test(`with ${caller}: a code of the authenticator switches it on`, async (t) => {
    const { user, token } = await start()
    const { body } = await enable(app, user, token)
    const authenticator = new Authenticator(body.provisioning_uri)
    const done = await verifySetup(app, user, token, authenticator.code(app.clock.now()))
    if (loginStatus === 'authenticated') {
      t.equal(done.status, 200)
      t.strictSame(Object.keys(done.body).sort(), ['message', 'two_factor_enabled'])
      t.equal(done.body.two_factor_enabled, true)
    } else {
      t.equal(gist(done), '200 authenticated')
      t.equal(done.body.user.two_factor_enabled, true)
    }
    t.equal(gist(await login(app, user)), '200 two_factor_required')
    t.same(
      (await eventsAbout(app, user.id)).filter((type) => type.startsWith('two_factor')),
      ['two_factor_enrolment_started', 'two_factor_enabled'],
    )
  })

  t.test(`with ${caller}: enable again replaces the pending secret and its codes`, async (t) => {
    const { user, token } = await start()
    const first = (await enable(app, user, token)).body
    const second = (await enable(app, user, token)).body
    t.not(first.secret, second.secret)
    const now = app.clock.now()
    const stale = await verifySetup(app, user, token, new Authenticator(first.provisioning_uri).code(now))
    t.equal(gist(stale), '400 invalid_code')
    t.equal((await verifySetup(app, user, token, new Authenticator(second.provisioning_uri).code(now))).status, 200)

    const step = await tokenAfterPassword(app, user)
    for (const code of first.backup_codes.slice(0, 2)) {
      t.equal(gist(await verify(app, user, step, code)), '401 invalid_code')
    }
    t.equal(gist(await verify(app, user, step, second.backup_codes[0])), '200 authenticated')
  })

  t.test(`with ${caller}: ten enables at once leave one offer standing, whole`, async (t) => {
    const { user, token } = await start()
    const offers = await Promise.all(Array.from({ length: 10 }, () => enable(app, user, token)))
    const stored = await app.db.selectFrom('backup_codes').selectAll().where('user_id', '=', user.id).execute()
    t.equal(stored.length, 8)
    for (const { body } of offers) {
      const code = new Authenticator(body.provisioning_uri).code(app.clock.now())
      // The counter of wrong codes is not what this is about.
      await app.db.deleteFrom('attempts').execute()
      await app.db.updateTable('steps').set({ wrong_codes: 0 }).where('user_id', '=', user.id).execute()
      const answer = await verifySetup(app, user, token, code)
      if (answer.status !== 200) {
        t.equal(gist(answer), '400 invalid_code')
        continue
      }
      const step = await tokenAfterPassword(app, user)
      t.equal(gist(await verify(app, user, step, body.backup_codes[7])), '200 authenticated')
      return
    }
    t.fail('no offer could be confirmed')
  })

  t.test(`with ${caller}: a wrong password offers nothing`, async (t) => {
    const { user, token } = await start()
    for (const wrong of ['', 'wrong', `${user.password} `, user.password.toUpperCase()]) {
      t.equal(gist(await enable(app, user, token, wrong)), '403 wrong_password')
    }
    t.equal(gist(await verifySetup(app, user, token, '123456')), '409 two_factor_not_pending')
    t.equal((await enable(app, user, token)).status, 200, 'the token is still good')
  })

  t.test(`with ${caller}: someone else cannot be enrolled`, async (t) => {
    const { token } = await start()
    for (const target of [other, { ...other, id: 999_999 }]) {
      t.equal(gist(await enable(app, target, token)), '403 forbidden')
      t.equal(gist(await verifySetup(app, target, token, '123456')), '403 forbidden')
    }
    const row = await app.db.selectFrom('users').selectAll().where('id', '=', other.id).executeTakeFirstOrThrow()
    t.equal(row.totp_pending, null)
  })

  t.test(`with ${caller}: malformed calls are told the field and change nothing`, async (t) => {
    const { user, token } = await start()
    const bodies = {
      enable: [{}, { password: 1 }, { password: null }, { password: 'a'.repeat(1025) }, { password: 'a', extra: 1 }],
      'verify-setup': [{}, { code: 123456 }, { code: '' }, { code: '1'.repeat(65) }, { code: '123456', extra: 1 }],
    }
    for (const [name, wrong] of Object.entries(bodies)) {
      for (const body of wrong) {
        const answer = await app.call('POST', `/2fa/${name}/user/${user.id}`, { token, body })
        t.equal(gist(answer), '400 validation_failed', `${name} ${JSON.stringify(body).slice(0, 40)}`)
        t.match(answer.body.errors[0].path, /^\/(password|code|extra)$/)
      }
      for (const id of ['0', '-1', '1.5', 'me', '1e3', '9007199254740992', '%00']) {
        const body = name === 'enable' ? { password: user.password } : { code: '123456' }
        const answer = await app.call('POST', `/2fa/${name}/user/${id}`, { token, body })
        t.equal(gist(answer), '400 validation_failed', `${name} ${id}`)
      }
    }
    t.equal(gist(await verifySetup(app, user, token, '123456')), '409 two_factor_not_pending')
  })

  t.test(`with ${caller}: codes that are no six digits confirm nothing, a backup code neither`, async (t) => {
    const { user, token } = await start()
    const { body } = await enable(app, user, token)
    const wrong = new Authenticator(body.provisioning_uri).wrongCode(app.clock.now())
    for (const code of [wrong, 'abcdef', body.backup_codes[0], '１２３４５６']) {
      t.equal(gist(await verifySetup(app, user, token, code)), '400 invalid_code', code)
    }
    t.equal(gist(await login(app, user)), `200 ${loginStatus}`)
  })
}

t.test('spaces within the confirming code do not count', async (t) => {
  const user = await createUser(app)
  const token = await tokenAfterPassword(app, user)
  const code = new Authenticator((await enable(app, user, token)).body.provisioning_uri).code(app.clock.now())
  t.equal((await verifySetup(app, user, token, ` ${code.slice(0, 3)} ${code.slice(3)} `)).status, 200)
})

t.test('an access token that enrolled cannot enrol again; the password is asked for first', async (t) => {
  const user = await createUser(app)
  const { token, authenticator } = await enrol(app, user)
  t.equal(gist(await enable(app, user, token, 'wrong')), '403 wrong_password')
  t.equal(gist(await enable(app, user, token)), '409 two_factor_already_enabled')
  t.equal(
    gist(await verifySetup(app, user, token, authenticator.code(app.clock.now(), 1))),
    '409 two_factor_not_pending',
  )
})

t.test('the fifth wrong code kills an enrolment step; a session only waits', async (t) => {
  const admin = await createUser(app, { roles: ['admin'] })
  const step = await tokenAfterPassword(app, admin)
  const offer = (await enable(app, admin, step)).body
  const authenticator = new Authenticator(offer.provisioning_uri)
  const wrong = authenticator.wrongCode(app.clock.now())
  for (const left of [4, 3, 2, 1, 0]) {
    const answer = await verifySetup(app, admin, step, wrong)
    t.equal(gist(answer), '400 invalid_code')
    t.equal(answer.body.attempts_left, left)
  }
  const right = authenticator.code(app.clock.now())
  t.equal(gist(await verifySetup(app, admin, step, right)), '401 step_token_invalid')
  t.equal(gist(await enable(app, admin, step)), '401 step_token_invalid')
  t.equal((await verifySetup(app, admin, await tokenAfterPassword(app, admin), right)).status, 200, 'from the start')

  const agent = await createUser(app)
  const session = await tokenAfterPassword(app, agent)
  const own = new Authenticator((await enable(app, agent, session)).body.provisioning_uri)
  for (let n = 0; n < 6; n++) {
    const answer = await verifySetup(app, agent, session, own.wrongCode(app.clock.now()))
    t.equal(gist(answer), '400 invalid_code')
    t.notOk('attempts_left' in answer.body)
  }
  const held = await verifySetup(app, agent, session, own.code(app.clock.now()))
  t.equal(gist(held), '429 too_many_attempts')
  t.equal(held.headers.get('retry-after'), '5')
  app.clock.advance(5)
  t.equal((await verifySetup(app, agent, session, own.code(app.clock.now()))).status, 200)
})

t.test('an enrolment step lives 30 minutes', async (t) => {
  for (const [seconds, expected] of [
    [1799, '200'],
    [1800, '401 step_token_invalid'],
  ] as const) {
    const user = await createUser(app, { roles: ['admin'] })
    const { body } = await login(app, user)
    t.equal(body.expires_in, 1800)
    app.clock.advance(seconds)
    t.equal(gist(await enable(app, user, body.step_token)), expected)
  }
})

t.test(
  'switching it on ends all other sessions and step tokens; this session goes on and has both factors',
  async (t) => {
    const user = await createUser(app, { roles: ['customer_service_agent_1'] })
    const [mine, theirs] = [await signIn(app, user), await signIn(app, user)]
    await demandSecondFactor(app, { all: true })
    const step = await tokenAfterPassword(app, user)
    const offer = (await enable(app, user, mine.access_token)).body
    const code = new Authenticator(offer.provisioning_uri).code(app.clock.now())
    t.equal((await verifySetup(app, user, mine.access_token, code)).status, 200)

    t.equal(gist(await me(app, theirs.access_token)), '401 session_ended')
    t.equal(gist(await refresh(app, theirs.refresh_token)), '401 invalid_refresh_token')
    t.equal(gist(await enable(app, user, step)), '401 step_token_invalid')
    t.equal((await me(app, mine.access_token)).status, 200)
    const refreshed = await refresh(app, mine.refresh_token)
    t.equal(gist(refreshed), '200 authenticated', 'although policy now demands the second factor')
    t.match((await readStatus(app, user, refreshed.body.access_token)).body, { enabled: true, required: true })
    await demandSecondFactor(app, { roles: ['admin'] })
  },
)

t.test('enrolling at a step of a sign-in ends the sessions that stood before', async (t) => {
  const user = await createUser(app)
  const before = await signIn(app, user)
  await demandSecondFactor(app, { roles: ['customer_service_agent_1'] })
  const [step, otherStep] = [await tokenAfterPassword(app, user), await tokenAfterPassword(app, user)]
  const offer = (await enable(app, user, step)).body
  const code = new Authenticator(offer.provisioning_uri).code(app.clock.now())
  const done = await verifySetup(app, user, step, code)
  t.equal(gist(done), '200 authenticated')
  t.equal(gist(await me(app, before.access_token)), '401 session_ended')
  for (const dead of [step, otherStep]) t.equal(gist(await enable(app, user, dead)), '401 step_token_invalid')
  t.equal((await me(app, done.body.access_token)).status, 200)
  await demandSecondFactor(app, { roles: ['admin'] })
})

t.test('what was begun with a password ends with it: no new password leaves a stranger’s offer standing', async (t) => {
  const app = await startTestApp(t)
  const admin = usersAs(app, await adminOf(app))
  const newPassword: Record<string, (user: TestUser, token: string) => Promise<Answer>> = {
    'changed by the user': (_user, token) => changePassword(app, token, NEW_PASSWORD, { current_password: PASSWORD }),
    'reset by mail': async (user) => reset(app, await resetToken(app, user), NEW_PASSWORD),
    'replaced by a temporary one': (user) => admin.resetPassword(user.id),
  }
  for (const [name, set] of Object.entries(newPassword)) {
    const user = await createUser(app)
    const { access_token: token } = await signIn(app, user)
    const offer = new Authenticator((await enable(app, user, token)).body.provisioning_uri)
    t.equal((await set(user, token)).status, 200, name)
    if (name === 'replaced by a temporary one') continue
    const later = await signIn(app, { ...user, password: NEW_PASSWORD })
    const confirmed = await verifySetup(app, user, later.access_token, offer.code(app.clock.now()))
    t.equal(gist(confirmed), '409 two_factor_not_pending', name)
    t.equal((await readStatus(app, user, later.access_token)).body.enabled, false, name)
  }
  const left = await app.db.selectFrom('users').select('id').where('totp_pending', 'is not', null).execute()
  t.strictSame(left, [])
})
