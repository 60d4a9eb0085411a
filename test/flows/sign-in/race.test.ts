/** Sign-in against whatever takes the account away meanwhile: no session survives that should not. */
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { startTestApp, type TestApp } from '../../support/app.ts'
import { meanwhile } from '../../support/meanwhile.ts'
import { createUser, deactivate, enrol, gist, login, NEW_PASSWORD, race, signIn } from '../../support/users.ts'

const TIMES = 10
/** As many tries of one account as are taken at a time. */
const AT_ONCE = 2

const sessionsOf = ({ db }: TestApp, userId: number) =>
  db.selectFrom('sessions').select('id').where('user_id', '=', userId).execute()

const rowOf = (userId: number) => `users where id = ${userId}`

const deactivation = (userId: number) => [
  `update users set active = false, credentials_version = credentials_version + 1 where id = ${userId}`,
  `delete from sessions where user_id = ${userId}`,
  `delete from steps where user_id = ${userId}`,
]

const app = await startTestApp(t)

t.test('a sign-in whose password was checked before a deactivation finds the account inactive', async (t) => {
  const user = await createUser(app)
  const start = () => Array.from({ length: AT_ONCE }, () => login(app, user))
  const answers = await meanwhile(app, rowOf(user.id), start, deactivation(user.id))
  t.strictSame(answers.map(gist), Array(AT_ONCE).fill('403 account_inactive'))
  t.strictSame(await sessionsOf(app, user.id), [])
})

t.test('a second factor that was let in before a deactivation opens nothing', async (t) => {
  const user = await createUser(app)
  const { authenticator } = await enrol(app, user)
  const { step_token: token } = (await login(app, user)).body
  app.clock.advance(30)
  const body = { code: authenticator.code(app.clock.now()) }
  const start = () => [app.call('POST', `/2fa/verify/user/${user.id}`, { token, body })]
  t.strictSame((await meanwhile(app, rowOf(user.id), start, deactivation(user.id))).map(gist), [
    '401 step_token_invalid',
  ])
  t.strictSame(await sessionsOf(app, user.id), [])
})

t.test('a sign-in whose old password was checked before its change is refused', async (t) => {
  const user = await createUser(app)
  const hash = await app.deps.hasher.hash(NEW_PASSWORD)
  const change = [
    `update users set password_hash = '${hash}', credentials_version = credentials_version + 1 where id = ${user.id}`,
  ]
  const start = () => Array.from({ length: AT_ONCE }, () => login(app, user))
  const answers = await meanwhile(app, rowOf(user.id), start, change)
  t.strictSame(answers.map(gist), Array(AT_ONCE).fill('401 invalid_credentials'))
  t.strictSame(await sessionsOf(app, user.id), [])
})

t.test('a sign-in that was let in before 2FA was switched on asks for the code', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  const enrolled = await createUser(app)
  await enrol(app, enrolled)
  const { totp_secret } = await app.db
    .selectFrom('users')
    .select('totp_secret')
    .where('id', '=', enrolled.id)
    .executeTakeFirstOrThrow()
  const enable = [
    `update users set totp_secret = '${totp_secret}', credentials_version = credentials_version + 1 where id = ${user.id}`,
  ]
  const answers = await meanwhile(app, rowOf(user.id), () => [login(app, user)], enable)
  t.strictSame(answers.map(gist), ['200 two_factor_required'])
})

t.test('however sign-ins and a deactivation interleave, no session is left', async (t) => {
  for (let round = 0; round < 5; round++) {
    const user = await createUser(app)
    const before = await signIn(app, user)
    const [{ answers }] = await Promise.all([
      race(TIMES, () => login(app, user)),
      sleep(round * 8).then(() => deactivate(app, user.id)),
    ])
    for (const answer of answers) t.match(gist(answer), /^(200 authenticated|403 account_inactive)$/)
    t.strictSame(await sessionsOf(app, user.id), [], `round ${round}`)
    for (const { refresh_token } of [before, ...answers.map((answer) => answer.body)]) {
      if (!refresh_token) continue
      const refreshed = await app.call('POST', '/auth/refresh', { body: { refresh_token } })
      t.equal(gist(refreshed), '401 invalid_refresh_token')
    }
  }
})

t.test('however sign-ins and a password change interleave, only the session that changed it is left', async (t) => {
  const app = await startTestApp(t)
  for (let round = 0; round < 5; round++) {
    const user = await createUser(app)
    const { access_token: token } = await signIn(app, user)
    const own = (await app.call('GET', '/auth/sessions', { token })).body.items[0].id
    const body = { current_password: user.password, new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD }
    const [{ answers }, changed] = await Promise.all([
      race(TIMES, (n) => sleep(n * round * 4).then(() => login(app, user))),
      app.call('POST', '/auth/password/change', { token, body }),
    ])
    t.equal(changed.status, 200, changed.text)
    for (const answer of answers) {
      t.match(gist(answer), /^(200 authenticated|401 invalid_credentials|429 too_many_attempts)$/)
    }
    t.strictSame(await sessionsOf(app, user.id), [{ id: own }], `round ${round}`)
    t.equal((await app.call('GET', '/auth/me', { token })).status, 200)
  }
})
