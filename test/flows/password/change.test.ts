import { decodeJwt } from 'jose'
import t from 'tap'
import { startTestApp } from '../../support/app.ts'
import {
  changePassword,
  disable,
  enable,
  me,
  refresh,
  regenerate,
  tokenAfterPassword,
  verify,
} from '../../support/two-factor.ts'
import {
  createUser,
  demandSecondFactor,
  enrol,
  eventsAbout,
  gist,
  login,
  NEW_PASSWORD,
  race,
  signIn,
  type TestUser,
} from '../../support/users.ts'

const app = await startTestApp(t)

const temporaryUser = () => createUser(app, { state: 'temporary' })
/** The change of a signed-in user. */
const change = (user: TestUser, token: string, newPassword: string, more: object = {}) =>
  changePassword(app, token, newPassword, { current_password: user.password, ...more })

/** Passwords that are refused, for a user called Jane Doe. */
const REFUSED = [
  ['password_mismatch', NEW_PASSWORD, { confirm_password: `${NEW_PASSWORD} ` }],
  ['password_mismatch', NEW_PASSWORD, { confirm_password: '' }],
  ['password_too_short', '', {}],
  ['password_too_short', 'xK7!pQ2', {}],
  ['password_too_short', '🦆'.repeat(7), {}],
  ['password_too_long', 'plum '.repeat(26), {}],
  ['password_too_long', '🦆'.repeat(129), {}],
  ['password_breached', 'password1', {}],
  ['password_breached', 'PassWord1', {}],
  ['password_personal', 'jane-doe-1', {}],
] as const

t.test('each password that is refused is refused for its reason, at both calls, and changes nothing', async (t) => {
  const atStep = await temporaryUser()
  const signedIn = await createUser(app)
  const step = await tokenAfterPassword(app, atStep)
  const session = await tokenAfterPassword(app, signedIn)
  for (const [code, password, more] of REFUSED) {
    t.equal(gist(await changePassword(app, step, password, more)), `400 ${code}`, `at a step: ${password}`)
    t.equal(gist(await change(signedIn, session, password, more)), `400 ${code}`, `signed in: ${password}`)
  }
  for (const user of [atStep, signedIn]) {
    const token = user === atStep ? step : session
    const own = user === atStep ? {} : { current_password: user.password }
    t.equal(gist(await changePassword(app, token, user.email, own)), '400 password_personal')
    t.equal(gist(await changePassword(app, token, user.password, own)), '400 password_unchanged')
    t.notOk((await eventsAbout(app, user.id)).includes('password_changed'))
  }
  t.equal(gist(await login(app, signedIn)), '200 authenticated', 'the old password still holds')
  t.equal(gist(await changePassword(app, step, NEW_PASSWORD)), '200 authenticated', 'the step is still usable')
  t.equal((await change(signedIn, session, NEW_PASSWORD)).status, 200)
})

t.test('malformed calls are told the field, at both calls', async (t) => {
  const [atStep, signedIn] = [await temporaryUser(), await createUser(app)]
  const callers = [await tokenAfterPassword(app, atStep), await tokenAfterPassword(app, signedIn)]
  const good = { new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD }
  const tooLong = 'a'.repeat(1025)
  const cases = [
    ['/new_password', { confirm_password: NEW_PASSWORD }],
    ['/confirm_password', { new_password: NEW_PASSWORD }],
    ['/new_password', { ...good, new_password: 12345678 }],
    ['/new_password', { ...good, new_password: null }],
    ['/new_password', { ...good, new_password: tooLong }],
    ['/confirm_password', { ...good, confirm_password: [NEW_PASSWORD] }],
    ['/current_password', { ...good, current_password: tooLong }],
    ['/current_password', { ...good, current_password: 1 }],
    ['/email', { ...good, email: 'jane@example.com' }],
  ] as const
  for (const token of callers) {
    for (const [path, body] of cases) {
      const answer = await app.call('POST', '/auth/password/change', { token, body })
      t.equal(gist(answer), '400 validation_failed', path)
      t.ok(
        answer.body.errors.some((error: { path: string }) => error.path === path),
        path,
      )
    }
  }
  t.equal(gist(await changePassword(app, callers[0], NEW_PASSWORD)), '200 authenticated')
})

