/** A stranger's failures hold up strangers; a browser that has signed in before is judged by its own. */
import t from 'tap'
import { adminOf, lastEvent, usersAs } from '../../support/admin.ts'
import { startTestApp } from '../../support/app.ts'
import type { Answer } from '../../support/client.ts'
import { deviceCookie, deviceCookieLine, loginWith } from '../../support/devices.ts'
import { Mailbox, mailedResetToken } from '../../support/mail.ts'
import { meanwhile } from '../../support/meanwhile.ts'
import { changePassword, tokenAfterPassword, verify } from '../../support/two-factor.ts'
import { createUser, enrol, gist, login, NEW_PASSWORD, race, type TestUser } from '../../support/users.ts'

const mailbox = new Mailbox()
const app = await startTestApp(t, { mailer: mailbox, env: { TRUST_PROXY: '1' } })
const WRONG = 'not-the-password'
const BROWSER = { 'x-forwarded-for': '203.0.113.7', 'user-agent': 'Mozilla/5.0 (a browser)' }

/** A sign-in of the owner from a browser without a cookie. */
const loginFresh = ({ email, password }: TestUser, headers: Record<string, string> = BROWSER) =>
  app.call('POST', '/auth/login', { body: { email, password }, headers })

/** So many wrong tries on the account from fifty addresses, as fast as they are heard or not. */
async function attack({ email }: TestUser, times: number): Promise<Answer[]> {
  const { answers } = await race(times, (n) =>
    app.call('POST', '/auth/login', {
      body: { email, password: WRONG },
      headers: { 'x-forwarded-for': `198.51.100.${n % 50}` },
    }),
  )
  return answers
}

const devicesOf = ({ id }: TestUser) =>
  app.db.selectFrom('known_devices').selectAll().where('user_id', '=', id).orderBy('created_at').execute()

t.test('the cookie is out of reach of scripts and other sites, and holds one token an account', async (t) => {
  const user = await createUser(app)
  const line = deviceCookieLine((await login(app, user)).headers)
  t.match(line, /^omnicrm_device=odv_[\w-]{83}; Max-Age=15552000; Path=\/auth; HttpOnly; SameSite=Strict$/)
  for (const env of [{ ISSUER: 'https://crm.example.com/crm', BASE_PATH: '/crm' }]) {
    const secure = await startTestApp(t, { database: app.database, env })
    const answer = await secure.call('POST', '/crm/auth/login', {
      body: { email: user.email, password: user.password },
    })
    t.match(deviceCookieLine(answer.headers), /; Path=\/crm\/auth; HttpOnly; Secure; SameSite=Strict$/)
  }
  t.equal(deviceCookie(await login(app, { ...user, password: WRONG })), '', 'not for a wrong password')
  t.equal(deviceCookie(await login(app, user, { token_delivery: 'body' })), '', 'not for clients without cookies')
})

t.test('the last administrator under attack: two hundred wrong tries from fifty addresses', async (t) => {
  const app2 = await startTestApp(t, {
    database: app.database,
    clock: app.clock,
    mailer: mailbox,
    env: { TRUST_PROXY: '1' },
  })
  const owner = await createUser(app, { roles: ['admin'] })
  const cookie = deviceCookie(await loginFresh(owner))
  const tally = new Set((await attack(owner, 100)).concat(await attack(owner, 100)).map(gist))
  t.strictSame(tally, new Set(['401 invalid_credentials', '429 too_many_attempts']))

  t.equal(gist(await loginWith(app, cookie, owner, BROWSER)), '200 authenticated', 'the known browser, at once')
  t.equal(gist(await loginWith(app2, cookie, owner, BROWSER)), '200 authenticated', 'on every replica')
  const sameSource = { 'x-forwarded-for': '198.51.100.1' }
  t.equal(
    gist(await loginWith(app, cookie, owner, sameSource)),
    '200 authenticated',
    "also behind the attacker's address",
  )
  t.equal(gist(await loginFresh(owner)), '429 too_many_attempts', 'a strange browser waits')

  // Without a cookie: by the mailed link, though the attack goes on.
  const token = await mailedResetToken(app, mailbox, owner)
  const body = { token, new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD }
  const reset = await app.call('POST', '/auth/password/reset', { body, headers: BROWSER })
  t.equal(reset.status, 200)
  await attack(owner, 50)
  const changed = { ...owner, password: NEW_PASSWORD }
  t.equal(gist(await loginFresh(changed)), '429 too_many_attempts')
  t.equal(gist(await loginWith(app, deviceCookie(reset), changed, BROWSER)), '200 authenticated')
  t.equal(
    gist(await loginWith(app, cookie, changed, BROWSER)),
    '429 too_many_attempts',
    'older browsers are strangers now',
  )

  // By another administrator; `cli users unlock` is the same act.
  const administration = usersAs(app, await adminOf(app))
  t.equal((await administration.unlock(owner.id)).status, 200)
  t.equal(gist(await loginFresh(changed)), '200 authenticated')
})

