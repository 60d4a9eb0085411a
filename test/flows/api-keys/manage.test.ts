/** Making, listing, editing, replacing and revoking API keys. */
import t from 'tap'
import { adminOf, lastEvent, staffWith } from '../../support/admin.ts'
import { keysAs, keyWith } from '../../support/api-keys.ts'
import { startTestApp } from '../../support/app.ts'
import { gist, race } from '../../support/users.ts'

const app = await startTestApp(t)
const admin = await adminOf(app)
const as = keysAs(app, admin)
const DAY = 86_400
const inDays = (days: number) => new Date(app.clock.now().getTime() + days * DAY * 1000).toISOString()
const opens = (apiKey: string) => app.call('GET', '/admin/users?limit=1', { apiKey })

t.test('a key is shown once, and masked from then on', async (t) => {
  const made = await as.create({ name: ' Invoices ', permissions: ['view_user'] })
  t.equal(made.status, 201)
  const { api_key, ...shown } = made.body
  t.match(api_key, /^oak_[0-9A-Za-z]{46}$/)
  t.equal(made.headers.get('location'), `/admin/api-keys/${shown.id}`)
  t.match(shown, {
    name: 'Invoices',
    description: '',
    masked: `${api_key.slice(0, 8)}…`,
    status: 'active',
    permissions: ['view_user'],
    effective_permissions: ['view_user'],
    allowed_addresses: [],
    created_by: admin.id,
    issued_by: admin.id,
    expires_at: null,
    revoked_at: null,
    previous_valid_until: null,
    last_used_at: null,
    last_used_ip: null,
  })
  t.strictSame((await as.read(shown.id)).body, shown)
  t.strictSame((await as.list()).body.items[0], shown)
  for (const answer of [await as.read(shown.id), await as.list(), await as.edit(shown.id, { name: 'Other' })])
    t.notOk(answer.text.includes(api_key.slice(8)))
  t.equal((await opens(api_key)).status, 200)
})

t.test('bad settings are refused, each by the name of its field', async (t) => {
  const bad: [object, string, string][] = [
    [{ name: ' ' }, '/name', 'invalid'],
    [{ permissions: ['admin'] }, '/permissions/0', 'invalid'],
    [{ permissions: ['View User'] }, '/permissions/0', 'invalid'],
    [{ expires_at: app.clock.now().toISOString() }, '/expires_at', 'future'],
    [{ expires_at: 'tomorrow' }, '/expires_at', 'format'],
    [{ expires_at: '2030-12-31T23:59:60Z' }, '/expires_at', 'format'],
    [{ expires_at: '9999-12-31T23:59:59-00:01' }, '/expires_at', 'format'],
    [{ allowed_addresses: ['10.0.0.0/8', 'localhost'] }, '/allowed_addresses/1', 'address'],
    [{ description: 'a\u0000b' }, '/description', 'invalid'],
    [{ scopes: [] }, '/scopes', 'unknown'],
  ]
  const { id } = await keyWith(app, [])
  const before = (await as.read(id)).body
  for (const [change, path] of bad) {
    for (const answer of [await as.create({ name: 'x', permissions: [], ...change }), await as.edit(id, change)]) {
      t.equal(gist(answer), '400 validation_failed', path)
      t.ok(
        answer.body.errors.some((error: { path: string }) => error.path === path),
        `${path}: ${answer.text}`,
      )
    }
  }
  for (const overlap_seconds of [-1, 0.5, '60', 30 * DAY + 1])
    t.equal(gist(await as.regenerate(id, { overlap_seconds })), '400 validation_failed', String(overlap_seconds))
  t.strictSame((await as.read(id)).body, before)
  for (const call of [as.read, as.revoke, (key: string) => as.edit(key, {}), (key: string) => as.regenerate(key)]) {
    t.equal(gist(await call('0b6b0c1e-7f55-4c58-9c61-6a1b7bb7c0de')), '404 not_found')
    t.equal(gist(await call('42')), '400 validation_failed')
  }
})

