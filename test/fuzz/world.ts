/** Who calls, and on what: people and services in every state, made anew for each round of requests. */
import { randomUUID } from 'node:crypto'
import { writeToken } from '../../src/crypto/opaque-token.ts'
import { writeCursor } from '../../src/http/cursor.ts'
import { adminOf, createRole } from '../support/admin.ts'
import { keyWith, tokenOf } from '../support/api-keys.ts'
import type { TestApp } from '../support/app.ts'
import { Authenticator } from '../support/authenticator.ts'
import { enable, tokenAfterPassword } from '../support/two-factor.ts'
import { createUser, demandSecondFactor, enrol, login, NEW_PASSWORD, PASSWORD, signIn } from '../support/users.ts'
import type { Caller } from './requests.ts'
import type { Known } from './values.ts'

const PERMISSIONS = [
  'view_user',
  'create_user',
  'edit_user',
  'delete_user',
  'reset_user_password',
  'reset_user_2fa',
  'send_welcome_email',
  'view_audit_log',
  'manage_policy',
  'view_customer',
]

export interface World {
  /** By the scheme of the contract that they fit. */
  callers: Record<string, Caller[]>
  known: Known
}

/** @param expired an access token of an earlier round. @param cursors ends of pages that earlier answers named. */
export async function makeWorld(app: TestApp, expired: string, cursors: string[]): Promise<World> {
  const { call, clock, db, deps } = app
  const demanding = await createRole(app, ['view_customer'])
  await demandSecondFactor(app, { roles: [demanding] })
  const admins = [await adminOf(app), await adminOf(app), await adminOf(app)]
  const [customer, ended, temporary, newcomer, target, second] = [
    await createUser(app, { roles: ['customer'] }),
    await createUser(app),
    await createUser(app, { state: 'temporary' }),
    await createUser(app, { roles: [demanding] }),
    await createUser(app, { roles: [], state: 'none' }),
    await createUser(app),
  ]
  const enrolled = await enrol(app, second)
  const beginner = await createUser(app)
  const { access_token: beginning } = await signIn(app, beginner)
  const offer = await enable(app, beginner, beginning)
  const firstCode = new Authenticator(offer.body.provisioning_uri).code(clock.now())
  const own = await signIn(app, customer)
  const gone = await signIn(app, ended)
  await call('POST', '/auth/logout', { token: gone.access_token })
  const acting = await call('POST', '/auth/impersonate', {
    token: admins[0]?.token,
    body: { user_id: customer.id, reason: 'Ticket 1' },
  })
  const steps = [
    { user: second, token: await tokenAfterPassword(app, second) },
    { user: temporary, token: await tokenAfterPassword(app, temporary) },
    { user: newcomer, token: await tokenAfterPassword(app, newcomer) },
  ]
  const key = await keyWith(app, PERMISSIONS, {}, admins[1])
  const poor = await keyWith(app, [], {}, admins[1])
  const serviceToken = await tokenOf(app, key)
  const service = { client_id: [key.id], client_secret: [key.api_key] }
  const role = await createRole(app, ['view_customer'])
  const links = await makeLinks(app, [customer.id, second.id, target.id])
  const live = await login(app, customer)
  // A code of the next step: the present one was spent by enrolling.
  const code = enrolled.authenticator.code(clock.now(), 1)

  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const people: Caller[] = [
    ...admins.map(({ id, token }) => ({ name: 'administrator', headers: bearer(token), userId: id })),
    ...admins.map(({ id, token }) => ({ name: 'administrator', headers: bearer(token), userId: id })),
    ...Array.from({ length: 3 }, () => ({
      name: 'enrolled user',
      headers: bearer(enrolled.token),
      userId: second.id,
      known: { code: [code], password: [PASSWORD] },
    })),
    ...Array.from({ length: 2 }, () => ({
      name: 'enrolling user',
      headers: bearer(beginning),
      userId: beginner.id,
      known: { code: [firstCode], password: [PASSWORD] },
    })),
    { name: 'customer', headers: bearer(own.access_token), userId: customer.id },
    { name: 'customer', headers: bearer(live.body.access_token), userId: customer.id },
  ]
  const basic = Buffer.from(`${key.id}:${key.api_key}`).toString('base64')
  const services: Caller[] = [
    { name: 'key', headers: { 'x-api-key': key.api_key } },
    { name: 'key without permissions', headers: { 'x-api-key': poor.api_key } },
  ]
  const users = [...admins, customer, temporary, newcomer, target, second]
  return {
    callers: {
      accessToken: people,
      stepToken: steps.map(({ user, token }) => ({ name: 'step', headers: bearer(token), userId: user.id })),
      apiKey: services,
      clientCredentials: [
        { name: 'service by Basic', headers: { authorization: `Basic ${basic}` } },
        { name: 'service by form', headers: {}, known: service },
      ],
      none: [
        { name: 'nobody', headers: {} },
        { name: 'service by its access token', headers: bearer(serviceToken) },
        { name: 'someone who acts as another', headers: bearer(acting.body.access_token), userId: customer.id },
        { name: 'ended session', headers: bearer(gone.access_token), userId: ended.id },
        { name: 'expired access token', headers: bearer(expired) },
        { name: 'forged access token', headers: bearer(`${own.access_token.slice(0, -3)}AAA`) },
        { name: 'odd authorization', headers: { authorization: 'Bearer\t x y' } },
        { name: 'token and key', headers: { ...bearer(own.access_token), 'x-api-key': key.api_key } },
        { name: 'no key of ours', headers: { 'x-api-key': `${key.api_key.slice(0, -1)}é` } },
      ],
    },
    known: {
      email: [
        ...[customer, second, temporary, newcomer].map(({ email }) => email),
        ` ${customer.email.toUpperCase()}`,
        ...Array.from({ length: 6 }, () => `${randomUUID()}@example.com`),
      ],
      new_email: [`${randomUUID()}@example.com`, customer.email, 'jane@bücher.example'],
      password: [PASSWORD, PASSWORD, PASSWORD, NEW_PASSWORD],
      current_password: [PASSWORD],
      new_password: [NEW_PASSWORD, PASSWORD, 'password'],
      confirm_password: [NEW_PASSWORD, PASSWORD, 'password'],
      code: [code, code, '000000', ...enrolled.backupCodes.slice(0, 2)],
      token: [...links, own.access_token, own.refresh_token, serviceToken, expired, gone.refresh_token],
      refresh_token: [own.refresh_token, live.body.refresh_token, gone.refresh_token, steps[0]?.token],
      cookie: [
        `omnicrm_refresh=${live.body.refresh_token}`,
        'omnicrm_refresh=x; omnicrm_device=x.y.z',
        '=;;=',
        'omnicrm_refresh=spent',
      ],
      grant_type: ['client_credentials', 'refresh_token'],
      scope: ['view_user', 'view_user view_customer', 'admin', ' '],
      token_type_hint: ['access_token', 'refresh_token', 'x'],
      roles: [role, demanding, 'customer', 'customer_service_agent_1', 'admin'],
      required_roles: [demanding, 'unknown'],
      role: [role, 'admin'],
      permissions: ['view_customer', 'view_user', 'manage_roles'],
      allowed_addresses: ['10.0.0.0/8', '2001:db8::/32', '127.0.0.1', '::ffff:10.0.0.0/104'],
      user_id: users.map(({ id }) => id),
      subject_id: users.map(({ id }) => id),
      actor_id: users.map(({ id }) => id),
      ids: [users.map(({ id }) => id).join(), '1,1', '999999999999999'],
      q: ['jane', '%_\\', 'doe'],
      session_id: (await db.selectFrom('sessions').select('id').execute()).slice(-20).map(({ id }) => id),
      '/admin/users:id': [...users.map(({ id }) => id), target.id, target.id],
      '/admin/api-keys:id': [poor.id, poor.id, (await keyWith(app, [], {}, admins[1])).id, randomUUID()],
      '/admin/roles:name': [role, 'customer', 'admin', 'unknown'],
      api_key_id: [key.id],
      name: ['a_role', role, randomUUID().slice(0, 8)],
      first_name: ['Jane', 'ジェーン'],
      last_name: ['Doe'],
      phone: ['+1 555 0100', null],
      reason: ['Ticket 1'],
      cursor: [...cursors, ...forgedCursors(app)],
      after: [...cursors, ...forgedCursors(app), deps.keys.ring.primary],
    },
  }
}

