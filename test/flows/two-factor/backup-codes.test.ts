import t from 'tap'
import { startTestApp } from '../../support/app.ts'
import {
  enable,
  readStatus,
  refresh,
  regenerate,
  signInWithCode,
  tokenAfterPassword,
} from '../../support/two-factor.ts'
import { createUser, demandSecondFactor, enrol, eventsAbout, gist, login, signIn } from '../../support/users.ts'

const app = await startTestApp(t)

t.test('regenerating makes eight new codes and kills all old ones', async (t) => {
  const user = await createUser(app)
  const { token, backupCodes } = await enrol(app, user)
  t.equal(gist(await signInWithCode(app, user, backupCodes[0] ?? '')), '200 authenticated')
  const first = await regenerate(app, user, token)
  t.equal(first.status, 200)
  t.equal(first.headers.get('cache-control'), 'no-store')
  t.strictSame(Object.keys(first.body), ['backup_codes'])
  for (const code of first.body.backup_codes) t.match(code, /^[0-9a-f]{8}$/)
  t.equal(new Set([...first.body.backup_codes, ...backupCodes]).size, 16)
  const second = (await regenerate(app, user, token, {})).body

  for (const dead of [backupCodes[1], first.body.backup_codes[0], backupCodes[0]]) {
    t.equal(gist(await signInWithCode(app, user, dead)), '401 invalid_code')
  }
  for (const code of second.backup_codes) t.equal(gist(await signInWithCode(app, user, code)), '200 authenticated')
  t.equal((await eventsAbout(app, user.id)).filter((type) => type === 'backup_codes_regenerated').length, 2)
})

t.test('more than 15 minutes after sign-in the password is asked for', async (t) => {
  const user = await createUser(app)
  const { authenticator, backupCodes } = await enrol(app, user)
  const session = await signIn(app, user, authenticator, { remember_me: true })
  // The code came 30 seconds after the password, whose time counts.
  app.clock.advance(860)
  const { access_token: token } = (await refresh(app, session.refresh_token)).body
  app.clock.advance(10)
  t.equal((await regenerate(app, user, token)).status, 200, 'exactly 15 minutes')
  app.clock.advance(1)
  for (const body of [undefined, {}]) {
    t.equal(gist(await regenerate(app, user, token, body)), '403 reauthentication_required')
  }
  t.equal(gist(await regenerate(app, user, token, { password: 'wrong' })), '403 wrong_password')
  t.equal((await readStatus(app, user, token)).body.backup_codes_remaining, 8)
  const { status, body } = await regenerate(app, user, token, { password: user.password })
  t.equal(status, 200)
  t.equal(gist(await signInWithCode(app, user, body.backup_codes[0])), '200 authenticated')
  t.equal(gist(await signInWithCode(app, user, backupCodes[1] ?? '')), '401 invalid_code')
})

t.test('a password that comes without need is checked all the same', async (t) => {
  const user = await createUser(app)
  const { token } = await enrol(app, user)
  for (let n = 0; n < 6; n++) {
    t.equal(gist(await regenerate(app, user, token, { password: 'wrong' })), '403 wrong_password')
  }
  const held = await regenerate(app, user, token, { password: user.password })
  t.equal(gist(held), '429 too_many_attempts')
  t.equal(held.headers.get('retry-after'), '5')
  app.clock.advance(5)
  t.equal((await regenerate(app, user, token, { password: user.password })).status, 200)
})

t.test('without an enrolment there is nothing to regenerate, also with one that is only pending', async (t) => {
  const user = await createUser(app)
  const token = await tokenAfterPassword(app, user)
  t.equal(gist(await regenerate(app, user, token)), '409 two_factor_not_enabled')
  await enable(app, user, token)
  for (const body of [{}, { password: user.password }]) {
    t.equal(gist(await regenerate(app, user, token, body)), '409 two_factor_not_enabled')
  }
  t.match((await readStatus(app, user, token)).body, { enabled: false, backup_codes_remaining: 0 })
})

t.test('status tells what is on, what policy demands, whom to prompt and how many codes are left', async (t) => {
  const cases = [
    { roles: ['customer'], required: false, show_prompts: false },
    { roles: ['customer_service_agent_1'], required: false, show_prompts: true },
    { roles: ['admin'], required: true, show_prompts: true },
    { roles: ['admin', 'customer'], required: true, show_prompts: true },
    { roles: [], required: false, show_prompts: true },
  ]
  for (const { roles, ...expected } of cases) {
    await demandSecondFactor(app, {})
    const user = await createUser(app, { roles })
    const { access_token: token } = await signIn(app, user)
    await demandSecondFactor(app, { roles: ['admin'] })
    const off = await readStatus(app, user, token)
    t.equal(off.headers.get('cache-control'), 'no-store')
    t.strictSame(off.body, { enabled: false, ...expected, backup_codes_remaining: 0 }, roles.join())

    await demandSecondFactor(app, {})
    const enrolment = await enrol(app, user)
    await demandSecondFactor(app, { roles: ['admin'] })
    for (const remaining of [8, 7, 6]) {
      const { body } = await readStatus(app, user, enrolment.token)
      t.strictSame(body, { enabled: true, ...expected, backup_codes_remaining: remaining }, roles.join())
      await signInWithCode(app, user, enrolment.backupCodes[remaining - 1] ?? '')
    }
  }
  await demandSecondFactor(app, {})
})

t.test('both calls are for the own user id and a signed-in caller', async (t) => {
  const [user, other] = [await createUser(app), await createUser(app)]
  const { token, backupCodes } = await enrol(app, user)
  const stranger = await tokenAfterPassword(app, other)
  const step = (await login(app, user)).body.step_token
  for (const call of [regenerate, readStatus]) {
    t.equal(gist(await call(app, user, stranger)), '403 forbidden', call.name)
    t.equal(gist(await call(app, { ...user, id: 999_999 }, stranger)), '403 forbidden', call.name)
    t.equal(gist(await call(app, user, step)), '401 access_token_invalid', call.name)
  }
  t.equal(gist(await signInWithCode(app, user, backupCodes[0] ?? '')), '200 authenticated')

  const path = `/2fa/backup-codes/regenerate/user/${user.id}`
  for (const body of [
    { password: 1 },
    { password: null },
    { password: 'a'.repeat(1025) },
    { extra: 1 },
    [],
    'text',
    1,
  ]) {
    t.equal(gist(await app.call('POST', path, { token, body })), '400 validation_failed', JSON.stringify(body))
  }
  t.equal((await readStatus(app, user, token)).body.backup_codes_remaining, 7)
})
