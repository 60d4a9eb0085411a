/** Every act of the administration tells who did what to whom and why, and never a secret; a refused one tells nothing. */
import t from 'tap'
import { adminOf, createRole, usersAs } from '../../support/admin.ts'
import { startTestApp } from '../../support/app.ts'
import { linkToken, Mailbox, workQueue } from '../../support/mail.ts'
import { createUser, enrol } from '../../support/users.ts'

const mailbox = new Mailbox()
const app = await startTestApp(t, { mailer: mailbox })
const admin = await adminOf(app)
const as = usersAs(app, admin)
const send = (method: string, path: string, body?: object) =>
  app.call(method, path, { token: admin.token, ...(body && { body }), headers: { 'x-request-id': 'asked-by-a-test' } })
const newUser = () => createUser(app, { roles: ['customer'], state: 'none' })
const draft = { first_name: 'New', last_name: 'User', roles: ['customer'] }
const reason = 'because'

interface Act {
  /** On a user of its own. */
  run: (id: number) => ReturnType<typeof send>
  user?: () => Promise<{ id: number }>
  /** The events, oldest first, and their details. */
  tells: Record<string, (id: number) => object>
  aboutNobody?: boolean
}

const enrolled = async () => {
  const user = await createUser(app)
  await enrol(app, user)
  return user
}
const role = await createRole(app, ['view_customer'])
const acts: Record<string, Act> = {
  'edit a user': {
    run: (id) => send('PATCH', `/admin/users/${id}`, { phone: '1', roles: [role], email: `moved${id}@example.com` }),
    tells: {
      user_edited: (id) => ({
        before: { phone: null, roles: ['customer'] },
        after: { phone: '1', roles: [role], email: `moved${id}@example.com` },
      }),
    },
  },
  deactivate: {
    run: (id) => send('PATCH', `/admin/users/${id}`, { active: false }),
    tells: { user_edited: () => ({ before: { active: true }, after: { active: false } }) },
  },
  delete: {
    run: (id) => send('DELETE', `/admin/users/${id}?reason=${reason}`),
    tells: { user_deleted: () => ({ roles: ['customer'], reason }) },
  },
  'reset the password': {
    run: (id) => send('POST', `/admin/users/${id}/reset-password`, { reason }),
    tells: { temporary_password_set: () => ({ reason }) },
  },
  'reset 2FA': {
    user: enrolled,
    run: (id) => send('POST', `/admin/users/${id}/reset-2fa`, { reason }),
    tells: { two_factor_reset: () => ({ reason }) },
  },
  unlock: {
    run: (id) => send('POST', `/admin/users/${id}/unlock`, { reason }),
    tells: { account_unlocked: () => ({ reason }) },
  },
  'send the welcome mail': {
    run: (id) => send('POST', `/admin/users/${id}/welcome-email`),
    tells: { welcome_email_queued: () => ({ with_link: true }) },
  },
  'end the sessions': {
    run: (id) => send('DELETE', `/admin/users/${id}/sessions`),
    tells: { sessions_ended_by_admin: () => ({}) },
  },
  'create a role': {
    run: () => send('POST', '/admin/roles', { name: 'told', permissions: ['a'] }),
    tells: { role_created: () => ({ role: 'told', after: { permissions: ['a'] } }) },
    aboutNobody: true,
  },
  'edit a role': {
    run: () => send('PATCH', '/admin/roles/told', { permissions: ['b'] }),
    tells: { role_edited: () => ({ role: 'told', before: { permissions: ['a'] }, after: { permissions: ['b'] } }) },
    aboutNobody: true,
  },
  'delete a role': {
    run: () => send('DELETE', '/admin/roles/told'),
    tells: { role_deleted: () => ({ role: 'told', before: { permissions: ['b'] } }) },
    aboutNobody: true,
  },
  'change the policy': {
    run: () => send('PUT', '/admin/policy', { two_factor: { required_for_all: false, required_roles: [role] } }),
    tells: { policy_changed: () => ({ before: { requiredRoles: [] }, after: { requiredRoles: [role] } }) },
    aboutNobody: true,
  },
  'export the log': {
    run: () => send('GET', '/admin/audit-events/export?type=sign_in'),
    tells: { audit_exported: () => ({ filter: { type: 'sign_in' } }) },
    aboutNobody: true,
  },
}

