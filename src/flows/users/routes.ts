/** The administration of users. */
import { Type } from 'typebox'
import type { Deps } from '../../deps.ts'
import { fieldRefusal } from '../../errors.ts'
import type { App } from '../../http/app-type.ts'
import { callerOf, type Guards, viewerOf } from '../../http/authenticate.ts'
import { contract } from '../../http/contract.ts'
import { writeCursor } from '../../http/cursor.ts'
import { exampleAdminUser } from '../../http/examples.ts'
import { presentAdminUser } from '../../http/present.ts'
import {
  AdminUser,
  closed,
  emailInput,
  localeInput,
  nameInput,
  pageOf,
  phoneInput,
  ref,
  storable,
} from '../../http/schemas.ts'
import { sourceOf } from '../../http/source.ts'
import type { ListedUser } from '../../store/user-list.ts'
import { Reason, UserId, userCareRoutes } from './care-routes.ts'
import { createUser } from './create-user.ts'
import { deleteUser } from './delete-user.ts'
import { editUser } from './edit-user.ts'
import { filterOf, pageOfQuery, sortValue, UserQuery } from './list-request.ts'
import { listUsers, readUser } from './list-users.ts'

const rolesInput = Type.Array(storable({ minLength: 1, maxLength: 100 }), {
  minItems: 1,
  maxItems: 100,
  uniqueItems: true,
})

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

const one = (description: string) => ({ 200: { description, schema: ref(AdminUser), example: exampleAdminUser } })
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
        access: 'caller',
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
      const page = pageOfQuery(query)
      const { users, more } = await listUsers(deps, filterOf(query), page)
      const last = users.at(-1)
      return {
        items: users.map((user) => presentAdminUser(user, viewerOf(request))),
        next_cursor:
          more && last ? writeCursor(`users:${query.sort ?? 'id'}`, sortValue(last, page.sort), last.id) : null,
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
        access: 'caller',
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
      const user = await createUser(deps, callerOf(request), draft, sourceOf(request))
      reply
        .code(201)
        .header('location', `${deps.config.http.basePath}/admin/users/${user.id}`)
        .header('etag', etag(user))
      return presentAdminUser(user, viewerOf(request))
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
        access: 'caller',
        permission: 'view_user',
        params: UserId,
        answers: one('The user.'),
        refuses: ['not_found'],
      }),
    },
    async (request, reply) => {
      const user = await readUser(deps, request.params.id)
      reply.header('etag', etag(user))
      return presentAdminUser(user, viewerOf(request))
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
            'Fields left out stay as they are. The e-mail also needs `reset_user_password`; changing it kills links and step tokens, tells the old address, and sends a welcome mail whose link was still open to the new one. Your own address you change by `POST /auth/email/change`. Deactivating ends all sessions. Send `If-Match` to refuse overwriting what someone else has changed.',
          access: 'caller',
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
      const expected = expectedVersion(request.headers['if-match'])
      const user = await editUser(deps, callerOf(request), request.params.id, request.body, expected, sourceOf(request))
      reply.header('etag', etag(user))
      return presentAdminUser(user, viewerOf(request))
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
        access: 'caller',
        permission: 'delete_user',
        params: UserId,
        querystring: Reason,
        answers: { 204: { description: 'Deleted.' } },
        refuses: ['not_found', 'forbidden', 'own_account', 'last_admin'],
      }),
    },
    async (request, reply) => {
      await deleteUser(deps, callerOf(request), request.params.id, request.query.reason, sourceOf(request))
      return reply.code(204).send()
    },
  )

  userCareRoutes(app, deps, guards)
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
