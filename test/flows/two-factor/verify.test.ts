import { decodeJwt } from 'jose'
import t from 'tap'
import { startTestApp } from '../../support/app.ts'
import {
  changePassword,
  disable,
  refresh,
  signInWithCode,
  tokenAfterPassword,
  verify,
  verifySetup,
} from '../../support/two-factor.ts'
import { createUser, deactivate, enrol, eventsAbout, gist, login, signIn } from '../../support/users.ts'

const app = await startTestApp(t)

async function enrolledUser() {
  const user = await createUser(app)
  const enrolment = await enrol(app, user)
  app.clock.advance(90)
  const { authenticator } = enrolment
  return {
    ...enrolment,
    user,
    code: () => authenticator.code(app.clock.now()),
    wrong: () => authenticator.wrongCode(app.clock.now()),
  }
}

t.test('the password of an enrolled user opens the second step, the code the session', async (t) => {
  const { user, code } = await enrolledUser()
  const first = await login(app, user)
  t.strictSame(
    { ...first.body, step_token: '' },
    {
      status: 'two_factor_required',
      user_id: user.id,
      step_token: '',
      expires_in: 600,
      methods: ['totp', 'backup_code'],
    },
  )
  t.equal(first.cookie, undefined)
  const done = await verify(app, user, first.body.step_token, code())
  t.equal(gist(done), '200 authenticated')
  t.match(done.body.user, { id: user.id, two_factor_enabled: true, login_count: 2 })
  t.equal(done.headers.get('cache-control'), 'no-store')
})

t.test('the tokens tell both factors, and when the password was given', async (t) => {
  const { user, code, backupCodes } = await enrolledUser()
  for (const present of [code, () => backupCodes[0] ?? '']) {
    const passwordAt = app.clock.now().getTime() / 1000
    const step = await tokenAfterPassword(app, user)
    app.clock.advance(120)
    const { body } = await verify(app, user, step, present())
    const claims = decodeJwt(body.access_token)
    t.strictSame(claims['amr'], ['pwd', 'otp', 'mfa'])
    t.equal(claims['auth_time'], passwordAt)
    t.equal(claims.iat, passwordAt + 120)

    app.clock.advance(60)
    const refreshed = decodeJwt((await refresh(app, body.refresh_token)).body.access_token)
    t.strictSame([refreshed['amr'], refreshed['auth_time']], [['pwd', 'otp', 'mfa'], passwordAt])
  }
})

t.test('remember_me and token_delivery are carried from login through the second step', async (t) => {
  const { user, code } = await enrolledUser()
  const step = await tokenAfterPassword(app, user, { remember_me: true, token_delivery: 'cookie' })
  const remembered = await verify(app, user, step, code())
  t.equal(remembered.body.refresh_expires_in, 30 * 86_400)
  t.notOk('refresh_token' in remembered.body)
  t.match(remembered.cookie?.value, /^ort_/)

  app.clock.advance(30)
  const plain = await verify(app, user, await tokenAfterPassword(app, user, { token_delivery: 'body' }), code())
  t.equal(plain.body.refresh_expires_in, 3600)
  t.match(plain.body.refresh_token, /^ort_/)
  t.equal(plain.cookie, undefined)
})

t.test('wrong codes count down from 4; the fifth kills the step, not the account', async (t) => {
  const { user, code, wrong } = await enrolledUser()
  const step = await tokenAfterPassword(app, user)
  for (const left of [4, 3, 2, 1, 0]) {
    const answer = await verify(app, user, step, wrong())
    t.equal(gist(answer), '401 invalid_code')
    t.equal(answer.body.attempts_left, left)
  }
  t.equal(gist(await verify(app, user, step, code())), '401 step_token_invalid')
  t.equal(gist(await signInWithCode(app, user, code())), '200 authenticated', 'start again at login')
  t.equal((await eventsAbout(app, user.id)).filter((type) => type === 'second_factor!').length, 5)
})

t.test('whatever is no code is a wrong code', async (t) => {
  const { user, code, backupCodes } = await enrolledUser()
  const bad = ['12345', '1234567', 'abcdef', 'zzzzzzzz', `${backupCodes[0]}0`, '１２３４５６', '\u0000', "' or 1=1 --"]
  for (const wrong of bad) {
    const step = await tokenAfterPassword(app, user)
    t.equal(gist(await verify(app, user, step, wrong)), '401 invalid_code', wrong)
    // A right one in between keeps the waits away.
    app.clock.advance(30)
    t.equal(gist(await verify(app, user, step, code())), '200 authenticated')
  }
})

t.test('malformed calls are told the field and cost no try', async (t) => {
  const { user, code, wrong } = await enrolledUser()
  const token = await tokenAfterPassword(app, user)
  const path = `/2fa/verify/user/${user.id}`
  for (const body of [
    {},
    { code: 123456 },
    { code: null },
    { code: '' },
    { code: '1'.repeat(65) },
    { code: '1', x: 1 },
  ]) {
    t.equal(gist(await app.call('POST', path, { token, body })), '400 validation_failed')
  }
  for (const id of ['0', '-1', 'me', '9007199254740992']) {
    const answer = await app.call('POST', `/2fa/verify/user/${id}`, { token, body: { code: code() } })
    t.equal(gist(answer), '400 validation_failed', id)
  }
  t.equal((await verify(app, user, token, wrong())).body.attempts_left, 4)
})

