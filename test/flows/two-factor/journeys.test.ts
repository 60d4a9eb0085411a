/** Users in each state, walked through sign-in from the password to the session. */
import { sql } from 'kysely'
import t from 'tap'
import { startTestApp } from '../../support/app.ts'
import { Authenticator } from '../../support/authenticator.ts'
import type { Answer } from '../../support/client.ts'
import { changePassword, enable, me, tokenAfterPassword, verify, verifySetup } from '../../support/two-factor.ts'
import {
  createUser,
  demandSecondFactor,
  enrol,
  eventsAbout,
  gist,
  login,
  NEW_PASSWORD,
  type TestUser,
} from '../../support/users.ts'

const app = await startTestApp(t)
t.afterEach(() => demandSecondFactor(app, {}))

/** What an administrator's reset does, until there is a call for it. */
async function makePasswordTemporary(user: TestUser) {
  const until = new Date(app.clock.now().getTime() + 72 * 3_600_000)
  await sql`update users set password_state = 'temporary', temporary_password_expires_at = ${until},
    credentials_version = credentials_version + 1 where id = ${user.id}`.execute(app.db)
}

interface Walk {
  who: string
  roles: string[]
  enrolled: boolean
  temporary: boolean
  demanded: boolean
  steps: string[]
  amr: 'one factor' | 'two factors'
  redirectTo: string
}

const AGENT = ['customer_service_agent_1']
const CUSTOMER = ['customer']
const [CODE, CHANGE, ENROL] = ['two_factor_required', 'password_change_required', 'two_factor_setup_required']

const walks: Walk[] = [
  walk('a customer', CUSTOMER, [], []),
  walk('a customer where everyone else must have 2FA', CUSTOMER, ['demanded'], []),
  walk('a customer with 2FA', CUSTOMER, ['enrolled'], [CODE]),
  walk('a customer with a temporary password where policy demands 2FA', CUSTOMER, ['temporary', 'demanded'], [CHANGE]),
  walk('an agent', AGENT, [], []),
  walk('a 2FA user', AGENT, ['enrolled'], [CODE]),
  walk('a 2FA user whom policy obliges', AGENT, ['enrolled', 'demanded'], [CODE]),
  walk('a temporary-password user', AGENT, ['temporary'], [CHANGE]),
  walk('a temporary-password user with 2FA', AGENT, ['temporary', 'enrolled'], [CODE, CHANGE]),
  walk('an enforced-2FA user', AGENT, ['demanded'], [ENROL]),
  walk('an enforced-2FA user with a temporary password', AGENT, ['temporary', 'demanded'], [CHANGE, ENROL]),
  walk('all at once', AGENT, ['temporary', 'enrolled', 'demanded'], [CODE, CHANGE]),
]

for (const { who, roles, enrolled, temporary, demanded, steps, amr, redirectTo } of walks) {
  t.test(`${who}: ${[...steps, 'authenticated'].join(' → ')}`, async (t) => {
    const user = await createUser(app, { roles })
    let authenticator = enrolled ? (await enrol(app, user)).authenticator : undefined
    if (temporary) await makePasswordTemporary(user)
    if (demanded) await demandSecondFactor(app, { all: true })
    const signInsBefore = enrolled ? 1 : 0
    app.clock.advance(60)

    let password = user.password
    let answer = await login(app, user)
    const spent: string[] = []
    for (const expected of steps) {
      t.equal(gist(answer), `200 ${expected}`)
      t.notOk('access_token' in answer.body)
      t.equal(answer.cookie, undefined)
      const step: string = answer.body.step_token
      answer = await takeStep(expected, step)
      spent.push(step)
    }

    t.equal(gist(answer), '200 authenticated')
    t.equal(answer.body.redirect_to, redirectTo)
    t.equal(answer.body.user.login_count, signInsBefore + 1)
    t.equal(answer.body.user.two_factor_enabled, authenticator !== undefined)
    const claims = JSON.parse(Buffer.from(answer.body.access_token.split('.')[1], 'base64url').toString())
    t.strictSame(claims.amr, amr === 'two factors' ? ['pwd', 'otp', 'mfa'] : ['pwd'])
    t.equal((await me(app, answer.body.access_token)).status, 200)
    const told = (await eventsAbout(app, user.id)).filter((type) => type === 'sign_in_step')
    t.equal(told.length, steps.length)

    for (const [n, step] of spent.entries()) {
      t.equal(gist(await takeStep(steps[n] ?? '', step)), '401 step_token_invalid', `${steps[n]} is over`)
    }
    if (temporary) {
      t.equal(gist(await login(app, user)), '401 invalid_credentials', 'the temporary password is dead')
    }
    const next = authenticator ? '200 two_factor_required' : '200 authenticated'
    t.equal(gist(await login(app, { ...user, password })), next)

    async function takeStep(status: string, step: string): Promise<Answer> {
      app.clock.advance(30)
      if (status === CODE) return verify(app, user, step, authenticator?.code(app.clock.now()) ?? '')
      if (status === CHANGE) {
        const changed = await changePassword(app, step, NEW_PASSWORD)
        if (changed.status === 200) password = NEW_PASSWORD
        return changed
      }
      const offer = await enable(app, { ...user, password }, step)
      if (offer.status !== 200) return offer
      authenticator = new Authenticator(offer.body.provisioning_uri)
      return verifySetup(app, user, step, authenticator.code(app.clock.now()))
    }
  })
}

