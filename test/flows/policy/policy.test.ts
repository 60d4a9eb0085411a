import t from 'tap'
import { adminOf, createRole, lastEvent } from '../../support/admin.ts'
import { startTestApp } from '../../support/app.ts'
import { Mailbox, workQueue } from '../../support/mail.ts'
import { refresh } from '../../support/two-factor.ts'
import { createUser, enrol, gist, login, signIn } from '../../support/users.ts'

const mailbox = new Mailbox()
const app = await startTestApp(t, { mailer: mailbox })
const { token } = await adminOf(app)
const read = async () => (await app.call('GET', '/admin/policy', { token })).body
const put = (required_for_all: unknown, required_roles: unknown) =>
  app.call('PUT', '/admin/policy', { token, body: { two_factor: { required_for_all, required_roles } } })

t.test('the policy demands nothing until it is changed, and each change is told with before and after', async (t) => {
  t.strictSame(await read(), { two_factor: { required_for_all: false, required_roles: [] } })
  const answer = await put(true, ['customer_service_agent_1', 'admin'])
  const expected = { two_factor: { required_for_all: true, required_roles: ['admin', 'customer_service_agent_1'] } }
  t.equal(answer.status, 200)
  t.strictSame(answer.body, expected)
  t.strictSame(await read(), expected)
  t.strictSame((await lastEvent(app, 'policy_changed')).details, {
    before: { requiredForAll: false, requiredRoles: [] },
    after: { requiredForAll: true, requiredRoles: ['admin', 'customer_service_agent_1'] },
  })
  await put(false, [])
})

t.test('a policy with an unknown role, or half of one, is refused and changes nothing', async (t) => {
  await put(false, ['admin'])
  const before = await read()
  t.equal(gist(await put(true, ['admin', 'no_such_role'])), '400 unknown_role')
  t.equal(gist(await put(true, ['Admin'])), '400 unknown_role')
  for (const [all, roles] of [
    ['true', []],
    [1, []],
    [null, []],
    [undefined, []],
    [true, undefined],
    [true, 'admin'],
    [true, ['admin', 'admin']],
    [true, [null]],
  ])
    t.equal(gist(await put(all, roles)), '400 validation_failed', JSON.stringify([all, roles]))
  for (const body of [{}, { two_factor: {} }, { two_factor: { required_for_all: true, required_roles: [], x: 1 } }])
    t.equal(gist(await app.call('PUT', '/admin/policy', { token, body })), '400 validation_failed')
  t.strictSame(await read(), before)
  await put(false, [])
})

t.test('it takes effect at the next sign-in and refresh, for those it names, never for pure customers', async (t) => {
  const named = await createRole(app, [])
  const users = {
    named: await createUser(app, { roles: [named] }),
    'named and a customer': await createUser(app, { roles: [named, 'customer'] }),
    agent: await createUser(app),
    customer: await createUser(app, { roles: ['customer'] }),
    'nobody in particular': await createUser(app, { roles: [] }),
  }
  const enrolled = await createUser(app, { roles: [named] })
  const { authenticator } = await enrol(app, enrolled)
  const policies: [boolean, string[], string[]][] = [
    [false, [named], ['named', 'named and a customer']],
    [false, ['customer'], ['named and a customer']],
    [false, [named, 'customer', 'customer_service_agent_1'], ['named', 'named and a customer', 'agent']],
    [true, [], ['named', 'named and a customer', 'agent', 'nobody in particular']],
    [true, ['customer'], ['named', 'named and a customer', 'agent', 'nobody in particular']],
    [false, [], []],
  ]
  for (const [all, roles, obliged] of policies) {
    await put(false, [])
    const sessions = new Map<string, { access_token: string; refresh_token: string }>()
    for (const [name, user] of Object.entries(users)) sessions.set(name, await signIn(app, user))
    const strong = await signIn(app, enrolled, authenticator)
    await put(all, roles)
    app.clock.advance(11)
    for (const [name, user] of Object.entries(users)) {
      const about = `${name}: ${all} ${roles}`
      const must = obliged.includes(name)
      const session = sessions.get(name)
      const call = await app.call('GET', '/auth/me', { token: session?.access_token })
      t.equal(call.status, 200, `${about}: not before`)
      const refreshed = await refresh(app, session?.refresh_token ?? '')
      t.equal(gist(refreshed), must ? '401 invalid_refresh_token' : '200 authenticated', about)
      t.equal(gist(await login(app, user)), must ? '200 two_factor_setup_required' : '200 authenticated', about)
    }
    t.equal(gist(await refresh(app, strong.refresh_token)), '200 authenticated', 'who has proven it goes on')
  }
})

t.test('whether mail is working can be seen: what waits, what went out last', async (t) => {
  const app = await startTestApp(t)
  const { token } = await adminOf(app)
  const state = async () => (await app.call('GET', '/admin/mail', { token })).body
  t.match(await state(), { transport: 'file', queued: 0, failed: 0, last_sent_at: null, last_error: null })
  const body = { email: 'mailed@example.com', first_name: 'A', last_name: 'B', roles: ['customer'] }
  await app.call('POST', '/admin/users', { token, body })
  t.match(await state(), { queued: 1, last_sent_at: null })
  app.clock.advance(5)
  await workQueue(app)
  t.match(await state(), { queued: 0, failed: 0, last_sent_at: app.clock.now().toISOString(), last_error: null })
})
