/** Who may make which call of the administration: one table, held against the OpenAPI document. */
import t from 'tap'
import { staffWith } from './support/admin.ts'
import { keyWith, tokenOf } from './support/api-keys.ts'
import { startTestApp } from './support/app.ts'
import { createUser, gist, login, signIn } from './support/users.ts'

const app = await startTestApp(t)

interface Operation {
  permission: string
  /** On whom: each successful call gets a user, a role, or an API key of its own. */
  on?: 'user' | 'enrolled' | 'role' | 'key'
  body?: (n: number, targetId: number) => object
  ok: number
  /** Closed to services. */
  people?: true
}

const operations: Record<string, Operation> = {
  'GET /admin/users': { permission: 'view_user', ok: 200 },
  'POST /admin/users': {
    permission: 'create_user',
    body: (n) => ({ email: `new${n}@example.com`, first_name: 'A', last_name: 'B', roles: ['customer'] }),
    ok: 201,
  },
  'GET /admin/users/{id}': { permission: 'view_user', on: 'user', ok: 200 },
  'PATCH /admin/users/{id}': { permission: 'edit_user', on: 'user', body: (n) => ({ phone: `${n}` }), ok: 200 },
  'DELETE /admin/users/{id}': { permission: 'delete_user', on: 'user', ok: 204 },
  'POST /admin/users/{id}/reset-password': { permission: 'reset_user_password', on: 'user', ok: 200 },
  'POST /admin/users/{id}/reset-2fa': { permission: 'reset_user_2fa', on: 'enrolled', ok: 200 },
  'POST /admin/users/{id}/welcome-email': { permission: 'send_welcome_email', on: 'user', ok: 202 },
  'POST /admin/users/{id}/unlock': { permission: 'edit_user', on: 'user', ok: 200 },
  'GET /admin/users/{id}/sessions': { permission: 'edit_user', on: 'user', ok: 200 },
  'DELETE /admin/users/{id}/sessions': { permission: 'edit_user', on: 'user', ok: 204 },
  'GET /admin/roles': { permission: 'view_user', ok: 200, people: true },
  'POST /admin/roles': {
    permission: 'manage_roles',
    body: (n) => ({ name: `made_${n}`, permissions: [] }),
    ok: 201,
    people: true,
  },
  'PATCH /admin/roles/{name}': {
    permission: 'manage_roles',
    on: 'role',
    body: (n) => ({ description: `${n}` }),
    ok: 200,
    people: true,
  },
  'DELETE /admin/roles/{name}': { permission: 'manage_roles', on: 'role', ok: 204, people: true },
  'GET /admin/policy': { permission: 'manage_policy', ok: 200, people: true },
  'PUT /admin/policy': {
    permission: 'manage_policy',
    body: () => ({ two_factor: { required_for_all: false, required_roles: [] } }),
    ok: 200,
    people: true,
  },
  'GET /admin/mail': { permission: 'manage_policy', ok: 200 },
  'GET /admin/audit-events': { permission: 'view_audit_log', ok: 200 },
  'GET /admin/audit-events/export': { permission: 'view_audit_log', ok: 200 },
  'GET /admin/api-keys': { permission: 'manage_api_keys', ok: 200, people: true },
  'POST /admin/api-keys': {
    permission: 'manage_api_keys',
    body: (n) => ({ name: `made ${n}`, permissions: [] }),
    ok: 201,
    people: true,
  },
  'GET /admin/api-keys/{id}': { permission: 'manage_api_keys', on: 'key', ok: 200, people: true },
  'PATCH /admin/api-keys/{id}': {
    permission: 'manage_api_keys',
    on: 'key',
    body: (n) => ({ name: `edited ${n}` }),
    ok: 200,
    people: true,
  },
  'DELETE /admin/api-keys/{id}': { permission: 'manage_api_keys', on: 'key', ok: 204, people: true },
  'POST /admin/api-keys/{id}/regenerate': { permission: 'manage_api_keys', on: 'key', ok: 200, people: true },
  'POST /auth/impersonate': {
    permission: 'can_impersonate',
    on: 'user',
    body: (_n, user_id) => ({ user_id, reason: 'Ticket 1' }),
    ok: 200,
    people: true,
  },
}
const permissions = [...new Set(Object.values(operations).map(({ permission }) => permission))]

type Paths = Record<string, Record<string, { description?: string; security?: unknown }>>
const { paths } = app.app.swagger() as unknown as { paths: Paths }
const declared = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
)

t.test('every call that needs a permission is in the table, with the permission that its contract names', async (t) => {
  const admin = declared.filter(({ name }) => name.includes(' /admin/') || name in operations)
  t.strictSame(admin.map(({ name }) => name).sort(), Object.keys(operations).sort())
  for (const { name, operation } of admin) {
    t.match(operation.description, `Needs the permission \`${operations[name]?.permission}\`.`, name)
    const services = operations[name]?.people ? [] : [{ apiKey: [] }]
    t.strictSame(operation.security, [{ accessToken: [] }, ...services], name)
  }
  for (const { name, operation } of declared)
    if (!(name in operations)) t.notMatch(operation.description ?? '', 'Needs the permission', name)
})

