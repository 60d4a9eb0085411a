import { Refusal } from '../../errors.ts'
import type { OpenTransaction } from '../../store/database.ts'
import { lockRolesForUse, type RoleRecord } from '../../store/roles.ts'

/**
 * The roles of these names, which stay as they are until the commit.
 * @param path of the list in the caller's body.
 * @returns or the refusal `unknown_role`, which names each that does not exist.
 */
export async function lockKnownRoles(
  tx: OpenTransaction,
  names: readonly string[],
  path: string,
): Promise<RoleRecord[] | Refusal> {
  const roles = await lockRolesForUse(tx, [...names])
  const known = new Set(roles.map(({ name }) => name))
  const errors = names
    .filter((name) => !known.has(name))
    .map((name) => ({ path, fault: 'missing', value: name }) as const)
  return errors.length > 0 ? new Refusal('unknown_role', { errors }) : roles
}