t.test('current_password goes with an access token, and only with one', async (t) => {
  const [atStep, signedIn] = [await temporaryUser(), await createUser(app)]
  const step = await tokenAfterPassword(app, atStep)
  const session = await tokenAfterPassword(app, signedIn)
  for (const answer of [await changePassword(app, session, NEW_PASSWORD), await change(atStep, step, NEW_PASSWORD)]) {
    t.equal(gist(answer), '400 validation_failed')
    t.equal(answer.body.errors[0].path, '/current_password')
  }
  t.equal(gist(await login(app, signedIn)), '200 authenticated')
  t.equal(gist(await changePassword(app, step, NEW_PASSWORD)), '200 authenticated', 'the step is still usable')
})

t.test('without a good token nothing is changed', async (t) => {
  const user = await createUser(app)
  const { access_token, refresh_token } = await signIn(app, user)
  for (const [token, expected] of [
    [undefined, '401 access_token_missing'],
    [`${access_token}x`, '401 access_token_invalid'],
    [refresh_token, '401 access_token_invalid'],
    ['ost_', '401 step_token_invalid'],
    [refresh_token.replace('ort_', 'ost_'), '401 step_token_invalid'],
  ] as const) {
    const answer = await changePassword(app, token, NEW_PASSWORD, { current_password: user.password })
    t.equal(gist(answer), expected)
  }
  app.clock.advance(900)
  t.equal(gist(await change(user, access_token, NEW_PASSWORD)), '401 access_token_expired')
  t.equal(gist(await login(app, user)), '200 authenticated')
})

t.test('the forced change finishes the sign-in, and the temporary password and the step are dead', async (t) => {
  const user = await temporaryUser()
  const passwordAt = app.clock.now().getTime() / 1000
  const first = await login(app, user, { remember_me: true, token_delivery: 'cookie' })
  t.strictSame(
    { ...first.body, step_token: '' },
    { status: 'password_change_required', user_id: user.id, step_token: '', expires_in: 600 },
  )
  const secondStep = await tokenAfterPassword(app, user)
  app.clock.advance(60)
  const done = await changePassword(app, first.body.step_token, NEW_PASSWORD)
  t.equal(gist(done), '200 authenticated')
  t.equal(done.headers.get('cache-control'), 'no-store')
  t.match(done.body.user, { login_count: 1, last_login_at: app.clock.now().toISOString() })
  t.equal(done.body.refresh_expires_in, 30 * 86_400, 'remember_me is carried')
  t.notOk('refresh_token' in done.body)
  t.match(done.cookie?.value, /^ort_/)
  const claims = decodeJwt(done.body.access_token)
  t.strictSame([claims['amr'], claims['auth_time']], [['pwd'], passwordAt])

  for (const dead of [first.body.step_token, secondStep]) {
    t.equal(gist(await changePassword(app, dead, 'yet another phrase')), '401 step_token_invalid')
  }
  t.equal(gist(await login(app, user)), '401 invalid_credentials')
  t.equal(gist(await login(app, { ...user, password: NEW_PASSWORD })), '200 authenticated')
  t.equal((await eventsAbout(app, user.id)).filter((type) => type === 'password_changed').length, 1)
})

t.test('the forced change ends every session that stood', async (t) => {
  const user = await createUser(app)
  const before = await signIn(app, user)
  await app.db.updateTable('users').set({ password_state: 'temporary' }).where('id', '=', user.id).execute()
  const done = await changePassword(app, await tokenAfterPassword(app, user), NEW_PASSWORD)
  t.equal(gist(done), '200 authenticated')
  t.equal(gist(await me(app, before.access_token)), '401 session_ended')
  t.equal(gist(await refresh(app, before.refresh_token)), '401 invalid_refresh_token')
})

