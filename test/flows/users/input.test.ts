/** What callers send: bad values are refused field by field, and nothing that can be sent breaks the service. */
import t from 'tap'
import { adminOf, usersAs } from '../../support/admin.ts'
import { startTestApp } from '../../support/app.ts'
import type { Answer } from '../../support/client.ts'
import { createUser, gist } from '../../support/users.ts'

const app = await startTestApp(t)
const admin = await adminOf(app)
const { create, edit, list } = usersAs(app, admin)
const draft = { email: 'new@example.com', first_name: 'New', last_name: 'User', roles: ['customer'] }

const badFields: Record<string, unknown[]> = {
  email: ['', 'nobody', '@example.com', 'a b@example.com', 'a@b@c.d', null, 5, ['a@example.com'], 'x'.repeat(1025)],
  first_name: ['', '   ', 'a\nb', 'a\u0000', 'x'.repeat(101), null, 5],
  last_name: ['', '\u00a0', 'a\tb', 'a\u0000', 'x'.repeat(101), null],
  phone: ['x'.repeat(51), '1\n2', '\u0000', 5],
  locale: ['de', 'EN', '', null],
  roles: [[], null, 'admin', [''], [5], ['customer', 'customer'], Array.from({ length: 101 }, (_, n) => `r${n}`)],
}

t.test('each bad field is refused and named, at creation and at an edit', async (t) => {
  const user = await createUser(app)
  const before = (await usersAs(app, admin).read(user.id)).body
  for (const [field, values] of Object.entries(badFields)) {
    for (const value of values) {
      const name = `${field}: ${JSON.stringify(value)?.slice(0, 30)}`
      for (const answer of [
        await create({ ...draft, [field]: value }),
        await edit(user.id, { phone: '1', [field]: value }),
      ]) {
        t.equal(gist(answer), '400 validation_failed', name)
        t.ok(
          answer.body.errors.every((error: { path: string }) => error.path.startsWith(`/${field}`)),
          name,
        )
      }
    }
  }
  for (const field of ['email', 'first_name', 'last_name', 'roles']) {
    const answer = await create({ ...draft, [field]: undefined })
    t.match(answer.body, { code: 'validation_failed', errors: [{ path: `/${field}` }] })
  }
  for (const field of ['id', 'permissions', 'password', 'version', 'login_count', 'two_factor_enabled', '__proto_'])
    for (const answer of [await create({ ...draft, [field]: 1 }), await edit(user.id, { [field]: 1 })])
      t.match(answer.body, { code: 'validation_failed', errors: [{ path: `/${field}` }] }, field)
  t.equal(gist(await edit(user.id, { active: 'false' })), '400 validation_failed')
  t.equal(gist(await edit(user.id, { active: null })), '400 validation_failed')
  t.strictSame((await usersAs(app, admin).read(user.id)).body, before, 'nothing has changed')
  t.strictSame((await list('?q=new@example')).body.items, [])
})

t.test('each bad parameter of the list is refused', async (t) => {
  const bad = {
    limit: ['0', '201', '-1', '1.5', 'ten', '', '1e2'],
    q: ['', 'ab', 'x'.repeat(101)],
    ids: ['', ',', '1,', 'a', '1,,2', '-1', '1.5', '1;2', Array.from({ length: 201 }, (_, n) => n).join()],
    active: ['yes', '1', '', 'TRUE'],
    two_factor_enabled: ['on'],
    never_logged_in: ['0'],
    locked: ['no'],
    inactive_since: ['yesterday', '2026-01-01', '', '1767225600', '2026-13-01T00:00:00Z', '2016-12-31T23:59:60Z'],
    sort: ['name', '', '+id', '-', 'ID', '--id', 'id,email', 'password_hash'],
    page: ['2'],
    offset: ['1'],
  }
  for (const [name, values] of Object.entries(bad))
    for (const value of values)
      t.equal(gist(await list(`?${name}=${encodeURIComponent(value)}`)), '400 validation_failed', `${name}=${value}`)
  t.equal(gist(await list('?limit=2&limit=3')), '400 validation_failed', 'given twice')
  for (const id of ['0', '-1', '1.5', 'x', '01', '9007199254740992', '%00', '1%20or%201=1'])
    t.equal(gist(await app.call('GET', `/admin/users/${id}`, { token: admin.token })), '400 validation_failed', id)
  t.equal(gist(await app.call('GET', '/admin/users/9007199254740991', { token: admin.token })), '404 not_found')
})

