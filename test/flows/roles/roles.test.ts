import t from 'tap'
import { adminOf, lastEvent, staffWith } from '../../support/admin.ts'
import { startTestApp } from '../../support/app.ts'
import { createUser, demandSecondFactor, gist, login, race, signIn } from '../../support/users.ts'

const app = await startTestApp(t)
const { token } = await adminOf(app)
const list = async () => (await app.call('GET', '/admin/roles', { token })).body
const create = (body: object) => app.call('POST', '/admin/roles', { token, body })
const edit = (name: string, body: object) => app.call('PATCH', `/admin/roles/${name}`, { token, body })
const remove = (name: string) => app.call('DELETE', `/admin/roles/${name}`, { token })
const countOf = async (type: string) =>
  (await app.db.selectFrom('events').select('id').where('type', '=', type).execute()).length

t.test('the built-in roles are there, with what they give and how many have them', async (t) => {
  t.strictSame(await list(), {
    items: [
      {
        name: 'admin',
        description: 'Administrators: every permission',
        permissions: ['admin'],
        built_in: true,
        user_count: 1,
        assignable: true,
      },
      {
        name: 'customer',
        description: 'Customers: the self-care portal',
        permissions: [],
        built_in: true,
        user_count: 0,
        assignable: true,
      },
      {
        name: 'customer_service_agent_1',
        description: 'Customer service agents',
        permissions: ['view_customer', 'view_user'],
        built_in: true,
        user_count: 0,
        assignable: true,
      },
    ],
    next_cursor: null,
  })
})

t.test('a role is made, given, changed and deleted, each told in an event', async (t) => {
  const permissions = ['view_customer', 'edit_invoice', 'cbs:broadcast.send-all']
  const made = await create({ name: 'billing.team-2', description: 'Invoices\nand more', permissions })
  const role = {
    name: 'billing.team-2',
    description: 'Invoices\nand more',
    permissions,
    built_in: false,
    user_count: 0,
    assignable: true,
  }
  t.equal(made.status, 201)
  t.equal(made.headers.get('location'), '/admin/roles/billing.team-2')
  t.strictSame(made.body, role)
  const draft = { name: role.name, description: role.description, permissions }
  t.strictSame((await lastEvent(app, 'role_created')).details, { role: role.name, after: draft })

  await createUser(app, { roles: [role.name, 'customer'] })
  t.strictSame((await list()).items[1], { ...role, user_count: 1 })
  const before = { description: role.description, permissions }
  const after = { description: 'Other', permissions: ['view_customer'] }
  t.strictSame((await edit(role.name, after)).body, { ...role, ...after, user_count: 1 })
  t.strictSame((await lastEvent(app, 'role_edited')).details, { role: role.name, before, after })
  t.match((await edit(role.name, { permissions: [] })).body, { description: 'Other', permissions: [] })
  t.match((await edit(role.name, { description: '' })).body, { description: '', permissions: [] })

  t.equal(gist(await remove(role.name)), '409 role_in_use')
  await app.db.deleteFrom('user_roles').where('role_name', '=', role.name).execute()
  t.equal((await remove(role.name)).status, 204)
  t.strictSame((await lastEvent(app, 'role_deleted')).details, {
    role: role.name,
    before: { description: '', permissions: [] },
  })
  for (const answer of [await remove(role.name), await edit(role.name, {}), await remove('no such role')])
    t.equal(gist(answer), '404 not_found')
  t.match((await create({ name: 'plain', permissions: [] })).body, { description: '' })
})

t.test('what cannot be a role is refused, the permission admin among it', async (t) => {
  const good = { name: 'good', permissions: ['view_customer'] }
  const bad: [object, string][] = [
    ...['', 'Admin', 'a b', 'é', 'a/b', 'a\n', 'x'.repeat(101), null, 5].map((name): [object, string] => [
      { ...good, name },
      '/name',
    ]),
    ...[
      ['admin'],
      ['view_customer', 'admin'],
      ['Admin'],
      ['ADMIN '],
      [' admin'],
      ['admin\n'],
      [''],
      ['a b'],
      ['é'],
    ].map((permissions): [object, string] => [{ ...good, permissions }, '/permissions/']),
    ...[null, 'view_customer', [5], ['a', 'a'], Array.from({ length: 201 }, (_, n) => `p${n}`)].map(
      (permissions): [object, string] => [{ ...good, permissions }, '/permissions'],
    ),
    [{ ...good, description: 'x'.repeat(501) }, '/description'],
    [{ ...good, built_in: true }, '/built_in'],
    [{ ...good, user_count: 0 }, '/user_count'],
    [{ name: 'good' }, '/permissions'],
  ]
  const roles = await list()
  for (const [body, path] of bad) {
    const answer = await create(body)
    t.equal(gist(answer), '400 validation_failed', JSON.stringify(body).slice(0, 60))
    t.ok(answer.body.errors[0].path.startsWith(path), JSON.stringify(answer.body.errors[0]))
  }
  for (const body of [{ name: 'other' }, { permissions: ['admin'] }, { built_in: false }, { permissions: null }])
    t.equal(gist(await edit('customer', body)), '400 validation_failed', JSON.stringify(body))
  t.strictSame(await list(), roles)
})