t.test('the step opens for its own user only, and a stranger’s try costs nothing', async (t) => {
  const [mine, theirs] = [await enrolledUser(), await enrolledUser()]
  const step = await tokenAfterPassword(app, mine.user)
  t.equal(gist(await verify(app, theirs.user, step, theirs.code())), '403 forbidden')
  t.equal(gist(await verify(app, { ...mine.user, id: 999_999 }, step, mine.code())), '403 forbidden')
  t.equal(gist(await verify(app, mine.user, step, theirs.code())), '401 invalid_code')
  t.equal(gist(await verify(app, mine.user, step, mine.code())), '200 authenticated')
  t.equal(gist(await signInWithCode(app, theirs.user, theirs.code())), '200 authenticated')
})

t.test('a code alone never yields tokens', async (t) => {
  const { user, code, token } = await enrolledUser()
  const step = await tokenAfterPassword(app, user)
  const fakes = [undefined, '', token, 'ost_', step.slice(0, -1), step.replace('ost_', 'ort_'), `${step}A`]
  for (const fake of fakes) t.equal(gist(await verify(app, user, fake, code())), '401 step_token_invalid', String(fake))
  t.equal(gist(await verifySetup(app, user, step, code())), '401 step_token_invalid', 'another step')
  t.equal(gist(await changePassword(app, step, 'any new passphrase')), '401 step_token_invalid', 'another step')
  t.equal(gist(await verify(app, user, step, code())), '200 authenticated')
})

t.test('a step token opens its step once', async (t) => {
  const { user, code } = await enrolledUser()
  const step = await tokenAfterPassword(app, user)
  t.equal(gist(await verify(app, user, step, code())), '200 authenticated')
  app.clock.advance(30)
  t.equal(gist(await verify(app, user, step, code())), '401 step_token_invalid')
})

t.test('a step lives ten minutes', async (t) => {
  const { user, code } = await enrolledUser()
  for (const [seconds, expected] of [
    [599, '200 authenticated'],
    [600, '401 step_token_invalid'],
    [86_400, '401 step_token_invalid'],
  ] as const) {
    const step = await tokenAfterPassword(app, user)
    app.clock.advance(seconds)
    t.equal(gist(await verify(app, user, step, code())), expected, `after ${seconds} s`)
  }
})

t.test('a step dies with any change of the credentials', async (t) => {
  const changes = {
    'a password change': async ({ user, code }: Awaited<ReturnType<typeof enrolledUser>>) => {
      const session = (await signInWithCode(app, user, code())).body.access_token
      await changePassword(app, session, 'any new passphrase', { current_password: user.password })
    },
    'two-factor switched off': async ({ user, token, code }: Awaited<ReturnType<typeof enrolledUser>>) => {
      t.equal((await disable(app, user, token, code())).status, 200)
    },
    deactivation: ({ user }: Awaited<ReturnType<typeof enrolledUser>>) => deactivate(app, user.id),
  }
  for (const [name, change] of Object.entries(changes)) {
    const enrolled = await enrolledUser()
    const step = await tokenAfterPassword(app, enrolled.user)
    await change(enrolled)
    app.clock.advance(30)
    t.equal(gist(await verify(app, enrolled.user, step, enrolled.code())), '401 step_token_invalid', name)
    t.equal(gist(await verify(app, enrolled.user, step, enrolled.backupCodes[0] ?? '')), '401 step_token_invalid', name)
  }
})

t.test('a backup code opens once, however it is typed', async (t) => {
  const { user, backupCodes } = await enrolledUser()
  const spellings: ((code: string) => string)[] = [
    (code) => code,
    (code) => code.toUpperCase(),
    (code) => `${code.slice(0, 4)}-${code.slice(4)}`,
    (code) => ` ${code.slice(0, 4)} ${code.slice(4).toUpperCase()} `,
    (code) => [...code].join(' '),
    (code) => `${code}\n`,
  ]
  for (const [n, spell] of spellings.entries()) {
    const code = backupCodes[n] ?? ''
    t.equal(gist(await signInWithCode(app, user, spell(code))), '200 authenticated', spell(code))
    t.equal(gist(await signInWithCode(app, user, code)), '401 invalid_code')
    t.equal(gist(await signInWithCode(app, user, spell(code))), '401 invalid_code')
  }
  t.equal(gist(await signInWithCode(app, user, backupCodes[7] ?? '')), '200 authenticated', 'the others still open')
})

t.test('one user’s backup codes open nothing for another', async (t) => {
  const [mine, theirs] = [await enrolledUser(), await enrolledUser()]
  for (const code of theirs.backupCodes.slice(0, 5)) {
    t.equal(gist(await signInWithCode(app, mine.user, code)), '401 invalid_code')
  }
  t.equal(gist(await signInWithCode(app, theirs.user, theirs.backupCodes[0] ?? '')), '200 authenticated')
})

t.test('a sign-in counts only when it has reached its end', async (t) => {
  const { user, wrong, code } = await enrolledUser()
  const signIns = async () => {
    const row = await app.db.selectFrom('users').selectAll().where('id', '=', user.id).executeTakeFirstOrThrow()
    return [row.login_count, row.last_login_at?.toISOString()]
  }
  const before = await signIns()
  const step = await tokenAfterPassword(app, user)
  await verify(app, user, step, wrong())
  t.strictSame(await signIns(), before)
  await verify(app, user, step, code())
  t.strictSame(await signIns(), [2, app.clock.now().toISOString()])
})

t.test('an enrolled user is asked at every sign-in, whatever the role', async (t) => {
  for (const roles of [['customer'], ['admin'], ['customer', 'customer_service_agent_1'], []]) {
    const user = await createUser(app, { roles })
    const { authenticator } = await enrol(app, user)
    for (let n = 0; n < 2; n++) {
      t.equal(gist(await login(app, user, { remember_me: true })), '200 two_factor_required')
      t.equal((await signIn(app, user, authenticator)).status, 'authenticated')
    }
  }
})