const newestId = async () =>
  Number(
    (
      await app.db
        .selectFrom('events')
        .select(({ fn }) => fn.max('id').as('id'))
        .executeTakeFirst()
    )?.id ?? 0,
  )
const eventsSince = (id: number) => app.db.selectFrom('events').selectAll().where('id', '>', id).orderBy('id').execute()

t.test('each act tells itself, once, with what was before and after, and the reason', async (t) => {
  for (const [name, { run, user = newUser, tells, aboutNobody = false }] of Object.entries(acts)) {
    const { id } = await user()
    const start = await newestId()
    const answer = await run(id)
    t.ok(answer.status < 300, `${name}: ${answer.text}`)
    const events = await eventsSince(start)
    t.strictSame(
      events.map(({ type }) => type),
      Object.keys(tells),
      name,
    )
    for (const event of events) {
      t.match(event, {
        outcome: 'success',
        actor_kind: 'user',
        actor_id: String(admin.id),
        subject_id: aboutNobody ? null : id,
        ip: '127.0.0.1',
        request_id: 'asked-by-a-test',
        at: app.clock.now(),
      })
      t.match(event.details, tells[event.type]?.(id) ?? {}, name)
    }
  }

  const start = await newestId()
  const { body } = await as.create({ ...draft, email: 'told@example.com' })
  t.match(await eventsSince(start), [
    { type: 'user_created', subject_id: body.id, details: { email: 'told@example.com', roles: ['customer'] } },
    { type: 'welcome_email_queued', subject_id: body.id, details: { with_link: true } },
  ])
})

t.test('a refused act and a mere look tell nothing', async (t) => {
  const user = await newUser()
  const start = await newestId()
  const refused = [
    as.create({ ...draft, email: user.email }),
    as.edit(user.id, { roles: ['none'] }),
    as.edit(user.id, { phone: '1' }, '"99"'),
    as.edit(admin.id, { active: false }),
    as.remove(admin.id),
    as.resetTwoFactor(user.id),
    as.welcome(admin.id),
    send('POST', '/admin/roles', { name: 'admin', permissions: [] }),
    send('DELETE', '/admin/roles/customer'),
    send('PUT', '/admin/policy', { two_factor: { required_for_all: true, required_roles: ['none'] } }),
  ]
  for (const answer of await Promise.all(refused)) t.ok(answer.status >= 400, answer.text)
  const looks = [
    as.list(),
    as.read(user.id),
    as.sessions(user.id),
    send('GET', '/admin/roles'),
    send('GET', '/admin/mail'),
  ]
  for (const answer of await Promise.all(looks)) t.equal(answer.status, 200)
  t.strictSame(await eventsSince(start), [])
})

t.test('no event holds a password, a token, a link or a hash', async (t) => {
  const user = await newUser()
  await as.welcome(user.id)
  await workQueue(app)
  const link = linkToken(mailbox.lastTo(user.email))
  const { temporary_password: temporary } = (await as.resetPassword(user.id)).body
  const secrets = [temporary, link, admin.token, admin.password]
  for (const secret of secrets) t.ok(secret.length > 8)
  const hashes = await app.db.selectFrom('users').select(['password_hash', 'totp_secret']).execute()
  const told = JSON.stringify(await eventsSince(0))
  for (const secret of [...secrets, ...hashes.flatMap((row) => Object.values(row))])
    if (secret !== null) t.notOk(told.includes(secret), secret.slice(0, 6))
  t.notMatch(told, /\$argon2|ort_|ost_|eyJ|reset-password\//)
})
