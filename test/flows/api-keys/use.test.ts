/** What an API key opens, from where, for how long, and what is told of its use. */
import t from 'tap'
import { newApiKey } from '../../../src/crypto/api-key.ts'
import { adminOf, lastEvent, staffWith, stateOf } from '../../support/admin.ts'
import { keyMaker, keysAs, keyWith, tokenOf } from '../../support/api-keys.ts'
import { startTestApp, type TestApp } from '../../support/app.ts'
import type { Answer } from '../../support/client.ts'
import { meanwhile } from '../../support/meanwhile.ts'
import { createUser, deactivate, enrol, gist, signIn } from '../../support/users.ts'

const list = ({ call }: TestApp, apiKey: string, headers: Record<string, string> = {}) =>
  call('GET', '/admin/users?limit=1', { apiKey, headers })

/** Until the last use, which is written after the answer, stands in the database. */
async function lastUse({ db }: TestApp, id: string, expected: Date | null) {
  for (let tries = 0; ; tries++) {
    const key = await db.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    if (key.last_used_at?.getTime() === expected?.getTime() || tries === 400) return key
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

t.test('a key does what its issuer could do at this moment, and no more', async (t) => {
  const app = await startTestApp(t)
  const maker = await staffWith(app, ['manage_api_keys', 'view_user', 'view_audit_log'])
  const key = await keyWith(app, ['view_user', 'view_audit_log'], {}, maker)
  const admins = keysAs(app, await keyMaker(app))
  const state = async () => {
    const answers: Answer[] = []
    for (const path of ['/admin/users?limit=1', '/admin/audit-events?limit=1'])
      for (const credentials of [{ apiKey: key.api_key }, { token }])
        answers.push(await app.call('GET', path, credentials))
    return answers.map(({ status }) => status)
  }
  const token = await tokenOf(app, key)
  t.strictSame(await state(), [200, 200, 200, 200])
  const { role_name: role } = await app.db
    .selectFrom('user_roles')
    .select('role_name')
    .where('user_id', '=', maker.id)
    .executeTakeFirstOrThrow()
  await app.db
    .updateTable('roles')
    .set({ permissions: ['view_user'] })
    .where('name', '=', role)
    .execute()
  t.strictSame(await state(), [200, 200, 403, 403], 'the issuer has lost a permission')
  t.strictSame((await admins.read(key.id)).body.effective_permissions, ['view_user'])
  await deactivate(app, maker.id)
  t.strictSame(await state(), [403, 403, 403, 403], 'the issuer is deactivated')
  await app.db.updateTable('users').set({ active: true }).where('id', '=', maker.id).execute()
  t.strictSame(await state(), [200, 200, 403, 403], 'and back')
  await app.db.deleteFrom('users').where('id', '=', maker.id).execute()
  t.strictSame(await state(), [403, 403, 403, 403], 'the issuer is gone')
  t.match((await admins.read(key.id)).body, { effective_permissions: [], created_by: maker.id, status: 'active' })

  const taken = (await admins.regenerate(key.id)).body
  t.equal((await list(app, taken.api_key)).status, 200, 'whoever regenerates it takes it over')
})

t.test('whoever has regenerated a key and leaves takes nothing along', async (t) => {
  const app = await startTestApp(t)
  const key = await keyWith(app, ['view_user'])
  const helper = await staffWith(app, ['manage_api_keys', 'view_user'])
  const known = (await keysAs(app, helper).regenerate(key.id)).body
  t.equal((await list(app, known.api_key)).status, 200)
  await deactivate(app, helper.id)
  t.equal(gist(await list(app, known.api_key)), '403 permission_required')
})

t.test('whatever is wrong with a key, the answer is the same; only the log of events says what it was', async (t) => {
  const app = await startTestApp(t)
  const { token } = await keyMaker(app)
  const as = keysAs(app, { token })
  const soon = new Date(app.clock.now().getTime() + 1000).toISOString()
  const expired = await keyWith(app, ['view_user'], { expires_at: soon })
  const elsewhere = await keyWith(app, ['view_user'], { allowed_addresses: ['192.0.2.0/24', '2001:db8::/32'] })
  const revoked = await keyWith(app, ['view_user'])
  await as.revoke(revoked.id)
  const superseded = await keyWith(app, ['view_user'])
  await as.regenerate(superseded.id)
  app.clock.advance(1)
  const wrong = { unknown: newApiKey().key, expired, revoked, superseded, address: elsewhere }
  const bodies = new Set<string>()
  for (const [reason, key] of Object.entries(wrong)) {
    const answer = await list(app, typeof key === 'string' ? key : key.api_key)
    t.equal(gist(answer), '401 api_key_invalid', reason)
    bodies.add(JSON.stringify({ ...answer.body, request_id: '' }))
    const event = await lastEvent(app, 'api_key_refused')
    t.match(event, { outcome: 'failure', actor_kind: 'anonymous', ip: '127.0.0.1', details: { reason } }, reason)
    if (typeof key !== 'string') t.equal(event.details['api_key'], key.id)
  }
  t.equal(bodies.size, 1)

  const events = () => app.db.selectFrom('events').select('id').execute()
  const before = await events()
  const { api_key } = await keyWith(app, [], {}, { token })
  const made = await events()
  t.equal(made.length, before.length + 1)
  const mistyped = ['', 'x', api_key.slice(0, -1), `${api_key.slice(0, -1)}${api_key.endsWith('A') ? 'B' : 'A'}`]
  for (const text of [...mistyped, `${api_key}, ${api_key}`])
    t.equal(gist(await list(app, text)), '401 api_key_invalid')
  t.strictSame(await events(), made, 'a mistyped key is not looked up')
})

t.test('wrong keys hold their source up, never a right key', async (t) => {
  const app = await startTestApp(t)
  const key = await keyWith(app, ['view_user'])
  for (let i = 0; i < 21; i++) t.equal(gist(await list(app, newApiKey().key)), '401 api_key_invalid')
  for (let i = 0; i < 12; i++) {
    const held = await list(app, newApiKey().key)
    t.equal(gist(held), '429 too_many_attempts')
    t.equal(held.headers.get('retry-after'), '2')
  }
  t.equal((await list(app, key.api_key)).status, 200)
  const told = await app.db
    .selectFrom('events')
    .select('details')
    .where('type', '=', 'attempts_throttled')
    .orderBy('id')
    .execute()
  t.match(told, [{ details: { kind: 'apiKeySource', count: 1 } }, { details: { count: 10 } }])
  t.equal(told.length, 2)
  app.clock.advance(2)
  t.equal(gist(await list(app, newApiKey().key)), '401 api_key_invalid')
})

t.test('addresses count as trusted proxies report them', async (t) => {
  const app = await startTestApp(t, { env: { TRUST_PROXY: '1' } })
  const key = await keyWith(app, ['view_user'])
  const token = await tokenOf(app, key)
  const allowed_addresses = ['192.0.2.0/24', '2001:db8::7']
  await keysAs(app, await keyMaker(app)).edit(key.id, { allowed_addresses })
  for (const [forwarded, status] of [
    ['192.0.2.9', 200],
    ['192.0.2.9:4711', 200],
    ['203.0.113.1', 401],
    ['192.0.2.9, 203.0.113.1', 401],
    ['203.0.113.1, 192.0.2.9', 200],
    ['::ffff:192.0.2.9', 200],
    ['2001:db8:0::7', 200],
    ['2001:db8::8', 401],
  ] as const) {
    const headers = { 'x-forwarded-for': forwarded }
    t.equal((await list(app, key.api_key, headers)).status, status, forwarded)
    const answer = await app.call('GET', '/admin/users?limit=1', { token, headers })
    t.equal(answer.status, status, `its access token, ${forwarded}`)
  }
  const direct = await startTestApp(t, { database: app.database, clock: app.clock })
  t.equal((await list(direct, key.api_key, { 'x-forwarded-for': '192.0.2.9' })).status, 401, 'no proxy is trusted')
})

t.test('one call comes with one credential', async (t) => {
  const app = await startTestApp(t)
  const admin = await adminOf(app)
  const { api_key: apiKey } = await keyWith(app, ['view_user'])
  t.equal(gist(await app.call('GET', '/admin/users', { apiKey, token: admin.token })), '400 ambiguous_credentials')
  t.equal(gist(await app.call('GET', '/auth/me', { apiKey })), '403 people_only')
  t.equal((await app.call('GET', '/auth/me', { apiKey, token: admin.token })).status, 200, 'a person, whatever else')
  t.equal(gist(await app.call('GET', '/admin/roles', { apiKey: 'no key' })), '403 people_only', 'said before any look')
})

t.test('the last use is noted once a minute at most, after the answer, and a new address is told', async (t) => {
  const app = await startTestApp(t, { env: { TRUST_PROXY: '1' } })
  const key = await keyWith(app, ['view_user'])
  const events = async () =>
    (await app.db.selectFrom('events').selectAll().where('type', '=', 'api_key_used').orderBy('id').execute()).map(
      ({ actor_kind, actor_id, ip }) => ({ actor_kind, actor_id, ip }),
    )
  const start = app.clock.now()
  const from = (ip: string) => list(app, key.api_key, { 'x-forwarded-for': ip })
  t.equal((await from('192.0.2.1')).status, 200)
  t.match(await lastUse(app, key.id, start), { last_used_at: start, last_used_ip: '192.0.2.1' })
  app.clock.advance(59)
  for (let i = 0; i < 5; i++) await from('192.0.2.2')
  t.match(await lastUse(app, key.id, start), { last_used_at: start, last_used_ip: '192.0.2.1' }, 'within the minute')
  app.clock.advance(1)
  await Promise.all(Array.from({ length: 10 }, () => from('192.0.2.1')))
  t.match(await lastUse(app, key.id, app.clock.now()), { last_used_at: app.clock.now() })
  const told = { actor_kind: 'api_key', actor_id: key.id } as const
  t.strictSame(await events(), [{ ...told, ip: '192.0.2.1' }])
  app.clock.advance(60)
  await from('192.0.2.3')
  await lastUse(app, key.id, app.clock.now())
  t.strictSame((await events()).at(-1), { ...told, ip: '192.0.2.3' })
})

t.test('closing waits for the last use of a key to be written', async (t) => {
  const app = await startTestApp(t)
  const replica = await startTestApp(t, { database: app.database, clock: app.clock })
  const key = await keyWith(app, ['view_user'])
  // The write waits for this lock, so it is under way while the replica closes.
  const closed = await app.db.transaction().execute(async (tx) => {
    await tx.selectFrom('api_keys').select('id').where('id', '=', key.id).forUpdate().execute()
    t.equal((await list(replica, key.api_key)).status, 200, 'the caller does not wait for the write')
    return { done: replica.close() }
  })
  await closed.done
  const { last_used_at } = await app.db.selectFrom('api_keys').selectAll().executeTakeFirstOrThrow()
  t.strictSame(last_used_at, app.clock.now())
})

t.test('what a key does is told as its own', async (t) => {
  const app = await startTestApp(t)
  const maker = await staffWith(app, [
    'manage_api_keys',
    'edit_user',
    'delete_user',
    'view_customer',
    'view_user',
    'view_audit_log',
  ])
  const key = await keyWith(
    app,
    ['edit_user', 'delete_user', 'view_customer', 'view_user', 'view_audit_log'],
    {},
    maker,
  )
  const { api_key: apiKey } = key
  const user = await createUser(app)
  t.equal((await app.call('PATCH', `/admin/users/${user.id}`, { apiKey, body: { phone: '1' } })).status, 200)
  t.match(await lastEvent(app, 'user_edited', user.id), { actor_kind: 'api_key', actor_id: key.id })
  const read = await app.call('GET', `/admin/users/${user.id}`, { apiKey })
  t.strictSame(read.body.actions, ['edit', 'delete'])
  t.equal((await app.call('GET', '/admin/audit-events/export', { apiKey })).status, 200)
  t.match(await lastEvent(app, 'audit_exported'), { actor_kind: 'api_key', actor_id: key.id })
  const { body } = await app.call('GET', `/admin/audit-events?api_key_id=${key.id}&type=user_edited`, { apiKey })
  t.match(body.items, [{ actor: { kind: 'api_key', id: key.id }, subject: user.id }])

  const admin = await adminOf(app)
  t.equal(gist(await app.call('PATCH', `/admin/users/${admin.id}`, { apiKey, body: { phone: '1' } })), '403 forbidden')
  await app.db
    .updateTable('roles')
    .set({ permissions: ['view_user', 'edit_user', 'manage_api_keys'] })
    .where('name', 'like', 'role_%')
    .execute()
  const beyond = await app.call('DELETE', `/admin/users/${maker.id}`, { apiKey })
  t.equal(gist(beyond), '403 permission_required', 'the maker can no longer delete, so neither can the key')
})

t.test('a key that is revoked while its call waits changes nothing any more', async (t) => {
  const app = await startTestApp(t)
  const changes: Record<string, (id: string) => string> = {
    revoked: (id) => `update api_keys set revoked_at = now() where id = '${id}'`,
    expired: (id) => `update api_keys set expires_at = '2026-03-02T09:00:00Z' where id = '${id}'`,
    regenerated: (id) => `update api_key_secrets set valid_until = '2026-03-02T09:00:00Z' where api_key_id = '${id}'`,
  }
  for (const [name, change] of Object.entries(changes)) {
    const key = await keyWith(app, ['edit_user', 'view_customer', 'view_user'])
    const user = await createUser(app)
    const act = (credentials: object) =>
      app.call('PATCH', `/admin/users/${user.id}`, { ...credentials, body: { phone: '1' } })
    const token = await tokenOf(app, key)
    const answers = await meanwhile(
      app,
      `users where id = ${user.id}`,
      () => [act({ apiKey: key.api_key }), act({ token })],
      [change(key.id)],
    )
    for (const answer of answers) t.equal(gist(answer), '401 api_key_invalid', name)
    const { phone } = await app.db.selectFrom('users').selectAll().where('id', '=', user.id).executeTakeFirstOrThrow()
    t.equal(phone, null, name)
  }
  const key = await keyWith(app, ['edit_user', 'view_customer', 'view_user'])
  const user = await createUser(app)
  const [answer] = await meanwhile(
    app,
    `users where id = ${user.id}`,
    () => [app.call('PATCH', `/admin/users/${user.id}`, { apiKey: key.api_key, body: { phone: '1' } })],
    [`update api_keys set permissions = '{view_user}' where id = '${key.id}'`],
  )
  t.equal(answer && gist(answer), '403 permission_required', 'nor one that has lost its permission')
})

t.test("a person's access token and a key's do not open each other's calls", async (t) => {
  const app = await startTestApp(t)
  const key = await keyWith(app, ['view_user'])
  const token = await tokenOf(app, key)
  for (const [method, path, body] of [
    ['GET', '/auth/me', undefined],
    ['GET', '/auth/sessions', undefined],
    ['POST', '/auth/password/change', { new_password: 'x', confirm_password: 'x' }],
  ] as const)
    t.equal(gist(await app.call(method, path, { token, ...(body && { body }) })), '403 people_only', path)
  t.equal((await app.call('POST', '/auth/logout', { token })).status, 204)
  t.equal((await app.call('GET', '/admin/users?limit=1', { token })).status, 200, 'it has no session to end')
  await keysAs(app, await keyMaker(app)).regenerate(key.id)
  t.equal(gist(await app.call('GET', '/admin/users?limit=1', { token })), '401 api_key_invalid', 'it ends with its key')
  const user = await signIn(app, await createUser(app))
  t.equal((await app.call('GET', '/admin/users?limit=1', { token: user.access_token })).status, 200)
})

t.test('the account of whoever holds the secret is the own one for a key, too', async (t) => {
  const app = await startTestApp(t)
  const granted = ['manage_api_keys', 'view_user', 'edit_user', 'delete_user', 'reset_user_password', 'reset_user_2fa']
  const maker = await staffWith(app, granted)
  const key = await keyWith(app, granted, {}, maker)
  await enrol(app, maker)
  const before = await stateOf(app, maker.id)
  const own = `/admin/users/${maker.id}`
  for (const credentials of [{ apiKey: key.api_key }, { token: await tokenOf(app, key) }]) {
    const call = (method: string, path: string, body?: object) =>
      app.call(method, path, { ...credentials, ...(body && { body }) })
    const acts: Record<string, () => Promise<Answer>> = {
      'reset 2FA': () => call('POST', `${own}/reset-2fa`),
      'reset the password': () => call('POST', `${own}/reset-password`),
      unlock: () => call('POST', `${own}/unlock`),
      delete: () => call('DELETE', own),
      deactivate: () => call('PATCH', own, { active: false }),
      'take another address': () => call('PATCH', own, { email: 'elsewhere@example.com' }),
    }
    for (const [name, act] of Object.entries(acts)) t.equal(gist(await act()), '409 own_account', name)
    t.strictSame((await call('GET', own)).body.actions, ['edit'])
  }
  t.strictSame(await stateOf(app, maker.id), before)
})
