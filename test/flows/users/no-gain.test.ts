/** Nobody gains by editing: who has some permissions can do nothing to those who have others, and give none away. */
import t from 'tap'
import { adminOf, createRole, staffWith, stateOf, usersAs } from '../../support/admin.ts'
import { startTestApp } from '../../support/app.ts'
import { createUser, gist, login } from '../../support/users.ts'

const app = await startTestApp(t)
/** Every permission that a role can have here, but not `admin`, nor another service's. */
const manager = await staffWith(app, [
  'view_customer',
  'view_user',
  'create_user',
  'edit_user',
  'delete_user',
  'reset_user_password',
  'reset_user_2fa',
  'send_welcome_email',
  'view_audit_log',
  'manage_roles',
  'manage_policy',
])
const as = usersAs(app, manager)

const writes: Record<string, (id: number) => ReturnType<typeof as.read>> = {
  'edit a name': (id) => as.edit(id, { first_name: 'X' }),
  'edit nothing': (id) => as.edit(id, {}),
  'take the address': (id) => as.edit(id, { email: `taken${id}@example.com` }),
  'take roles away': (id) => as.edit(id, { roles: ['customer'] }),
  deactivate: (id) => as.edit(id, { active: false }),
  delete: (id) => as.remove(id),
  'reset the password': (id) => as.resetPassword(id),
  'reset 2FA': (id) => as.resetTwoFactor(id),
  'send the welcome mail': (id) => as.welcome(id),
  unlock: (id) => as.unlock(id),
  'end the sessions': (id) => as.endSessions(id),
}

t.test('every write on a user with a permission that the caller lacks is refused, and changes nothing', async (t) => {
  const other = await createRole(app, ['view_invoice'])
  const targets = {
    'an administrator': await createUser(app, { roles: ['admin'], state: 'none' }),
    'one permission more': await createUser(app, { roles: ['customer_service_agent_1', other], state: 'none' }),
    'an inactive administrator': await createUser(app, { roles: ['admin'], active: false, state: 'none' }),
  }
  await adminOf(app)
  for (const [who, target] of Object.entries(targets)) {
    await app.db.updateTable('users').set({ totp_secret: 'sealed' }).where('id', '=', target.id).execute()
    await login(app, { ...target, password: 'wrong' })
    const before = await stateOf(app, target.id)
    for (const [name, write] of Object.entries(writes))
      t.equal(gist(await write(target.id)), '403 forbidden', `${who}: ${name}`)
    t.strictSame(await stateOf(app, target.id), before, who)
    t.strictSame((await as.read(target.id)).body.actions, [], 'and the list offers none of them')
  }
  for (const [name, write] of Object.entries(writes)) {
    const within = await createUser(app, { roles: ['customer_service_agent_1'], state: 'none' })
    await app.db.updateTable('users').set({ totp_secret: 'sealed' }).where('id', '=', within.id).execute()
    const { status } = await write(within.id)
    t.ok([200, 202, 204].includes(status), `within the own permissions: ${name}: ${status}`)
  }
})

t.test('nobody gives a role with more than they have, neither to others nor to themselves', async (t) => {
  const more = await createRole(app, ['view_customer', 'view_invoice'])
  const own = await createRole(app, ['edit_user', 'view_customer'])
  const user = await createUser(app, { roles: ['customer'] })
  for (const id of [user.id, manager.id]) {
    const before = await stateOf(app, id)
    for (const roles of [['admin'], ['customer', 'admin'], [more], [own, more]])
      t.equal(gist(await as.edit(id, { roles })), '403 forbidden', roles.join())
    t.strictSame(await stateOf(app, id), before)
  }
  t.equal((await as.edit(user.id, { roles: [own, 'customer'] })).status, 200)
  const { body } = await app.call('GET', '/admin/roles', { token: manager.token })
  const assignable = Object.fromEntries(
    body.items.map((role: { name: string; assignable: boolean }) => [role.name, role.assignable]),
  )
  t.match(assignable, { admin: false, customer: true, customer_service_agent_1: true, [more]: false, [own]: true })
})

t.test('a role cannot be created, extended, cut or deleted beyond the own permissions', async (t) => {
  const { token } = manager
  const post = (body: object) => app.call('POST', '/admin/roles', { token, body })
  const patch = (name: string, body: object) => app.call('PATCH', `/admin/roles/${name}`, { token, body })
  const remove = (name: string) => app.call('DELETE', `/admin/roles/${name}`, { token })
  const roles = () => app.db.selectFrom('roles').selectAll().orderBy('name').execute()
  const beyond = await createRole(app, ['view_customer', 'view_invoice'])
  const within = await createRole(app, ['view_customer'])
  const before = await roles()
  const refused = {
    create: () => post({ name: 'new', permissions: ['view_customer', 'view_invoice'] }),
    extend: () => patch(within, { permissions: ['view_customer', 'view_invoice'] }),
    'cut what is beyond': () => patch(beyond, { permissions: ['view_customer'] }),
    describe: () => patch(beyond, { description: 'mine' }),
    'change nothing': () => patch(beyond, {}),
    delete: () => remove(beyond),
  }
  for (const [name, act] of Object.entries(refused)) t.equal(gist(await act()), '403 forbidden', name)
  t.strictSame(await roles(), before)
  t.equal((await post({ name: 'new', permissions: ['view_customer', 'edit_user'] })).status, 201)
  t.equal((await patch(within, { permissions: ['edit_user'] })).status, 200)
  t.equal((await remove(within)).status, 204)
})

t.test('who is given an administrator’s role in the meantime is out of reach at once', async (t) => {
  const user = await createUser(app, { roles: ['customer'] })
  const admin = await adminOf(app)
  const both = await Promise.all([
    usersAs(app, admin).edit(user.id, { roles: ['admin'] }),
    ...Array.from({ length: 6 }, () => as.edit(user.id, { email: 'grabbed@example.com' })),
  ])
  t.equal(both[0]?.status, 200)
  const { body } = await usersAs(app, admin).read(user.id)
  t.strictSame(body.roles, ['admin'])
  const late = await as.edit(user.id, { email: 'grabbed.later@example.com' })
  t.equal(gist(late), '403 forbidden')
})
