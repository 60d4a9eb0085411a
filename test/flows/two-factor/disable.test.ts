import t from 'tap'
import { startTestApp } from '../../support/app.ts'
import {
  disable,
  enable,
  me,
  readStatus,
  refresh,
  signInWithCode,
  tokenAfterPassword,
  verify,
} from '../../support/two-factor.ts'
import { createUser, demandSecondFactor, enrol, eventsAbout, gist, login, signIn } from '../../support/users.ts'

const app = await startTestApp(t)

async function enrolledUser(roles?: string[]) {
  const user = await createUser(app, roles ? { roles } : {})
  const enrolment = await enrol(app, user)
  app.clock.advance(90)
  return { ...enrolment, user, code: () => enrolment.authenticator.code(app.clock.now()) }
}

t.test('the password and a code, of either kind, switch it off', async (t) => {
  for (const kind of ['totp', 'backup code']) {
    const { user, token, code, backupCodes } = await enrolledUser()
    const { status, body } = await disable(app, user, token, kind === 'totp' ? code() : (backupCodes[0] ?? ''))
    t.equal(status, 200)
    t.strictSame(Object.keys(body), ['message'])
    t.match((await readStatus(app, user, token)).body, { enabled: false, backup_codes_remaining: 0 })
    t.equal(gist(await login(app, user)), '200 authenticated')
    t.equal((await eventsAbout(app, user.id)).filter((type) => type === 'two_factor_disabled').length, 1)
    const left = await app.db.selectFrom('backup_codes').selectAll().where('user_id', '=', user.id).execute()
    t.strictSame(left, [], 'no code is kept')
  }
})

t.test('after switching off and enrolling again only the new secret and codes open', async (t) => {
  const { user, token, authenticator, code, backupCodes } = await enrolledUser()
  t.equal((await disable(app, user, token, code())).status, 200)
  const again = await enrol(app, user)
  app.clock.advance(30)
  for (const dead of [authenticator.code(app.clock.now()), backupCodes[1] ?? '']) {
    t.equal(gist(await signInWithCode(app, user, dead)), '401 invalid_code')
  }
  for (const good of [again.authenticator.code(app.clock.now()), again.backupCodes[1] ?? '']) {
    t.equal(gist(await signInWithCode(app, user, good)), '200 authenticated')
  }
})

t.test('all other sessions and step tokens end, this session goes on', async (t) => {
  const { user, token, authenticator, code } = await enrolledUser()
  const other = await signIn(app, user, authenticator)
  const step = await tokenAfterPassword(app, user)
  app.clock.advance(30)
  t.equal((await disable(app, user, token, code())).status, 200)
  t.equal((await me(app, token)).status, 200)
  t.equal(gist(await me(app, other.access_token)), '401 session_ended')
  t.equal(gist(await refresh(app, other.refresh_token)), '401 invalid_refresh_token')
  app.clock.advance(30)
  t.equal(gist(await verify(app, user, step, code())), '401 step_token_invalid')
})

t.test('a wrong password or code leaves it on and uses nothing up', async (t) => {
  const { user, token, authenticator, code, backupCodes } = await enrolledUser()
  const wrong = authenticator.wrongCode(app.clock.now())
  t.equal(gist(await disable(app, user, token, code(), 'wrong')), '403 wrong_password')
  t.equal(gist(await disable(app, user, token, backupCodes[0] ?? '', 'wrong')), '403 wrong_password')
  const refused = await disable(app, user, token, wrong)
  t.equal(gist(refused), '400 invalid_code')
  t.notOk('attempts_left' in refused.body, 'there is no step to count for')
  t.equal(gist(await login(app, user)), '200 two_factor_required')
  t.equal(gist(await signInWithCode(app, user, backupCodes[0] ?? '')), '200 authenticated')
  t.equal(gist(await signInWithCode(app, user, code())), '200 authenticated')
  t.equal(gist(await disable(app, user, token, code())), '400 invalid_code', 'a code that signed in is used up')
})

t.test('what is not on cannot be switched off, also while it is only pending', async (t) => {
  const user = await createUser(app)
  const token = await tokenAfterPassword(app, user)
  t.equal(gist(await disable(app, user, token, '123456')), '409 two_factor_not_enabled')
  await enable(app, user, token)
  t.equal(gist(await disable(app, user, token, '123456')), '409 two_factor_not_enabled')
  t.equal(gist(await disable(app, user, token, '123456', 'wrong')), '403 wrong_password')
})

t.test('where policy demands it, it stays on; never so for pure customers', async (t) => {
  const policies = [{ all: true }, { roles: ['customer_service_agent_1', 'customer'] }]
  for (const policy of policies) {
    for (const [roles, expected] of [
      [['customer_service_agent_1'], '409 two_factor_required'],
      [['customer_service_agent_1', 'customer'], '409 two_factor_required'],
      [['customer'], '200'],
    ] as const) {
      await demandSecondFactor(app, {})
      const { user, token, code } = await enrolledUser([...roles])
      await demandSecondFactor(app, policy)
      t.equal(gist(await disable(app, user, token, code())), expected, `${roles} under ${JSON.stringify(policy)}`)
      const after = expected === '200' ? '200 authenticated' : '200 two_factor_required'
      t.equal(gist(await login(app, user)), after)
      if (expected === '200') continue
      t.equal(gist(await signInWithCode(app, user, code())), '200 authenticated', 'the refused call used no code up')
    }
  }
  await demandSecondFactor(app, {})
})

t.test('it is for the own user id, a signed-in caller and a whole body', async (t) => {
  const { user, token, code } = await enrolledUser()
  const other = await enrolledUser()
  t.equal(gist(await disable(app, user, other.token, other.code())), '403 forbidden')
  t.equal(gist(await disable(app, { ...user, id: 999_999 }, token, code())), '403 forbidden')
  t.equal(gist(await disable(app, user, await tokenAfterPassword(app, user), code())), '401 access_token_invalid')
  const { password } = user
  for (const body of [
    {},
    { password },
    { code: '123456' },
    { password, code: 123456 },
    { password, code: '1', x: 1 },
  ]) {
    const answer = await app.call('POST', `/2fa/disable/user/${user.id}`, { token, body })
    t.equal(gist(answer), '400 validation_failed', JSON.stringify(body))
  }
  t.equal((await disable(app, user, token, code())).status, 200)
})