t.test(
  'the list pages through all keys once, newest first, and filters by status and by what expires soon',
  async (t) => {
    const app = await startTestApp(t)
    const as = keysAs(app, await adminOf(app))
    const expiring = { forever: null, soon: 30, later: 31, over: 1 }
    const ids: Record<string, string> = {}
    for (const [name, days] of Object.entries(expiring)) {
      const settings = days === null ? {} : { expires_at: new Date(app.clock.now().getTime() + days * DAY * 1000) }
      ids[name] = (await keyWith(app, [], { name, ...settings })).id
    }
    ids['revoked'] = (await keyWith(app, [], { name: 'revoked', expires_at: inDays(5) })).id
    await as.revoke(ids['revoked'] ?? '')
    const { over = '' } = ids
    const expires_at = new Date(app.clock.now().getTime() - 1)
    await app.db.updateTable('api_keys').set({ expires_at }).where('id', '=', over).execute()
    const names = async (query: string) =>
      (await as.list(query)).body.items.map(({ name }: { name: string }) => name).sort()

    t.strictSame(await names('?status=active'), ['forever', 'later', 'soon'])
    t.strictSame(await names('?status=expired'), ['over'])
    t.strictSame(await names('?status=revoked'), ['revoked'])
    t.strictSame(await names('?expiring_soon=true'), ['soon'])
    t.strictSame(await names('?expiring_soon=false'), ['forever', 'later', 'over', 'revoked', 'soon'])
    t.strictSame(await names('?expiring_soon=true&status=expired'), [])
    const seen: string[] = []
    let query = '?limit=2'
    for (let page = 0; page < 4 && query !== ''; page++) {
      const { body } = await as.list(query)
      seen.push(...body.items.map(({ name }: { name: string }) => name))
      query = body.next_cursor ? `?limit=2&cursor=${body.next_cursor}` : ''
    }
    t.strictSame(seen, ['revoked', 'over', 'later', 'soon', 'forever'])
    t.equal(gist(await as.list('?cursor=x')), '400 invalid_cursor')
  },
)

t.test('an edit changes what it names, counts at once, and tells what was', async (t) => {
  const key = await keyWith(app, ['view_user'], { expires_at: inDays(1) })
  t.equal((await opens(key.api_key)).status, 200)
  const edited = await as.edit(key.id, {
    permissions: ['view_audit_log'],
    allowed_addresses: ['::FFFF:127.0.0.1', '127.0.0.1'],
    expires_at: null,
  })
  t.match(edited.body, { permissions: ['view_audit_log'], allowed_addresses: ['127.0.0.1'], expires_at: null })
  t.match((await lastEvent(app, 'api_key_edited')).details, {
    api_key: key.id,
    before: { permissions: ['view_user'], allowed_addresses: [] },
    after: { permissions: ['view_audit_log'], allowed_addresses: ['127.0.0.1'], expires_at: null },
  })
  t.equal(gist(await opens(key.api_key)), '403 permission_required')
  const events = () => app.db.selectFrom('events').select('id').where('type', '=', 'api_key_edited').execute()
  const before = await events()
  t.equal((await as.edit(key.id, { expires_at: null, permissions: ['view_audit_log'] })).status, 200)
  t.strictSame(await events(), before, 'an edit that changes nothing tells nothing')
})

t.test('an expired key opens nothing until it is extended; a revoked one never again', async (t) => {
  const key = await keyWith(app, ['view_user'], { expires_at: inDays(1) })
  app.clock.advance(DAY - 1)
  t.equal((await opens(key.api_key)).status, 200)
  app.clock.advance(1)
  const { token } = await adminOf(app)
  const as = keysAs(app, { token })
  t.equal(gist(await opens(key.api_key)), '401 api_key_invalid')
  t.equal((await as.read(key.id)).body.status, 'expired')
  t.equal(gist(await as.regenerate(key.id)), '409 api_key_inactive')
  t.equal((await as.edit(key.id, { expires_at: inDays(1) })).body.status, 'active')
  t.equal((await opens(key.api_key)).status, 200)

  t.equal((await as.revoke(key.id)).status, 204)
  t.equal(gist(await opens(key.api_key)), '401 api_key_invalid')
  const revoked = (await as.read(key.id)).body
  t.match(revoked, { status: 'revoked', revoked_at: app.clock.now().toISOString() })
  app.clock.advance(60)
  t.equal((await as.revoke(key.id)).status, 204, 'once more, as after a lost answer')
  t.strictSame((await as.read(key.id)).body, revoked)
  t.equal(gist(await as.edit(key.id, { expires_at: null })), '409 api_key_inactive')
  t.equal(gist(await as.regenerate(key.id)), '409 api_key_inactive')
})