t.test(
  'text that the database cannot hold is the caller’s mistake wherever it is sent, and harms nobody',
  async (t) => {
    const user = await createUser(app)
    const { token } = admin
    const calls: ((text: string) => [method: string, path: string, body?: object])[] = [
      (text) => ['POST', '/admin/users', { ...draft, email: `${text}@example.com` }],
      (text) => ['POST', '/admin/users', { ...draft, first_name: text }],
      (text) => ['POST', '/admin/users', { ...draft, phone: text }],
      (text) => ['POST', '/admin/users', { ...draft, roles: [text] }],
      (text) => ['PATCH', `/admin/users/${user.id}`, { last_name: text }],
      (text) => ['PATCH', `/admin/users/${user.id}`, { roles: [text] }],
      (text) => ['POST', `/admin/users/${user.id}/unlock`, { reason: text }],
      (text) => ['POST', `/admin/users/${user.id}/reset-password`, { reason: text }],
      (text) => ['POST', '/admin/roles', { name: 'role', description: text, permissions: [] }],
      (text) => ['POST', '/admin/roles', { name: text, permissions: [] }],
      (text) => ['PATCH', '/admin/roles/customer', { description: text }],
      (text) => ['PUT', '/admin/policy', { two_factor: { required_for_all: false, required_roles: [text] } }],
      (text) => ['PATCH', '/auth/me', { first_name: text }],
    ]
    for (const text of ['a\u0000b', 'a\ud800b', '\udc00abc']) {
      for (const call of calls) {
        const [method, path, body] = call(text)
        const answer = await app.call(method, path, { token, ...(body && { body }) })
        t.match(gist(answer), /^400 (validation_failed|unknown_role)$/, `${method} ${path} ${JSON.stringify(body)}`)
      }
    }
    for (const path of [
      '/admin/users?q=a%00bc',
      '/admin/users?role=%00',
      '/admin/audit-events?type=%00',
      '/admin/audit-events?ip=%00',
      `/admin/users?cursor=${Buffer.from('["users:id","\\u0000",1]').toString('base64url')}`,
    ])
      t.match(gist(await app.call('GET', path, { token })), /^400 (validation_failed|invalid_cursor)$/, path)
    t.strictSame((await list('?email=%00')).body.items, [], 'what cannot be an address is nobody’s')
    for (const [method, path] of [
      ['PATCH', '/admin/roles/%00'],
      ['DELETE', '/admin/roles/%00'],
      ['DELETE', `/admin/users/${user.id}?reason=%00`],
    ] as const)
      t.match(
        gist(await app.call(method, path, { token })),
        /^400 validation_failed|404 not_found$/,
        `${method} ${path}`,
      )
    t.equal((await usersAs(app, admin).read(user.id)).status, 200, 'a refused deletion deletes nobody')
  },
)

t.test('a text is told what is wrong with it', async (t) => {
  const messagesOf = ({ body }: Answer) =>
    body.errors.map(({ path, message }: { path: string; message: string }) => `${path} ${message}`)
  const role = (body: object) =>
    app.call('POST', '/admin/roles', { token: admin.token, body: { permissions: [], ...body } })
  const letters = 'must be made of lower-case letters without accents, digits and'
  const cases: [Answer, string[]][] = [
    [await create({ ...draft, first_name: ' \u00a0' }), ['/first_name must not be blank']],
    [await create({ ...draft, first_name: 'a\tb' }), ['/first_name must not hold control characters']],
    [await create({ ...draft, phone: '1\n2' }), ['/phone must not hold control characters']],
    [await role({ name: 'Billing' }), [`/name ${letters} . _ - only`]],
    [
      await role({ name: 'a', permissions: ['x', 'View_User', 'admin'] }),
      [1, 2].map((at) => `/permissions/${at} ${letters} . _ - : only, and not be "admin"`),
    ],
    [
      await create({ ...draft, roles: ['customer', 'bililng', 'staf'] }),
      ['bililng', 'staf'].map((name) => `/roles names "${name}", which does not exist`),
    ],
  ]
  for (const [answer, messages] of cases) {
    t.equal(answer.status, 400)
    t.strictSame(messagesOf(answer), messages)
  }
  const user = await createUser(app)
  t.match(messagesOf(await edit(user.id, { roles: ['z', 'customer'] })), ['/roles names "z", which does not exist'])
  const policy = { two_factor: { required_for_all: false, required_roles: ['z'] } }
  const refused = await app.call('PUT', '/admin/policy', { token: admin.token, body: policy })
  t.strictSame(messagesOf(refused), ['/two_factor/required_roles names "z", which does not exist'])
})

t.test('what a call does not read is refused, never dropped: a field of the body or of the query', async (t) => {
  const user = await createUser(app)
  const { token } = admin
  const on = `/admin/users/${user.id}`
  const cases: [method: string, path: string, body: unknown, named: string][] = [
    ['DELETE', on, { reason: 'left' }, '/reason'],
    ['DELETE', `${on}/sessions`, { reason: 'left' }, '/reason'],
    ['POST', `${on}/welcome-email`, { language: 'fr' }, '/language'],
    ['DELETE', on, ['left'], '/0'],
    ['DELETE', on, 'left', '/'],
    ['DELETE', on, null, '/'],
    ['POST', `${on}/reset-password?reason=left`, {}, '/reason'],
    ['GET', '/admin/roles?limit=5', undefined, '/limit'],
    ['GET', '/auth/me?fields=id', undefined, '/fields'],
    ['GET', `${on}?fields=id`, undefined, '/fields'],
  ]
  for (const [method, path, body, named] of cases) {
    const raw = { body: JSON.stringify(body), contentType: 'application/json' }
    const answer = await app.call(method, path, { token, ...(body !== undefined && { raw }) })
    t.equal(gist(answer), '400 validation_failed', `${method} ${path}`)
    t.strictSame(
      answer.body.errors.map((error: { path: string }) => error.path),
      [named],
      `${method} ${path}`,
    )
  }
  t.equal((await usersAs(app, admin).read(user.id)).status, 200, 'nothing was done')
  for (const path of ['/.well-known/jwks.json?v=1', '/health/ready?probe=1', '/auth/check?of=the-call-behind'])
    t.match((await app.call('GET', path, { token })).status, /^20[04]$/, path)
  for (const body of ['', '{}']) {
    const raw = { body, contentType: 'application/json' }
    t.equal((await app.call('DELETE', `${on}/sessions`, { token, raw })).status, 204, 'nothing is not a field')
  }
})