t.test('a step token opens its own step and nothing else: no step can be skipped', async (t) => {
  const atCode = await createUser(app)
  await enrol(app, atCode)
  const atChange = await createUser(app, { state: 'temporary' })
  const atEnrolment = await createUser(app)
  await demandSecondFactor(app, { all: true })
  const holders = [
    { user: atCode, opens: ['verifyTwoFactor'] },
    { user: atChange, opens: ['changePassword'] },
    { user: atEnrolment, opens: ['enableTwoFactor', 'confirmTwoFactor'] },
  ]
  const guarded = operations().filter((operation) => operation.security.length > 0)
  t.ok(guarded.length >= 12, 'the calls are found')
  for (const { user, opens } of holders) {
    const token = await tokenAfterPassword(app, user)
    for (const { id, method, path, takesForm } of guarded.filter((operation) => !opens.includes(operation.id))) {
      const target = path
        .replace('{user_id}', String(user.id))
        .replace(/\{\w+\}/, '00000000-0000-4000-8000-000000000000')
      const json = method === 'GET' || method === 'DELETE' ? {} : { body: bodyOf(id, user) }
      const sent = takesForm ? { form: { grant_type: 'client_credentials', token } } : json
      const answer = await app.call(method, target, { token, ...sent })
      t.match(
        gist(answer),
        /^401 (access_token_invalid|step_token_invalid|api_key_missing)$/,
        `${id} with ${opens[0]}'s token`,
      )
    }
    const asRefresh = await app.call('POST', '/auth/refresh', { body: { refresh_token: token } })
    t.equal(gist(asRefresh), '401 invalid_refresh_token')
    t.equal((await app.call('POST', '/auth/logout', { token })).status, 204)
    const stands = await app.db.selectFrom('steps').selectAll().where('user_id', '=', user.id).execute()
    t.equal(stands.length, 1, 'refused calls leave the step as it is')
  }
})

/** Bodies that these calls would take from the right caller. */
function bodyOf(id: string, user: TestUser): object {
  const bodies: Record<string, object> = {
    enableTwoFactor: { password: user.password },
    confirmTwoFactor: { code: '123456' },
    verifyTwoFactor: { code: '123456' },
    disableTwoFactor: { password: user.password, code: '123456' },
    changePassword: { new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD },
  }
  return bodies[id] ?? {}
}

function operations() {
  type Operation = { operationId: string; security?: object[]; requestBody?: { content: Record<string, unknown> } }
  const paths = app.app.swagger().paths as Record<string, Record<string, Operation>>
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      security: operation.security ?? [],
      takesForm: 'application/x-www-form-urlencoded' in (operation.requestBody?.content ?? {}),
    })),
  )
}

function walk(who: string, roles: string[], state: string[], steps: string[]): Walk {
  return {
    who,
    roles,
    enrolled: state.includes('enrolled'),
    temporary: state.includes('temporary'),
    demanded: state.includes('demanded'),
    steps,
    amr: steps.includes(CODE) || steps.includes(ENROL) ? 'two factors' : 'one factor',
    redirectTo: roles === CUSTOMER ? '/self-care' : '/customers',
  }
}
