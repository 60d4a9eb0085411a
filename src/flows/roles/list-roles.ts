import type { Deps } from '../../deps.ts'
import { type CountedRole, listRoles } from '../../store/roles.ts'

/** All roles, by name, with the number of their users. */
export function listAllRoles(deps: Deps): Promise<CountedRole[]> {
  return listRoles(deps.db)
}