t.test('a device has a count of its own: it waits, and is a stranger after ten failures in a row', async (t) => {
  const user = await createUser(app)
  const cookie = deviceCookie(await loginFresh(user))
  const fail = () => loginWith(app, cookie, { ...user, password: WRONG }, BROWSER)
  for (let n = 0; n < 6; n++) t.equal(gist(await fail()), '401 invalid_credentials')
  const early = await loginWith(app, cookie, user, BROWSER)
  t.equal(gist(early), '429 too_many_attempts')
  t.equal(early.headers.get('retry-after'), '2')
  t.equal(gist(await loginFresh(user)), '200 authenticated', 'others are not held up by it')

  for (const wait of [2, 4, 8, 16]) {
    app.clock.advance(wait)
    t.equal(gist(await fail()), '401 invalid_credentials')
  }
  t.match(await lastEvent(app, 'device_forgotten', user.id), { outcome: 'failure', details: { kind: 'signInDevice' } })
  t.strictSame(await devicesOf(user), [])
  for (let n = 0; n < 6; n++) t.equal(gist(await fail()), '401 invalid_credentials', 'counted as a stranger')
  t.equal(gist(await loginFresh(user)), '429 too_many_attempts', 'with all strangers')
})

t.test('ten failures at once of a device are no more than ten', async (t) => {
  const user = await createUser(app)
  const cookie = deviceCookie(await loginFresh(user))
  const { tally } = await race(40, () => loginWith(app, cookie, { ...user, password: WRONG }, BROWSER))
  t.strictSame(tally, { '401 invalid_credentials': 6, '429 too_many_attempts': 34 })
})

t.test('a success of the device ends its own row of failures and leaves that of strangers', async (t) => {
  const user = await createUser(app)
  const cookie = deviceCookie(await loginFresh(user))
  for (let round = 0; round < 3; round++) {
    for (let n = 0; n < 5; n++) await loginWith(app, cookie, { ...user, password: WRONG }, BROWSER)
    t.equal(gist(await loginWith(app, cookie, user, BROWSER)), '200 authenticated')
  }
  await attack(user, 10)
  t.equal(gist(await loginWith(app, cookie, user, BROWSER)), '200 authenticated')
  t.equal(gist(await loginFresh(user)), '429 too_many_attempts')
})

t.test(
  'a cookie is worth something for its own accounts only, and nothing before its sign-in is finished',
  async (t) => {
    const [one, other] = [await createUser(app), await createUser(app)]
    const first = deviceCookie(await loginFresh(one))
    const both = deviceCookie(await loginWith(app, first, other, BROWSER))
    t.equal(both.split('.').length, 2)
    t.equal(both.split('.')[1], first)
    for (const user of [one, other]) {
      await attack(user, 10)
      t.equal(gist(await loginWith(app, both, user, BROWSER)), '200 authenticated', 'each of its accounts')
    }
    t.equal(gist(await loginWith(app, first, other, BROWSER)), '429 too_many_attempts', 'the token of another account')

    const enrolled = await createUser(app)
    const { authenticator } = await enrol(app, enrolled)
    app.clock.advance(90)
    const headers = { ...BROWSER, 'user-agent': 'another' }
    const halfway = await loginFresh(enrolled, headers)
    t.equal(halfway.body.status, 'two_factor_required')
    const cookie = deviceCookie(halfway)
    await attack(enrolled, 10)
    t.equal(gist(await loginWith(app, cookie, enrolled, headers)), '429 too_many_attempts', 'halfway is not in')
    const code = authenticator.code(app.clock.now())
    t.equal(gist(await verify(app, enrolled, halfway.body.step_token, code)), '200 authenticated')
    t.equal(gist(await loginWith(app, cookie, enrolled, headers)), '200 two_factor_required')

    const temporary = await createUser(app, { state: 'temporary' })
    const forced = await loginFresh(temporary)
    t.equal(gist(await changePassword(app, forced.body.step_token, NEW_PASSWORD)), '200 authenticated')
    await attack(temporary, 10)
    const changed = { ...temporary, password: NEW_PASSWORD }
    t.equal(gist(await loginWith(app, deviceCookie(forced), changed, BROWSER)), '200 authenticated')
  },
)

