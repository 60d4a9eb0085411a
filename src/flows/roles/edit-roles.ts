import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { ADMIN_ROLE, covers } from '../../policy/permissions.ts'
import type { OpenTransaction } from '../../store/database.ts'
import {
  insertRole,
  isRoleHeld,
  lockRole,
  type RoleRecord,
  removeRoleFromPolicy,
  deleteRole as storeDelete,
  updateRole,
} from '../../store/roles.ts'
import { type Authority, type Caller, requireCaller } from '../shared/act-on-user.ts'
import { recordEvent } from '../shared/record-event.ts'
import { transact } from '../shared/transact.ts'

export interface RoleDraft {
  name: string
  description: string
  permissions: string[]
}

/** @throws Refusal `role_exists`, `forbidden` (a permission beyond the caller's own). */
export async function createRole(deps: Deps, authority: Authority, draft: RoleDraft, source: Source): Promise<void> {
  await transact(deps.db, async (tx) => {
    const caller = await requireCaller(tx, authority, 'manage_roles', deps.clock.now())
    if (caller instanceof Refusal) return caller
    if (!covers(caller.permissions, draft.permissions)) return new Refusal('forbidden')
    if (!(await insertRole(tx, draft))) return new Refusal('role_exists')
    const details = { role: draft.name, after: draft }
    const report = { type: 'role_created', outcome: 'success', actor: caller.actor, details } as const
    return recordEvent(tx, report, source, deps.clock.now())
  })
}

/**
 * Changes a role's description or permissions; the name is its identity. New permissions count for its users at once.
 * @throws Refusal `not_found`, `role_built_in` (the role `admin`), `forbidden`.
 */
export async function editRole(
  deps: Deps,
  authority: Authority,
  name: string,
  change: Partial<Omit<RoleDraft, 'name'>>,
  source: Source,
): Promise<void> {
  await onRole(deps, authority, name, async (tx, role, caller) => {
    if (role.name === ADMIN_ROLE) return new Refusal('role_built_in')
    if (!covers(caller.permissions, change.permissions ?? [])) return new Refusal('forbidden')
    await updateRole(tx, name, change)
    const before = { description: role.description, permissions: role.permissions }
    const details = { role: name, before, after: { ...before, ...change } }
    const report = { type: 'role_edited', outcome: 'success', actor: caller.actor, details } as const
    return recordEvent(tx, report, source, deps.clock.now())
  })
}

/** @throws Refusal `not_found`, `role_built_in`, `role_in_use`, `forbidden`. */
export async function deleteRole(deps: Deps, authority: Authority, name: string, source: Source): Promise<void> {
  await onRole(deps, authority, name, async (tx, role, caller) => {
    if (role.built_in) return new Refusal('role_built_in')
    if (await isRoleHeld(tx, name)) return new Refusal('role_in_use')
    await storeDelete(tx, name)
    await removeRoleFromPolicy(tx, name)
    const details = { role: name, before: { description: role.description, permissions: role.permissions } }
    const report = { type: 'role_deleted', outcome: 'success', actor: caller.actor, details } as const
    return recordEvent(tx, report, source, deps.clock.now())
  })
}

/** Locks the role and refuses whoever has less than it gives. */
function onRole<T>(
  deps: Deps,
  authority: Authority,
  name: string,
  work: (tx: OpenTransaction, role: RoleRecord, caller: Caller) => Promise<T | Refusal>,
): Promise<T> {
  return transact(deps.db, async (tx) => {
    const role = await lockRole(tx, name)
    const caller = await requireCaller(tx, authority, 'manage_roles', deps.clock.now())
    if (caller instanceof Refusal) return caller
    if (!role) return new Refusal('not_found')
    if (!covers(caller.permissions, role.permissions)) return new Refusal('forbidden')
    return work(tx, role, caller)
  })
}
