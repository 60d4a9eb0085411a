import t from 'tap'
import { startTestApp } from '../../support/app.ts'
import { createUser, login, PASSWORD } from '../../support/users.ts'

t.test('the right e-mail and password answer authenticated, with tokens and the user', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  const answer = await login(app, user)
  t.equal(answer.status, 200)
  t.match(answer.body, {
    status: 'authenticated',
    token_type: 'Bearer',
    expires_in: 900,
    refresh_expires_in: 3600,
    redirect_to: '/customers',
    user: { id: user.id, email: user.email, login_count: 1, last_login_at: app.clock.now().toISOString() },
  })
  t.equal(answer.headers.get('cache-control'), 'no-store')
})

t.test('a wrong password and an unknown account get the same answer', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  const wrong = await login(app, { email: user.email, password: 'not-the-password' })
  const unknown = await login(app, { email: 'nobody@example.com', password: PASSWORD })
  t.equal(wrong.status, 401)
  t.equal(wrong.body.code, 'invalid_credentials')
  t.equal(wrong.body.title, 'Invalid email or password')
  t.strictSame({ ...wrong.body, request_id: '' }, { ...unknown.body, request_id: '' })
  t.equal(unknown.status, 401)
})