t.test('a cookie that is forged, cut, of another kind or from nowhere is no cookie', async (t) => {
  const user = await createUser(app)
  const answer = await loginFresh(user)
  const cookie = deviceCookie(answer)
  const step = await tokenAfterPassword(app, await createUser(app, { state: 'temporary' }))
  await attack(user, 10)
  const flipped = cookie.slice(0, -1) + (cookie.endsWith('A') ? 'B' : 'A')
  for (const bad of [
    '',
    'x',
    '.',
    '....',
    flipped,
    cookie.slice(4),
    step,
    answer.body.refresh_token,
    '%zz',
    `${cookie}x`,
  ])
    t.equal(gist(await loginWith(app, bad, user, BROWSER)), '429 too_many_attempts', bad.slice(0, 12))
  t.equal(gist(await loginWith(app, `x.${flipped}.${cookie}`, user, BROWSER)), '200 authenticated', 'among others')
  t.equal(gist(await loginWith(app, `x.x.x.x.x.${cookie}`, user, BROWSER)), '429 too_many_attempts', 'beyond the fifth')
})

t.test('one browser remembers five accounts, one account twenty devices', async (t) => {
  let cookie = ''
  const users = []
  for (let n = 0; n < 6; n++) {
    const user = await createUser(app)
    users.push(user)
    cookie = deviceCookie(await loginWith(app, cookie, user, BROWSER))
  }
  t.equal(cookie.split('.').length, 5)
  const [oldest, newest] = [users[0], users[5]] as [TestUser, TestUser]
  for (const user of [oldest, newest]) await attack(user, 10)
  t.equal(gist(await loginWith(app, cookie, newest, BROWSER)), '200 authenticated')
  t.equal(gist(await loginWith(app, cookie, oldest, BROWSER)), '429 too_many_attempts')

  const user = await createUser(app)
  for (let n = 0; n < 22; n++) {
    app.clock.advance(1)
    await loginFresh(user, { ...BROWSER, 'user-agent': `browser ${n}` })
  }
  const agents = (await devicesOf(user)).map((device) => device.user_agent)
  t.equal(agents.length, 20)
  t.notOk(agents.includes('browser 1'))
})

t.test('a device that is forgotten while its password is judged is a stranger, and becomes known anew', async (t) => {
  const user = await createUser(app)
  const cookie = deviceCookie(await loginWith(app, '', user, BROWSER))
  const [known] = await devicesOf(user)
  const start = () => [loginWith(app, cookie, user, BROWSER), loginWith(app, cookie, user, BROWSER)]
  const forget = `delete from known_devices where user_id = ${user.id}`
  const answers = await meanwhile(app, `users where id = ${user.id}`, start, [forget])
  t.strictSame(answers.map(gist), ['200 authenticated', '200 authenticated'])
  const [anew, ...more] = await devicesOf(user)
  t.strictSame(more, [])
  t.ok(anew && anew.id !== known?.id)
  t.not(deviceCookie(answers[0] as Answer), cookie)
})

t.test('the same program on the same network is one device, cookie or not', async (t) => {
  const user = await createUser(app)
  for (let n = 0; n < 3; n++) await loginFresh(user)
  for (const ip of ['2001:db8:5:5::1', '2001:db8:5:5::2']) await loginFresh(user, { ...BROWSER, 'x-forwarded-for': ip })
  t.equal((await devicesOf(user)).length, 2)
})

t.test("an administrator's reset leaves devices known, so that the owner is heard in an attack", async (t) => {
  const user = await createUser(app)
  const cookie = deviceCookie(await loginFresh(user))
  const administration = usersAs(app, await adminOf(app))
  const { temporary_password: password } = (await administration.resetPassword(user.id)).body
  await attack(user, 10)
  t.equal(gist(await loginWith(app, cookie, { ...user, password }, BROWSER)), '200 password_change_required')
})

t.test('parallel tries on one account cost no more hashes than are judged', async (t) => {
  const { hasher } = app.deps
  const verify = hasher.verify
  let hashes = 0
  hasher.verify = (...args) => {
    hashes += 1
    return verify(...args)
  }
  t.teardown(() => {
    hasher.verify = verify
  })
  for (const email of [(await createUser(app)).email, 'nobody-at-all@example.com']) {
    hashes = 0
    const tally = new Map<string, number>()
    for (const answer of await attack({ email, id: 0, password: '' }, 100))
      tally.set(gist(answer), (tally.get(gist(answer)) ?? 0) + 1)
    t.strictSame(Object.fromEntries(tally), { '401 invalid_credentials': 6, '429 too_many_attempts': 94 })
    t.ok(hashes <= 7, `${hashes} hashes`)
  }
})
