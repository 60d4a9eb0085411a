import t from 'tap'
import { startTestApp, type TestApp } from '../../support/app.ts'
import { createUser, enrol, gist, login, NEW_PASSWORD, PASSWORD, type TestUser } from '../../support/users.ts'

const HOUR = 3600

const change = ({ call }: TestApp, token: string) =>
  call('POST', '/auth/password/change', { token, body: { new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD } })

/** As an administrator's reset leaves it. */
async function giveTemporary(app: TestApp, user: TestUser): Promise<void> {
  const temporary_password_expires_at = new Date(app.clock.now().getTime() + 72 * HOUR * 1000)
  await app.db
    .updateTable('users')
    .set({ password_state: 'temporary', temporary_password_expires_at, temporary_password_used_at: null })
    .where('id', '=', user.id)
    .execute()
}

t.test('an unused temporary password opens its step for 72 hours', async (t) => {
  const app = await startTestApp(t)
  const [inTime, late] = [await createUser(app, { state: 'temporary' }), await createUser(app, { state: 'temporary' })]
  app.clock.advance(72 * HOUR - 1)
  t.equal(gist(await login(app, inTime)), '200 password_change_required')
  app.clock.advance(1)
  t.equal(gist(await login(app, late)), '401 invalid_credentials')
  t.equal(gist(await login(app, inTime)), '401 invalid_credentials', 'its first use gave it no longer life')
})

t.test('from its first use it opens only the same step, for 10 more minutes', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app, { state: 'temporary' })
  const first = await login(app, user)
  t.equal(gist(first), '200 password_change_required')
  app.clock.advance(300)
  t.equal(gist(await login(app, user)), '200 password_change_required', 'a second use does not prolong it')
  app.clock.advance(299)
  const last = await login(app, user)
  t.equal(gist(last), '200 password_change_required')
  app.clock.advance(1)
  t.equal(gist(await login(app, user)), '401 invalid_credentials')
  t.equal(gist(await change(app, first.body.step_token)), '401 step_token_invalid', 'the first step is over as well')
})

t.test('a refused sign-in is no use of it', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app, { state: 'temporary' })
  t.equal(gist(await login(app, { ...user, password: 'not-the-password' })), '401 invalid_credentials')
  await app.db.updateTable('users').set({ active: false }).where('id', '=', user.id).execute()
  t.equal(gist(await login(app, user)), '403 account_inactive')
  await app.db.updateTable('users').set({ active: true }).where('id', '=', user.id).execute()
  app.clock.advance(HOUR)
  t.equal(gist(await login(app, user)), '200 password_change_required')
})

t.test('with the change it is dead, and every other step with it', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app, { state: 'temporary' })
  const [one, other] = [await login(app, user), await login(app, user)]
  const done = await change(app, one.body.step_token)
  t.equal(gist(done), '200 authenticated')
  t.equal(done.body.user.login_count, 1)
  t.equal(gist(await change(app, other.body.step_token)), '401 step_token_invalid')
  t.equal(gist(await change(app, one.body.step_token)), '401 step_token_invalid')
  t.equal(gist(await login(app, { ...user, password: PASSWORD })), '401 invalid_credentials')
  app.clock.advance(100 * HOUR)
  t.equal(
    gist(await login(app, { ...user, password: NEW_PASSWORD })),
    '200 authenticated',
    'the new one does not expire',
  )
})

t.test('it comes after the second factor, and its 10 minutes begin with the password', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  const { authenticator } = await enrol(app, user)
  await giveTemporary(app, user)
  const step = await login(app, user)
  t.equal(gist(step), '200 two_factor_required')
  t.equal(gist(await change(app, step.body.step_token)), '401 step_token_invalid')
  app.clock.advance(60)
  const next = await app.call('POST', `/2fa/verify/user/${user.id}`, {
    token: step.body.step_token,
    body: { code: authenticator.code(app.clock.now()) },
  })
  t.equal(gist(next), '200 password_change_required')
  app.clock.advance(540)
  t.equal(gist(await login(app, user)), '401 invalid_credentials')
  t.equal(gist(await change(app, next.body.step_token)), '200 authenticated')
})
