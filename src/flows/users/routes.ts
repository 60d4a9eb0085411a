/** The administration of users. */
import { Type } from 'typebox'
import type { Deps } from '../../deps.ts'
import { fieldRefusal, Refusal } from '../../errors.ts'
import type { App } from '../../http/app-type.ts'
import { type Guards, sessionOf } from '../../http/authenticate.ts'
import { contract } from '../../http/contract.ts'
import { readCursor, writeCursor } from '../../http/cursor.ts'
import { exampleAdminUser, exampleSession } from '../../http/examples.ts'
import { textsFor } from '../../http/language.ts'
import { presentAdminUser, presentSession } from '../../http/present.ts'
import {
  AdminUser,
  closed,
  emailInput,
  localeInput,
  Message,
  nameInput,
  pageOf,
  pageQuery,
  phoneInput,
  reasonInput,
  ref,
  Session,
  timestamp,
  userId,
} from '../../http/schemas.ts'
import { sourceOf } from '../../http/source.ts'
import { emailKey } from '../../policy/email-key.ts'
import type { ListedUser, UserPage, UserSort } from '../../store/user-list.ts'
import { createUser } from './create-user.ts'
import { deleteUser } from './delete-user.ts'
import { editUser } from './edit-user.ts'
import { listUsers, readUser } from './list-users.ts'
import { resetUserPassword, resetUserTwoFactor, unlockUser } from './reset-credentials.ts'
import { sendWelcomeMail } from './send-welcome-mail.ts'
import { endUserSessions, listUserSessions } from './user-sessions.ts'

const UserId = Type.Object({ id: userId }, closed)
const Reason = Type.Object(
  { reason: Type.Optional(reasonInput) },
  { ...closed, examples: [{ reason: 'Lost telephone, identity checked in the shop' }] },
)
const rolesInput = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
  minItems: 1,
  maxItems: 100,
  uniqueItems: true,
})

const SORTS = ['id', '-id', 'email', '-email', 'created_at', '-created_at', 'last_login_at', '-last_login_at'] as const

const UserQuery = Type.Object(
  {
    ...pageQuery,
    q: Type.Optional(
      Type.String({ minLength: 3, maxLength: 100, description: 'Part of a name, e-mail or telephone number.' }),
    ),
    ids: Type.Optional(
      Type.String({ pattern: '^\\d{1,15}(,\\d{1,15}){0,199}$', description: 'Up to 200 ids, separated by commas.' }),
    ),
    email: Type.Optional(Type.String({ maxLength: 1024, description: 'Exactly this address.' })),
    role: Type.Optional(Type.String({ maxLength: 100 })),
    active: Type.Optional(Type.Boolean()),
    two_factor_enabled: Type.Optional(Type.Boolean()),
    never_logged_in: Type.Optional(Type.Boolean()),
    inactive_since: Type.Optional(timestamp('Signed in last before this moment, or never.')),
    locked: Type.Optional(Type.Boolean()),
    sort: Type.Optional(Type.Unsafe<(typeof SORTS)[number]>({ type: 'string', enum: [...SORTS], default: 'id' })),
  },
  closed,
)

const NewUser = Type.Object(
  {
    email: emailInput,
    first_name: nameInput,
    last_name: nameInput,
    phone: Type.Optional(phoneInput),
    roles: rolesInput,
    locale: Type.Optional(localeInput),
    send_welcome_email: Type.Optional(Type.Boolean({ default: true })),
  },
  {
    ...closed,
    examples: [
      { email: 'bob.wilson@example.com', first_name: 'Bob', last_name: 'Wilson', roles: ['customer_service_agent_1'] },
    ],
  },
)

const Edit = Type.Object(
  {
    email: Type.Optional(emailInput),
    first_name: Type.Optional(nameInput),
    last_name: Type.Optional(nameInput),
    phone: Type.Optional(phoneInput),
    locale: Type.Optional(localeInput),
    roles: Type.Optional(rolesInput),
    active: Type.Optional(Type.Boolean()),
  },
  { ...closed, examples: [{ phone: '+44 20 7946 0958', roles: ['customer_service_agent_1'] }] },
)

const IfMatch = Type.Object({
  'if-match': Type.Optional(Type.String({ description: 'The ETag that you saw; a stale one is refused.' })),
})