t.test(
  'the step of the forced change lives ten minutes, and so does the temporary password from its first use',
  async (t) => {
    for (const [seconds, stepExpected, loginExpected] of [
      [599, '200 authenticated', '200 password_change_required'],
      [600, '401 step_token_invalid', '401 invalid_credentials'],
    ] as const) {
      const user = await temporaryUser()
      const step = await tokenAfterPassword(app, user)
      app.clock.advance(seconds)
      t.equal(gist(await login(app, user)), loginExpected, `sign-in after ${seconds} s`)
      t.equal(gist(await changePassword(app, step, NEW_PASSWORD)), stepExpected, `the step after ${seconds} s`)
    }
    for (const [seconds, expected] of [
      [72 * 3600 - 1, '200 password_change_required'],
      [72 * 3600, '401 invalid_credentials'],
    ] as const) {
      const user = await temporaryUser()
      app.clock.advance(seconds)
      t.equal(gist(await login(app, user)), expected, `unused for ${seconds} s`)
    }
  },
)

t.test('the voluntary change ends all other sessions and step tokens; this session goes on', async (t) => {
  const user = await createUser(app)
  const { authenticator, token: enrolling } = await enrol(app, user)
  const mine = await signIn(app, user, authenticator)
  const theirs = await signIn(app, user, authenticator)
  const step = await tokenAfterPassword(app, user)
  const done = await change(user, mine.access_token, NEW_PASSWORD)
  t.equal(done.status, 200)
  t.strictSame(Object.keys(done.body), ['message'])
  t.equal(done.cookie, undefined)

  for (const ended of [theirs.access_token, enrolling]) t.equal(gist(await me(app, ended)), '401 session_ended')
  t.equal(gist(await refresh(app, theirs.refresh_token)), '401 invalid_refresh_token')
  app.clock.advance(30)
  const code = authenticator.code(app.clock.now())
  t.equal(gist(await verify(app, user, step, code)), '401 step_token_invalid')
  t.equal((await me(app, mine.access_token)).status, 200)
  t.equal(gist(await refresh(app, mine.refresh_token)), '200 authenticated')
  t.equal(gist(await login(app, user)), '401 invalid_credentials')
  t.equal(gist(await login(app, { ...user, password: NEW_PASSWORD })), '200 two_factor_required', '2FA stays on')
})

t.test('a wrong current password is refused first, counted, and slowed after five', async (t) => {
  const user = await createUser(app)
  const token = await tokenAfterPassword(app, user)
  const wrong = { current_password: 'wrong' }
  t.equal(gist(await change(user, token, 'short', wrong)), '403 wrong_password')
  for (let n = 0; n < 4; n++) t.equal(gist(await change(user, token, NEW_PASSWORD, wrong)), '403 wrong_password')
  for (const wait of [5, 10, 20, 40]) {
    t.equal(gist(await change(user, token, NEW_PASSWORD, wrong)), '403 wrong_password', 'heard')
    const held = await change(user, token, NEW_PASSWORD)
    t.equal(gist(held), '429 too_many_attempts', 'the right one waits too')
    t.equal(held.headers.get('retry-after'), String(wait))
    app.clock.advance(wait)
  }
  t.equal(gist(await login(app, user)), '200 authenticated', 'nothing has changed, and sign-in is not held up')
  t.equal((await change(user, token, NEW_PASSWORD)).status, 200)
  t.equal((await eventsAbout(app, user.id)).filter((type) => type === 'password_check!').length, 9)
})

t.test('wrong current passwords are counted over all calls that take one', async (t) => {
  const user = await createUser(app)
  const { token } = await enrol(app, user)
  for (const attempt of [
    () => change(user, token, NEW_PASSWORD, { current_password: 'wrong' }),
    () => enable(app, user, token, 'wrong'),
    () => disable(app, user, token, '123456', 'wrong'),
    () => regenerate(app, user, token, { password: 'wrong' }),
    () => change(user, token, NEW_PASSWORD, { current_password: '' }),
    () => enable(app, user, token, user.password.toLowerCase()),
  ]) {
    t.equal(gist(await attempt()), '403 wrong_password')
  }
  t.equal(gist(await change(user, token, NEW_PASSWORD)), '429 too_many_attempts')
  t.equal(gist(await disable(app, user, token, '123456')), '429 too_many_attempts')
  t.equal(gist(await regenerate(app, user, token, { password: user.password })), '429 too_many_attempts')
})