let calls = 0
/** Makes the call with this token or key, on a target of its own. */
async function attempt(name: string, credentials: { token?: string | undefined; apiKey?: string }) {
  const { on, body } = operations[name] ?? {}
  const [method = '', template = ''] = name.split(' ')
  calls += 1
  let path = template
  let targetId = 0
  if (on === 'user' || on === 'enrolled') {
    const target = await createUser(app, { roles: [], state: 'none' })
    if (on === 'enrolled')
      await app.db.updateTable('users').set({ totp_secret: 'sealed' }).where('id', '=', target.id).execute()
    targetId = target.id
    path = template.replace('{id}', String(target.id))
  } else if (on === 'role') {
    await app.db
      .insertInto('roles')
      .values({ name: `target_${calls}` })
      .execute()
    path = template.replace('{name}', `target_${calls}`)
  } else if (on === 'key') {
    path = template.replace('{id}', (await keyWith(app, [])).id)
  }
  return app.call(method, path, { ...credentials, ...(body && { body: body(calls, targetId) }) })
}

t.test('each caller gets through to exactly the calls that the permissions open', async (t) => {
  const signedInWith = async (roles: string[]) =>
    (await signIn(app, await createUser(app, { roles }))).access_token as string
  const temporary = await createUser(app, { roles: ['admin'], state: 'temporary' })
  const stepToken = (await login(app, temporary)).body.step_token as string
  const callers: { name: string; token: string | undefined; refusal?: string; holds: string[] }[] = [
    { name: 'nobody', token: undefined, refusal: '401 access_token_missing', holds: [] },
    { name: 'no token of ours', token: 'x.y.z', refusal: '401 access_token_invalid', holds: [] },
    { name: "an administrator's step token", token: stepToken, refusal: '401 access_token_invalid', holds: [] },
    { name: 'a customer', token: await signedInWith(['customer']), holds: [] },
    { name: 'an agent', token: await signedInWith(['customer_service_agent_1']), holds: ['view_user'] },
    { name: 'an administrator', token: await signedInWith(['admin']), holds: permissions },
    {
      name: 'permissions of other services',
      token: (await staffWith(app, ['view_customer', 'edit_users', 'administrator', 'manage'])).token,
      holds: [],
    },
  ]
  for (const permission of permissions) {
    const { token } = await staffWith(app, [permission])
    callers.push({ name: `only ${permission}`, token, holds: [permission] })
    const others = permissions.filter((other) => other !== permission)
    callers.push({ name: `all but ${permission}`, token: (await staffWith(app, others)).token, holds: others })
  }
  for (const { name, token, refusal, holds } of callers) {
    for (const [operation, { permission, ok }] of Object.entries(operations)) {
      const answer = await attempt(operation, { token })
      if (holds.includes(permission)) t.equal(answer.status, ok, `${name}: ${operation}: ${answer.text.slice(0, 200)}`)
      else {
        t.equal(gist(answer), refusal ?? '403 permission_required', `${name}: ${operation}`)
        t.equal(answer.body.permission, refusal ? undefined : permission, `${name}: ${operation}`)
      }
    }
  }
})

t.test(
  'a service gets through with its key, and with its access token, to what the key opens, and to nothing of people',
  async (t) => {
    const keys = [
      { name: 'a key without permissions', holds: [] },
      { name: 'a key with all of them', holds: permissions },
      ...permissions.map((permission) => ({ name: `only ${permission}`, holds: [permission] })),
    ]
    for (const { name, holds } of keys) {
      const key = await keyWith(app, holds)
      for (const credentials of [{ apiKey: key.api_key }, { token: await tokenOf(app, key) }]) {
        for (const [operation, { permission, ok, people }] of Object.entries(operations)) {
          const answer = await attempt(operation, credentials)
          const asked = `${name}: ${operation}: ${answer.text.slice(0, 200)}`
          if (people) t.equal(gist(answer), '403 people_only', asked)
          else if (holds.includes(permission)) t.equal(answer.status, ok, asked)
          else t.match(answer, { status: 403, body: { code: 'permission_required', permission } }, asked)
        }
      }
    }
  },
)

t.test('a refused call is refused before its parameters and body are looked at', async (t) => {
  const customer = (await signIn(app, await createUser(app, { roles: ['customer'] }))).access_token as string
  for (const [name, { permission }] of Object.entries(operations)) {
    const [method = '', template = ''] = name.split(' ')
    const path = template.replace('{id}', 'x').replace('{name}', '%00')
    const raw = method === 'GET' || method === 'DELETE' ? {} : { raw: { body: '{', contentType: 'text/plain' } }
    t.match((await app.call(method, path, { token: customer, ...raw })).body, { status: 403, permission }, name)
    t.equal(gist(await app.call(method, path, raw)), '401 access_token_missing', name)
  }
})
