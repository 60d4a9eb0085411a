/** The service never loses its last administrator who can sign in. */
import t, { type Test } from 'tap'
import { adminOf, lastEvent, type Staff, staffWith, stateOf, usersAs } from '../../support/admin.ts'
import { startTestApp } from '../../support/app.ts'
import { meanwhile } from '../../support/meanwhile.ts'
import { createUser, gist, login } from '../../support/users.ts'

/** Every act that could take an administrator away, by another one. */
const acts = {
  demote: (as: ReturnType<typeof usersAs>, id: number) => as.edit(id, { roles: ['customer'] }),
  deactivate: (as: ReturnType<typeof usersAs>, id: number) => as.edit(id, { active: false }),
  delete: (as: ReturnType<typeof usersAs>, id: number) => as.remove(id),
  'reset the password': (as: ReturnType<typeof usersAs>, id: number) => as.resetPassword(id),
}

async function usableAdmins({ db }: Awaited<ReturnType<typeof startTestApp>>) {
  const rows = await db
    .selectFrom('users')
    .innerJoin('user_roles', 'user_roles.user_id', 'users.id')
    .where('role_name', '=', 'admin')
    .where('active', '=', true)
    .where('password_state', '=', 'set')
    .select('id')
    .execute()
  return rows.map(({ id }) => id)
}

t.test('the last one who can sign in cannot be taken away, by nobody and in no way', async (t) => {
  const app = await startTestApp(t)
  const admin = await adminOf(app)
  t.equal(gist(await usersAs(app, admin).edit(admin.id, { roles: ['customer'] })), '409 last_admin', 'not by oneself')

  // Administrators who cannot sign in with a password of their own do not count.
  const second = await adminOf(app)
  const ways: Record<string, object> = {
    inactive: { active: false },
    'with a temporary password': { password_state: 'temporary' },
    'without a password': { password_state: 'none', password_hash: null },
  }
  const hash = (await stateOf(app, admin.id)).user?.password_hash ?? ''
  for (const [way, state] of Object.entries(ways)) {
    // The second one still has a session; only the first could sign in anew.
    await app.db.updateTable('users').set({ active: true, password_state: 'set', password_hash: hash }).execute()
    await app.db.updateTable('users').set(state).where('id', '=', admin.id).execute()
    const before = await stateOf(app, second.id)
    t.equal(gist(await usersAs(app, second).edit(second.id, { roles: ['customer'] })), '409 last_admin', way)
    t.strictSame(await stateOf(app, second.id), before, way)
  }

  await app.db.updateTable('users').set({ password_state: 'temporary' }).where('id', '=', second.id).execute()
  await app.db
    .updateTable('users')
    .set({ active: true, password_state: 'set', password_hash: hash })
    .where('id', '=', admin.id)
    .execute()
  for (const [name, act] of Object.entries(acts)) {
    const before = await stateOf(app, admin.id)
    t.equal(gist(await act(usersAs(app, second), admin.id)), '409 last_admin', name)
    t.strictSame(await stateOf(app, admin.id), before, name)
  }
  const edits = usersAs(app, second)
  t.equal((await edits.edit(admin.id, { roles: ['admin', 'customer'], phone: '1' })).status, 200, 'who stays one')
  t.equal((await edits.resetTwoFactor(admin.id)).body.code, 'two_factor_not_enabled', 'that takes nothing away')
})

t.test('with another one there, each of the acts is open', async (t) => {
  const app = await startTestApp(t)
  const admin = await adminOf(app)
  for (const [name, act] of Object.entries(acts)) {
    const other = await createUser(app, { roles: ['admin'] })
    const { status } = await act(usersAs(app, admin), other.id)
    t.ok(status === 200 || status === 204, `${name}: ${status}`)
    t.strictSame(await usableAdmins(app), [admin.id], name)
  }
})

t.test('two administrators who take each other away at once: exactly one wins, and can still sign in', async (t) => {
  const app = await startTestApp(t)
  for (const [name, act] of Object.entries(acts)) {
    for (let round = 0; round < 4; round++) {
      await app.db.deleteFrom('user_roles').execute()
      const pair = [await adminOf(app), await adminOf(app)] as const
      const answers = await Promise.all([
        act(usersAs(app, pair[0]), pair[1].id),
        act(usersAs(app, pair[1]), pair[0].id),
      ])
      const won = answers.filter(({ status }) => status < 300)
      t.equal(won.length, 1, `${name}: ${answers.map(gist)}`)
      const [left, ...more] = await usableAdmins(app)
      t.strictSame(more, [], name)
      const winner = pair.find(({ id }) => id === left)
      t.ok(winner, name)
      if (winner) t.equal(gist(await login(app, winner)), '200 authenticated', name)
    }
  }
})

t.test('mixed acts of many administrators leave one', async (t) => {
  const app = await startTestApp(t)
  const admins: Staff[] = []
  for (let n = 0; n < 6; n++) admins.push(await adminOf(app))
  const kinds = Object.values(acts)
  const calls = admins.flatMap((admin, at) =>
    admins.filter((other) => other !== admin).map((other, n) => kinds[(at + n) % 4]?.(usersAs(app, admin), other.id)),
  )
  await Promise.all(calls)
  t.ok((await usableAdmins(app)).length >= 1)
})

t.test('who has been signed out or lost the permission in the meantime does not act any more', async (t: Test) => {
  const app = await startTestApp(t)
  const cases: [string, (id: number) => string, string][] = [
    ['signed out', (id) => `delete from sessions where user_id = ${id}`, '401 session_ended'],
    ['deactivated', (id) => `update users set active = false where id = ${id}`, '401 session_ended'],
    ['deleted', (id) => `delete from users where id = ${id}`, '401 session_ended'],
    ['without the role', (id) => `delete from user_roles where user_id = ${id}`, '403 permission_required'],
  ]
  for (const [name, statement, code] of cases) {
    const target = await createUser(app, { roles: ['customer'] })
    const before = await stateOf(app, target.id)
    const caller = await staffWith(app, ['edit_user', 'delete_user', 'reset_user_password', 'send_welcome_email'])
    const as = usersAs(app, caller)
    const calls = [
      () => as.edit(target.id, { phone: '1' }),
      () => as.remove(target.id),
      () => as.resetPassword(target.id),
      () => as.unlock(target.id),
      () => as.endSessions(target.id),
      () => as.welcome(target.id),
    ]
    const answers = await meanwhile(app, `users where id = ${target.id}`, () => calls.map((call) => call()), [
      statement(caller.id),
    ])
    for (const answer of answers) t.equal(gist(answer), code, name)
    t.strictSame(await stateOf(app, target.id), before, name)
  }
  await t.rejects(lastEvent(app, 'user_edited'))
})