t.test('a regenerated key lives beside the one before for as long as was said', async (t) => {
  const { token } = await adminOf(app)
  const as = keysAs(app, { token })
  const first = await keyWith(app, ['view_user'], {}, { token })
  const second = (await as.regenerate(first.id, { overlap_seconds: 3600 })).body
  t.not(second.api_key, first.api_key)
  t.match(second, { id: first.id, previous_valid_until: new Date(app.clock.now().getTime() + 3_600_000).toISOString() })
  app.clock.advance(3599)
  t.equal((await opens(first.api_key)).status, 200)
  t.equal((await opens(second.api_key)).status, 200)
  app.clock.advance(1)
  t.equal(gist(await opens(first.api_key)), '401 api_key_invalid')
  const later = keysAs(app, await adminOf(app))
  t.equal((await later.read(first.id)).body.previous_valid_until, null)

  const third = (await later.regenerate(first.id, { overlap_seconds: 3600 })).body
  const fourth = (await later.regenerate(first.id)).body
  for (const old of [first, second, third])
    t.equal(gist(await opens(old.api_key)), '401 api_key_invalid', 'without an overlap every earlier key has ended')
  t.equal((await opens(fourth.api_key)).status, 200)
})

t.test('of keys regenerated at the same time without an overlap exactly one is left', async (t) => {
  const { token } = await adminOf(app)
  const key = await keyWith(app, ['view_user'], {}, { token })
  const { answers, tally } = await race(10, () => keysAs(app, { token }).regenerate(key.id))
  t.strictSame(tally, { '200 active': 10 })
  const works = await Promise.all(answers.map(async ({ body }) => (await opens(body.api_key)).status === 200))
  t.equal(works.filter(Boolean).length, 1)
  t.equal(gist(await opens(key.api_key)), '401 api_key_invalid')
})

t.test('nobody gains by editing: a key with more than the caller has is out of reach', async (t) => {
  const { token } = await adminOf(app)
  const admins = keysAs(app, { token })
  const manager = await staffWith(app, ['manage_api_keys', 'view_user'])
  const as = keysAs(app, manager)
  t.equal(gist(await as.create({ name: 'x', permissions: ['view_user', 'edit_user'] })), '403 forbidden')
  const beyond = await keyWith(app, ['view_user', 'edit_user'], {}, { token })
  const before = (await admins.read(beyond.id)).body
  const refused = {
    'cut what is beyond': () => as.edit(beyond.id, { permissions: ['view_user'] }),
    'open it to other addresses': () => as.edit(beyond.id, { allowed_addresses: [] }),
    'extend its life': () => as.edit(beyond.id, { expires_at: null }),
    'change nothing': () => as.edit(beyond.id, {}),
    regenerate: () => as.regenerate(beyond.id),
    revoke: () => as.revoke(beyond.id),
  }
  for (const [name, act] of Object.entries(refused)) t.equal(gist(await act()), '403 forbidden', name)
  t.strictSame((await admins.read(beyond.id)).body, before)

  const within = await keyWith(app, ['view_user'], {}, { token })
  t.equal(gist(await as.edit(within.id, { permissions: ['view_user', 'edit_user'] })), '403 forbidden')
  t.equal((await as.edit(within.id, { permissions: [] })).status, 200)
  t.equal((await as.edit(within.id, { permissions: ['view_user'] })).status, 200)
  const taken = await as.regenerate(within.id)
  t.match(taken.body, { issued_by: manager.id, created_by: before.created_by })
  t.equal((await as.revoke(within.id)).status, 204)
})