t.test('a password is the same in any Unicode form, and characters are counted as people do', async (t) => {
  const nfc = 'pâté-à-la-crème 🦆'.normalize('NFC')
  const nfd = nfc.normalize('NFD')
  t.not(nfc, nfd)
  const forms = [nfc, nfd]
  for (const chosen of forms) {
    const user = await temporaryUser()
    const step = await tokenAfterPassword(app, user)
    const other = forms.find((form) => form !== chosen) ?? ''
    t.equal(gist(await changePassword(app, step, chosen, { confirm_password: other })), '200 authenticated')
    for (const password of forms) t.equal(gist(await login(app, { ...user, password })), '200 authenticated')
    const session = await tokenAfterPassword(app, { ...user, password: other })
    const again = await changePassword(app, session, other, { current_password: chosen })
    t.equal(gist(again), '400 password_unchanged')
    t.equal((await changePassword(app, session, NEW_PASSWORD, { current_password: other })).status, 200)
  }
  for (const password of ['🦆'.repeat(8), 'e\u0301'.repeat(128), '👨‍👩‍👧‍👦ab']) {
    const user = await temporaryUser()
    const done = await changePassword(app, await tokenAfterPassword(app, user), password)
    t.equal(gist(done), '200 authenticated', `${[...password].length} code points`)
    t.equal(gist(await login(app, { ...user, password })), '200 authenticated')
  }
})

t.test('twenty forced changes with one step token: one wins, and its password alone opens', async (t) => {
  const user = await temporaryUser()
  const step = await tokenAfterPassword(app, user)
  const passwords = Array.from({ length: 20 }, (_, n) => `${NEW_PASSWORD}-${n}`)
  const { answers, tally } = await race(20, (n) => changePassword(app, step, passwords[n] ?? ''))
  t.strictSame(tally, { '200 authenticated': 1, '401 step_token_invalid': 19 })
  const sessions = await app.db.selectFrom('sessions').selectAll().where('user_id', '=', user.id).execute()
  t.equal(sessions.length, 1)
  const winner = answers.findIndex((answer) => answer.status === 200)
  t.equal(gist(await login(app, { ...user, password: passwords[winner] ?? '' })), '200 authenticated')
  t.equal(gist(await login(app, { ...user, password: passwords[(winner + 1) % 20] ?? '' })), '401 invalid_credentials')
})

t.test('twenty voluntary changes at once: one wins, the session stands', async (t) => {
  const user = await createUser(app)
  const token = await tokenAfterPassword(app, user)
  const passwords = Array.from({ length: 20 }, (_, n) => `${NEW_PASSWORD}-${n}`)
  const { answers } = await race(20, (n) => change(user, token, passwords[n] ?? ''))
  const won = answers.filter((answer) => answer.status === 200)
  t.equal(won.length, 1)
  for (const answer of answers) t.match(gist(answer), /^(200|403 wrong_password|429 too_many_attempts)$/)
  const winner = answers.findIndex((answer) => answer.status === 200)
  t.equal(gist(await login(app, { ...user, password: passwords[winner] ?? '' })), '200 authenticated')
  t.equal((await me(app, token)).status, 200)
  t.equal((await eventsAbout(app, user.id)).filter((type) => type === 'password_changed').length, 1)
})

t.test('a change of password that races itself through sessions leaves one of them', async (t) => {
  const user = await createUser(app)
  const tokens = await Promise.all(Array.from({ length: 10 }, () => tokenAfterPassword(app, user)))
  const { answers } = await race(10, (n) => change(user, tokens[n] ?? '', `${NEW_PASSWORD}-${n}`))
  t.equal(answers.filter((answer) => answer.status === 200).length, 1)
  const winner = answers.findIndex((answer) => answer.status === 200)
  for (const [n, token] of tokens.entries()) {
    t.equal(gist(await me(app, token)), n === winner ? '200' : '401 session_ended')
  }
})

t.test('where policy demands enrolment, the forced change leads there and not past it', async (t) => {
  const user = await temporaryUser()
  await demandSecondFactor(app, { all: true })
  const done = await changePassword(app, await tokenAfterPassword(app, user), NEW_PASSWORD)
  t.equal(gist(done), '200 two_factor_setup_required')
  t.equal(done.body.expires_in, 1800)
  t.equal(done.cookie, undefined)
  await demandSecondFactor(app, {})
})