const TemporaryPassword = Type.Object({
  temporary_password: Type.String({ description: 'Shown once. Pass it on by a secure channel.' }),
  expires_at: timestamp('When it stops opening the step that changes it.'),
  message: Type.String(),
})

const one = (description: string) => ({ 200: { description, schema: ref(AdminUser), example: exampleAdminUser } })
const told = (description: string, message: string) => ({ description, schema: ref(Message), example: { message } })

export function userRoutes(app: App, deps: Deps, guards: Guards): void {
  app.get(
    '/admin/users',
    {
      onRequest: guards.permission('view_user'),
      schema: contract({
        id: 'listUsers',
        tag: 'Users',
        summary: 'List users',
        description:
          'Search, filter and sort; pages by cursor, which miss nobody and show nobody twice while users come and go.',
        access: 'session',
        permission: 'view_user',
        querystring: UserQuery,
        answers: {
          200: {
            description: 'A page.',
            schema: pageOf(AdminUser),
            example: { items: [exampleAdminUser], next_cursor: null },
          },
        },
        refuses: ['invalid_cursor'],
      }),
    },
    async (request) => {
      const { query } = request
      const sort = query.sort ?? 'id'
      const page = readPage(sort, query.limit, query.cursor)
      const { users, more } = await listUsers(deps, filterOf(query), page)
      const last = users.at(-1)
      return {
        items: users.map((user) => presentAdminUser(user, sessionOf(request).user)),
        next_cursor: more && last ? writeCursor(`users:${sort}`, sortValue(last, page.sort), last.id) : null,
      }
    },
  )

  app.post(
    '/admin/users',
    {
      onRequest: guards.permission('create_user'),
      schema: contract({
        id: 'createUser',
        tag: 'Users',
        summary: 'Create a user',
        description: 'The account has no password; the welcome mail carries the link that sets one (7 days).',
        access: 'session',
        permission: 'create_user',
        body: NewUser,
        answers: {
          201: { description: 'Created; `Location` tells where.', schema: ref(AdminUser), example: exampleAdminUser },
        },
        refuses: ['email_taken', 'unknown_role', 'forbidden'],
      }),
    },
    async (request, reply) => {
      const { body } = request
      const draft = {
        email: body.email,
        firstName: body.first_name,
        lastName: body.last_name,
        phone: body.phone ?? null,
        locale: body.locale ?? 'en',
        roles: body.roles,
        sendWelcomeEmail: body.send_welcome_email ?? true,
      }
      const bearer = sessionOf(request)
      const user = await createUser(deps, bearer, draft, sourceOf(request))
      reply
        .code(201)
        .header('location', `${deps.config.http.basePath}/admin/users/${user.id}`)
        .header('etag', etag(user))
      return presentAdminUser(user, bearer.user)
    },
  )

  app.get(
    '/admin/users/:id',
    {
      onRequest: guards.permission('view_user'),
      schema: contract({
        id: 'readUser',
        tag: 'Users',
        summary: 'Read a user',
        description: 'One user, with the `ETag` for an edit.',
        access: 'session',
        permission: 'view_user',
        params: UserId,
        answers: one('The user.'),
        refuses: ['not_found'],
      }),
    },
    async (request, reply) => {
      const user = await readUser(deps, request.params.id)
      reply.header('etag', etag(user))
      return presentAdminUser(user, sessionOf(request).user)
    },
  )

  app.patch(
    '/admin/users/:id',
    {
      onRequest: guards.permission('edit_user'),
      schema: {
        ...contract({
          id: 'editUser',
          tag: 'Users',
          summary: 'Edit a user',
          description:
            'Fields left out stay as they are. The e-mail also needs `reset_user_password`; changing it kills links and step tokens and tells the old address. Deactivating ends all sessions. Send `If-Match` to refuse overwriting what someone else has changed.',
          access: 'session',
          permission: 'edit_user',
          params: UserId,
          body: Edit,
          answers: one('The user as changed.'),
          refuses: [
            'not_found',
            'forbidden',
            'email_taken',
            'unknown_role',
            'own_account',
            'last_admin',
            'version_conflict',
          ],
        }),
        headers: IfMatch,
      },
    },
    async (request, reply) => {
      const bearer = sessionOf(request)
      const expected = expectedVersion(request.headers['if-match'])
      const user = await editUser(deps, bearer, request.params.id, request.body, expected, sourceOf(request))
      reply.header('etag', etag(user))
      return presentAdminUser(user, bearer.user)
    },
  )

  app.delete(
    '/admin/users/:id',
    {
      onRequest: guards.permission('delete_user'),
      schema: contract({
        id: 'deleteUser',
        tag: 'Users',
        summary: 'Delete a user',
        description:
          'Account, credentials, 2FA settings and sessions are gone for good. Audit events stay; customer data lives elsewhere and is not touched.',
        access: 'session',
        permission: 'delete_user',
        params: UserId,
        querystring: Reason,
        answers: { 204: { description: 'Deleted.' } },
        refuses: ['not_found', 'forbidden', 'own_account', 'last_admin'],
      }),
    },
    async (request, reply) => {
      await deleteUser(deps, sessionOf(request), request.params.id, request.query.reason, sourceOf(request))
      return reply.code(204).send()
    },
  )

  app.post(
    '/admin/users/:id/reset-password',
    {
      onRequest: guards.permission('reset_user_password'),
      schema: contract({
        id: 'resetUserPassword',
        tag: 'Users',
        summary: 'Give a temporary password',
        description:
          'Shown once, readable aloud, 72 hours. It opens only the step that changes it, for 10 more minutes from its first use. Ends all sessions of the user.',
        access: 'session',
        permission: 'reset_user_password',
        params: UserId,
        body: Reason,
        answers: {
          200: {
            description: 'The temporary password.',
            schema: TemporaryPassword,
            example: {
              temporary_password: 'kx7f-2rha-w9ct-e4gs',
              expires_at: '2026-05-07T09:30:00.000Z',
              message: 'Temporary password for Jane Doe.',
            },
          },
        },
        refuses: ['not_found', 'forbidden', 'own_account', 'last_admin', 'overloaded'],
      }),
    },
    async (request) => {
      const { id } = request.params
      const given = await resetUserPassword(deps, sessionOf(request), id, request.body.reason, sourceOf(request))
      return {
        temporary_password: given.password,
        expires_at: given.expiresAt.toISOString(),
        message: textsFor(request).messages.temporary_password_set(nameOf(given.user)),
      }
    },
  )

  app.post(
    '/admin/users/:id/reset-2fa',
    {
      onRequest: guards.permission('reset_user_2fa'),
      schema: contract({
        id: 'resetUserTwoFactor',
        tag: 'Users',
        summary: 'Reset two-factor authentication',
        description:
          'For someone who has lost both authenticator and backup codes. Check who they are first. Ends all sessions of the user.',
        access: 'session',
        permission: 'reset_user_2fa',
        params: UserId,
        body: Reason,
        answers: { 200: told('It is off.', 'Jane Doe can now sign in with only their password.') },
        refuses: ['not_found', 'forbidden', 'own_account', 'two_factor_not_enabled'],
      }),
    },
    async (request) => {
      const user = await resetUserTwoFactor(
        deps,
        sessionOf(request),
        request.params.id,
        request.body.reason,
        sourceOf(request),
      )
      return { message: textsFor(request).messages.two_factor_reset(nameOf(user)) }
    },
  )

  app.post(
    '/admin/users/:id/welcome-email',
    {
      onRequest: guards.permission('send_welcome_email'),
      schema: contract({
        id: 'sendWelcomeEmail',
        tag: 'Users',
        summary: 'Send the welcome mail',
        description:
          'Sign-in instructions, a link to set a password where there is none (7 days), and whom to ask. Only while the user has never signed in.',
        access: 'session',
        permission: 'send_welcome_email',
        params: UserId,
        answers: { 202: told('On its way.', 'The welcome email to jane.doe@example.com is on its way.') },
        refuses: ['not_found', 'forbidden', 'user_has_logged_in'],
      }),
    },
    async (request, reply) => {
      const user = await sendWelcomeMail(deps, sessionOf(request), request.params.id, sourceOf(request))
      reply.code(202)
      return { message: textsFor(request).messages.welcome_email_queued(user.email) }
    },
  )

  app.post(
    '/admin/users/:id/unlock',
    {
      onRequest: guards.permission('edit_user'),
      schema: contract({
        id: 'unlockUser',
        tag: 'Users',
        summary: 'Unlock an account',
        description: 'Lifts every wait that failed attempts have put on the account.',
        access: 'session',
        permission: 'edit_user',
        params: UserId,
        body: Reason,
        answers: { 200: told('Unlocked.', 'Jane Doe can try to sign in again.') },
        refuses: ['not_found', 'forbidden'],
      }),
    },
    async (request) => {
      const user = await unlockUser(deps, sessionOf(request), request.params.id, request.body.reason, sourceOf(request))
      return { message: textsFor(request).messages.account_unlocked(nameOf(user)) }
    },
  )

  app.get(
    '/admin/users/:id/sessions',
    {
      onRequest: guards.permission('edit_user'),
      schema: contract({
        id: 'listUserSessions',
        tag: 'Users',
        summary: "List a user's sessions",
        description: 'Where the user is signed in, last used first.',
        access: 'session',
        permission: 'edit_user',
        params: UserId,
        answers: {
          200: {
            description: 'The sessions.',
            schema: pageOf(Session),
            example: { items: [exampleSession], next_cursor: null },
          },
        },
        refuses: ['not_found'],
      }),
    },
    async (request) => {
      const sessions = await listUserSessions(deps, request.params.id)
      const current = sessionOf(request).session.id
      return { items: sessions.map((session) => presentSession(session, current)), next_cursor: null }
    },
  )

  app.delete(
    '/admin/users/:id/sessions',
    {
      onRequest: guards.permission('edit_user'),
      schema: contract({
        id: 'endUserSessions',
        tag: 'Users',
        summary: 'Sign a user out everywhere',
        description: 'Ends all sessions and sign-ins under way of the user.',
        access: 'session',
        permission: 'edit_user',
        params: UserId,
        answers: { 204: { description: 'Ended.' } },
        refuses: ['not_found', 'forbidden'],
      }),
    },
    async (request, reply) => {
      await endUserSessions(deps, sessionOf(request), request.params.id, sourceOf(request))
      return reply.code(204).send()
    },
  )
}

