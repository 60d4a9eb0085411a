import { decodeJwt } from 'jose'
import t from 'tap'
import { startTestApp } from '../../support/app.ts'
import { Authenticator } from '../../support/authenticator.ts'
import { disable, enable, refresh, tokenAfterPassword, verifySetup } from '../../support/two-factor.ts'
import { createUser, demandSecondFactor, enrol, gist, login, signIn } from '../../support/users.ts'

const app = await startTestApp(t)
t.afterEach(() => demandSecondFactor(app, {}))

const AGENT = 'customer_service_agent_1'
const [FREE, DEMANDED] = ['200 authenticated', '200 two_factor_setup_required']

t.test('policy demands enrolment of all or by role, never of pure customers', async (t) => {
  const table = [
    { policy: {}, demands: { customer: FREE, agent: FREE, admin: FREE, both: FREE, none: FREE } },
    {
      policy: { all: true },
      demands: { customer: FREE, agent: DEMANDED, admin: DEMANDED, both: DEMANDED, none: DEMANDED },
    },
    {
      policy: { roles: [AGENT] },
      demands: { customer: FREE, agent: DEMANDED, admin: FREE, both: DEMANDED, none: FREE },
    },
    {
      policy: { roles: ['customer'] },
      demands: { customer: FREE, agent: FREE, admin: FREE, both: DEMANDED, none: FREE },
    },
    {
      policy: { all: true, roles: ['customer'] },
      demands: { customer: FREE, agent: DEMANDED, admin: DEMANDED, both: DEMANDED, none: DEMANDED },
    },
    {
      policy: { roles: ['no_such_role'] },
      demands: { customer: FREE, agent: FREE, admin: FREE, both: FREE, none: FREE },
    },
  ]
  const users = {
    customer: await createUser(app, { roles: ['customer'] }),
    agent: await createUser(app, { roles: [AGENT] }),
    admin: await createUser(app, { roles: ['admin'] }),
    both: await createUser(app, { roles: ['customer', AGENT] }),
    none: await createUser(app, { roles: [] }),
  }
  for (const { policy, demands } of table) {
    await demandSecondFactor(app, policy)
    for (const [who, expected] of Object.entries(demands)) {
      const answer = await login(app, users[who as keyof typeof users])
      t.equal(gist(answer), expected, `${who} under ${JSON.stringify(policy)}`)
    }
  }
})

t.test('a demanded enrolment opens no session and counts no sign-in before it is confirmed', async (t) => {
  const user = await createUser(app)
  await demandSecondFactor(app, { all: true })
  const first = await login(app, user)
  t.strictSame(
    { ...first.body, step_token: '' },
    { status: 'two_factor_setup_required', user_id: user.id, step_token: '', expires_in: 1800 },
  )
  t.equal(first.cookie, undefined)
  await enable(app, user, first.body.step_token)
  const row = await app.db.selectFrom('users').selectAll().where('id', '=', user.id).executeTakeFirstOrThrow()
  t.strictSame([row.login_count, row.last_login_at], [0, null])
  t.strictSame(await app.db.selectFrom('sessions').selectAll().where('user_id', '=', user.id).execute(), [])
})

t.test('the enrolment step carries remember_me, delivery and the time of the password', async (t) => {
  const user = await createUser(app)
  await demandSecondFactor(app, { all: true })
  const passwordAt = app.clock.now().getTime() / 1000
  const step = await tokenAfterPassword(app, user, { remember_me: true, token_delivery: 'cookie' })
  const { body } = await enable(app, user, step)
  app.clock.advance(700)
  const done = await verifySetup(app, user, step, new Authenticator(body.provisioning_uri).code(app.clock.now()))
  t.equal(gist(done), FREE)
  t.equal(done.body.refresh_expires_in, 30 * 86_400)
  t.notOk('refresh_token' in done.body)
  t.match(done.cookie?.value, /^ort_/)
  const claims = decodeJwt(done.body.access_token)
  t.strictSame([claims['amr'], claims['auth_time']], [['pwd', 'otp', 'mfa'], passwordAt])
  t.match(done.body.user, { login_count: 1, last_login_at: app.clock.now().toISOString() })
})

t.test('a session without the demanded factor ends at its next refresh; one with it goes on', async (t) => {
  const plain = await createUser(app)
  const customer = await createUser(app, { roles: ['customer'] })
  const proven = await createUser(app)
  const [plainSession, customerSession] = [await signIn(app, plain), await signIn(app, customer)]
  const { authenticator } = await enrol(app, proven)
  const provenSession = await signIn(app, proven, authenticator)
  const enrolling = await createUser(app)
  const enrollingSession = await signIn(app, enrolling)
  const offer = await enable(app, enrolling, enrollingSession.access_token)
  const code = new Authenticator(offer.body.provisioning_uri).code(app.clock.now())
  await verifySetup(app, enrolling, enrollingSession.access_token, code)

  await demandSecondFactor(app, { all: true })
  app.clock.advance(20)
  t.equal(gist(await refresh(app, plainSession.refresh_token)), '401 invalid_refresh_token')
  t.equal(gist(await refresh(app, customerSession.refresh_token)), FREE)
  t.equal(gist(await refresh(app, provenSession.refresh_token)), FREE)
  const refreshed = await refresh(app, enrollingSession.refresh_token)
  t.equal(gist(refreshed), FREE, 'the session that enrolled has proven both factors')
  t.strictSame(decodeJwt(refreshed.body.access_token)['amr'], ['pwd', 'otp', 'mfa'])

  await demandSecondFactor(app, {})
  t.equal(gist(await refresh(app, plainSession.refresh_token)), '401 invalid_refresh_token', 'it has ended for good')
})

t.test('pure customers may enrol of their own will, and switch it off again under any policy', async (t) => {
  const customer = await createUser(app, { roles: ['customer'] })
  await demandSecondFactor(app, { all: true, roles: ['customer'] })
  const { token, authenticator } = await enrol(app, customer)
  t.equal(gist(await login(app, customer)), '200 two_factor_required')
  app.clock.advance(30)
  t.equal((await disable(app, customer, token, authenticator.code(app.clock.now()))).status, 200)
  t.equal(gist(await login(app, customer)), FREE)
})

t.test('a policy that is lifted during enrolment lets the sign-in start again without it', async (t) => {
  const user = await createUser(app)
  await demandSecondFactor(app, { all: true })
  const step = await tokenAfterPassword(app, user)
  await demandSecondFactor(app, {})
  t.equal(gist(await login(app, user)), FREE)
  t.equal((await enable(app, user, step)).status, 200, 'whoever goes on may still enrol')
})
