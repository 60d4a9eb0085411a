/** Roles and the permissions that they give. */
import { type Selectable, sql } from 'kysely'
import type { Database, OpenTransaction } from './database.ts'
import type { Tables } from './tables.ts'

export type RoleRecord = Selectable<Tables['roles']>
export type CountedRole = RoleRecord & { user_count: number }

/** All roles, by name: an organisation has few. */
export function listRoles(db: Database): Promise<CountedRole[]> {
  return db
    .selectFrom('roles')
    .selectAll('roles')
    .select((eb) =>
      eb
        .selectFrom('user_roles')
        .whereRef('user_roles.role_name', '=', 'roles.name')
        .select((inner) => inner.fn.countAll<number>().as('count'))
        .$asScalar()
        .$notNull()
        .as('user_count'),
    )
    .orderBy('name')
    .execute()
}

/** The named roles that exist. Locks them against a change until the transaction ends. */
export function lockRolesForUse(tx: OpenTransaction, names: string[]): Promise<RoleRecord[]> {
  if (names.length === 0) return Promise.resolve([])
  return tx.selectFrom('roles').selectAll().where('name', 'in', names).orderBy('name').forShare().execute()
}

export function lockRole(tx: OpenTransaction, name: string): Promise<RoleRecord | undefined> {
  return tx.selectFrom('roles').selectAll().where('name', '=', name).forUpdate().executeTakeFirst()
}

/** @returns false when the name is taken; that aborts nothing. */
export async function insertRole(
  tx: OpenTransaction,
  role: { name: string; description: string; permissions: string[] },
): Promise<boolean> {
  const row = await tx
    .insertInto('roles')
    .values(role)
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('name')
    .executeTakeFirst()
  return row !== undefined
}

export async function updateRole(
  tx: OpenTransaction,
  name: string,
  change: { description?: string; permissions?: string[] },
): Promise<void> {
  if (Object.keys(change).length > 0) await tx.updateTable('roles').set(change).where('name', '=', name).execute()
}

export async function deleteRole(tx: OpenTransaction, name: string): Promise<void> {
  await tx.deleteFrom('roles').where('name', '=', name).execute()
}

export async function isRoleHeld(tx: OpenTransaction, name: string): Promise<boolean> {
  const row = await tx
    .selectFrom('user_roles')
    .select('user_id')
    .where('role_name', '=', name)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Takes a name out of the policy on second factors, so that a later role of the same name does not inherit it. */
export async function removeRoleFromPolicy(tx: OpenTransaction, name: string): Promise<void> {
  await tx
    .updateTable('policy')
    .set({ two_factor_required_roles: sql`array_remove(two_factor_required_roles, ${name})` })
    .execute()
}
