/** Roles: named sets of permissions. */
import { Type } from 'typebox'
import type { Deps } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import type { App } from '../../http/app-type.ts'
import { type Guards, sessionOf, type Viewer } from '../../http/authenticate.ts'
import { contract } from '../../http/contract.ts'
import { exampleRole } from '../../http/examples.ts'
import { presentRole } from '../../http/present.ts'
import { closed, pageOf, permissionsInput, Role, ref, roleNameInput, storable } from '../../http/schemas.ts'
import { sourceOf } from '../../http/source.ts'
import { createRole, deleteRole, editRole } from './edit-roles.ts'
import { listAllRoles } from './list-roles.ts'

const descriptionInput = storable({ maxLength: 500 })

const RoleName = Type.Object({ name: storable({ maxLength: 100 }) }, closed)
const NewRole = Type.Object(
  { name: roleNameInput, description: Type.Optional(descriptionInput), permissions: permissionsInput },
  {
    ...closed,
    examples: [{ name: 'billing', description: 'Invoices', permissions: ['view_customer', 'edit_invoice'] }],
  },
)
const Edit = Type.Object(
  { description: Type.Optional(descriptionInput), permissions: Type.Optional(permissionsInput) },
  { ...closed, examples: [{ permissions: ['view_customer'] }] },
)

export function roleRoutes(app: App, deps: Deps, guards: Guards): void {
  const read = async (name: string, caller: Viewer) => {
    const role = (await listAllRoles(deps)).find((entry) => entry.name === name)
    if (!role) throw new Refusal('not_found')
    return presentRole(role, caller)
  }

  app.get(
    '/admin/roles',
    {
      onRequest: guards.personWith('view_user'),
      schema: contract({
        id: 'listRoles',
        tag: 'Roles and policy',
        summary: 'List roles',
        description: 'All roles, by name.',
        access: 'session',
        permission: 'view_user',
        answers: {
          200: {
            description: 'The roles.',
            schema: pageOf(Role),
            example: { items: [exampleRole], next_cursor: null },
          },
        },
      }),
    },
    async (request) => {
      const { user } = sessionOf(request)
      return { items: (await listAllRoles(deps)).map((role) => presentRole(role, user)), next_cursor: null }
    },
  )

  app.post(
    '/admin/roles',
    {
      onRequest: guards.personWith('manage_roles'),
      schema: contract({
        id: 'createRole',
        tag: 'Roles and policy',
        summary: 'Create a role',
        description: 'With permissions that lie within your own.',
        access: 'session',
        permission: 'manage_roles',
        body: NewRole,
        answers: { 201: { description: 'Created.', schema: ref(Role), example: exampleRole } },
        refuses: ['role_exists', 'forbidden'],
      }),
    },
    async (request, reply) => {
      const { name, description = '', permissions } = request.body
      const bearer = sessionOf(request)
      await createRole(deps, bearer, { name, description, permissions }, sourceOf(request))
      reply.code(201).header('location', `${deps.config.http.basePath}/admin/roles/${name}`)
      return read(name, bearer.user)
    },
  )

  app.patch(
    '/admin/roles/:name',
    {
      onRequest: guards.personWith('manage_roles'),
      schema: contract({
        id: 'editRole',
        tag: 'Roles and policy',
        summary: 'Edit a role',
        description:
          'Its permissions count for its users at once here, in new access tokens elsewhere. The role `admin` cannot be changed.',
        access: 'session',
        permission: 'manage_roles',
        params: RoleName,
        body: Edit,
        answers: { 200: { description: 'The role as changed.', schema: ref(Role), example: exampleRole } },
        refuses: ['not_found', 'role_built_in', 'forbidden'],
      }),
    },
    async (request) => {
      const bearer = sessionOf(request)
      await editRole(deps, bearer, request.params.name, request.body, sourceOf(request))
      return read(request.params.name, bearer.user)
    },
  )

  app.delete(
    '/admin/roles/:name',
    {
      onRequest: guards.personWith('manage_roles'),
      schema: contract({
        id: 'deleteRole',
        tag: 'Roles and policy',
        summary: 'Delete a role',
        description: 'A role that nobody has.',
        access: 'session',
        permission: 'manage_roles',
        params: RoleName,
        answers: { 204: { description: 'Deleted.' } },
        refuses: ['not_found', 'role_built_in', 'role_in_use', 'forbidden'],
      }),
    },
    async (request, reply) => {
      await deleteRole(deps, sessionOf(request), request.params.name, sourceOf(request))
      return reply.code(204).send()
    },
  )
}