t.test('the role admin cannot be changed, no built-in role deleted, no role made twice', async (t) => {
  const before = await list()
  for (const body of [{}, { description: 'x' }, { permissions: [] }, { permissions: ['view_user'] }])
    t.equal(gist(await edit('admin', body)), '409 role_built_in', JSON.stringify(body))
  for (const name of ['admin', 'customer', 'customer_service_agent_1'])
    t.equal(gist(await remove(name)), '409 role_built_in', name)
  for (const name of ['admin', 'customer', 'plain'])
    t.equal(gist(await create({ name, permissions: [] })), '409 role_exists', name)
  t.strictSame(await list(), before)
  t.match((await edit('customer_service_agent_1', { description: 'Agents' })).body, { built_in: true })

  const events = await countOf('role_created')
  const { tally } = await race(12, (n) => create({ name: 'once', permissions: [`p${n}`] }))
  t.strictSame(tally, { 201: 1, '409 role_exists': 11 })
  t.equal(await countOf('role_created'), events + 1)
})

t.test('a role’s permissions count for its users at once, and reach other services with the next token', async (t) => {
  await create({ name: 'team', permissions: [] })
  const user = await createUser(app, { roles: ['team', 'customer'] })
  const { access_token: own, refresh_token } = await signIn(app, user)
  const call = () => app.call('GET', '/admin/users', { token: own })
  t.equal(gist(await call()), '403 permission_required')
  await edit('team', { permissions: ['view_user', 'view_invoice'] })
  t.equal(gist(await call()), '200')
  t.strictSame((await app.call('GET', '/auth/me', { token: own })).body.permissions, ['view_invoice', 'view_user'])
  app.clock.advance(11)
  const { body } = await app.call('POST', '/auth/refresh', { body: { refresh_token } })
  const claims = JSON.parse(Buffer.from(body.access_token.split('.')[1], 'base64url').toString())
  t.strictSame(claims.permissions, ['view_invoice', 'view_user'])
  t.strictSame(claims.roles, ['customer', 'team'])
  await edit('team', { permissions: ['view_invoice'] })
  t.equal(gist(await call()), '403 permission_required')
})

t.test('who edits the own role away loses the permission at once', async (t) => {
  await create({ name: 'managers', permissions: ['manage_roles', 'view_user'] })
  const user = await createUser(app, { roles: ['managers'] })
  const { access_token: own } = await signIn(app, user)
  const body = { permissions: ['view_user'] }
  t.equal((await app.call('PATCH', '/admin/roles/managers', { token: own, body })).status, 200)
  const back = await app.call('PATCH', '/admin/roles/managers', { token: own, body: { permissions: ['manage_roles'] } })
  t.equal(gist(back), '403 permission_required')
})

t.test('a deleted role leaves the policy, so that a later one of its name inherits nothing', async (t) => {
  await create({ name: 'guarded', permissions: [] })
  await demandSecondFactor(app, { roles: ['admin', 'guarded'] })
  t.equal((await remove('guarded')).status, 204)
  const { body } = await app.call('GET', '/admin/policy', { token })
  t.strictSame(body.two_factor.required_roles, ['admin'])
  await create({ name: 'guarded', permissions: [] })
  t.equal(gist(await login(app, await createUser(app, { roles: ['guarded'] }))), '200 authenticated')
  await demandSecondFactor(app, {})
})

t.test('a role that is given and deleted at the same time is either given or gone', async (t) => {
  for (let round = 0; round < 5; round++) {
    const name = `brief_${round}`
    await create({ name, permissions: [] })
    const user = await createUser(app, { roles: ['customer'], state: 'none' })
    const [given, gone] = await Promise.all([
      app.call('PATCH', `/admin/users/${user.id}`, { token, body: { roles: [name] } }),
      remove(name),
    ])
    t.match(`${gist(given)}, ${gist(gone)}`, /^(200, 409 role_in_use|400 unknown_role, 204)$/)
  }
})

t.test('who may only look sees all roles, and which of them are within reach', async (t) => {
  const viewer = await staffWith(app, ['view_user', 'view_customer'])
  const { body } = await app.call('GET', '/admin/roles', { token: viewer.token })
  t.strictSame(
    body.items.map(({ name }: { name: string }) => name),
    (await list()).items.map(({ name }: { name: string }) => name),
  )
  const assignable = new Map(
    body.items.map((role: { name: string; assignable: boolean }) => [role.name, role.assignable]),
  )
  for (const [name, expected] of [
    ['admin', false],
    ['customer', true],
    ['customer_service_agent_1', true],
    ['once', false],
  ])
    t.equal(assignable.get(name), expected, String(name))
})