function filterOf(query: {
  q?: string
  ids?: string
  email?: string
  role?: string
  active?: boolean
  two_factor_enabled?: boolean
  never_logged_in?: boolean
  inactive_since?: string
  locked?: boolean
}) {
  return {
    q: query.q,
    ids: query.ids?.split(',').map(Number),
    // What cannot be an address is nobody's.
    emailKey: query.email === undefined ? undefined : (emailKey(query.email) ?? ''),
    role: query.role,
    active: query.active,
    twoFactorEnabled: query.two_factor_enabled,
    neverLoggedIn: query.never_logged_in,
    inactiveSince: query.inactive_since === undefined ? undefined : new Date(query.inactive_since),
    locked: query.locked,
  }
}

function readPage(sort: (typeof SORTS)[number], limit = 50, cursor?: string): UserPage {
  const name = sort.replace(/^-/, '') as UserSort
  const after = cursor === undefined ? undefined : readCursor(`users:${sort}`, cursor)
  const isTime = name === 'created_at' || name === 'last_login_at'
  if (after && isTime && Number.isNaN(Date.parse(String(after.value)))) throw new Refusal('invalid_cursor')
  return { sort: name, descending: sort.startsWith('-'), limit, after }
}

function sortValue(user: ListedUser, sort: UserSort): string | number {
  if (sort === 'email') return emailKey(user.email) ?? user.email
  if (sort === 'created_at') return user.created_at.toISOString()
  if (sort === 'last_login_at') return (user.last_login_at ?? new Date(0)).toISOString()
  return user.id
}

function etag(user: ListedUser): string {
  return `"${user.version}"`
}

/** @throws Refusal `validation_failed` for what is no ETag of ours. */
function expectedVersion(header: string | undefined): number | undefined {
  if (header === undefined || header === '*') return undefined
  const [, version] = /^(?:W\/)?"(\d{1,9})"$/.exec(header) ?? []
  if (version === undefined) throw fieldRefusal('/if-match', 'format', 'ETag')
  return Number(version)
}

function nameOf(user: { first_name: string; last_name: string }): string {
  return `${user.first_name} ${user.last_name}`
}