/** Genuine ends of mailed links, of each kind. */
async function makeLinks({ db, deps, clock }: TestApp, userIds: number[]): Promise<string[]> {
  const kinds = ['password_reset', 'welcome', 'email_change'] as const
  const now = clock.now()
  const links = userIds.flatMap((user_id) => kinds.map((kind) => ({ id: randomUUID(), user_id, kind })))
  await db
    .insertInto('links')
    .values(
      links.map((link) => ({
        ...link,
        new_email: link.kind === 'email_change' ? `${link.id}@example.com` : null,
        token_key_id: deps.keys.ring.primary,
        created_at: now,
        expires_at: new Date(now.getTime() + 3_600_000),
      })),
    )
    .execute()
  return links.map(({ id, kind }) =>
    writeToken(deps.keys.ring, kind === 'email_change' ? 'email_link' : 'password_link', id),
  )
}

/** Cursors carry no right and anybody can write one. */
function forgedCursors({ clock }: TestApp): string[] {
  const values = [
    '',
    'x',
    '\0',
    'é'.repeat(300),
    -1,
    0,
    1.5,
    1e300,
    clock.now().toISOString(),
    '0000-01-01T00:00:00.000Z',
  ]
  const lists = [
    'events',
    'api-keys',
    ...['id', 'email', 'created_at', 'last_login_at'].flatMap((name) => [`users:${name}`, `users:-${name}`]),
  ]
  return lists.flatMap((list) =>
    values.map((value, n) => writeCursor(list, value, n % 2 ? Number.MAX_SAFE_INTEGER : -n)),
  )
}
