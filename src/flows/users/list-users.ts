import type { Deps } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import {
  findListedUser,
  type ListedUser,
  listUsers as readUsers,
  type UserFilter,
  type UserPage,
} from '../../store/user-list.ts'

/** @returns the page, and whether another one follows. */
export async function listUsers(
  deps: Deps,
  filter: UserFilter,
  page: UserPage,
): Promise<{ users: ListedUser[]; more: boolean }> {
  const rows = await readUsers(deps.db, filter, { ...page, limit: page.limit + 1 }, deps.clock.now())
  return { users: rows.slice(0, page.limit), more: rows.length > page.limit }
}

/** @throws Refusal `not_found` */
export async function readUser(deps: Deps, id: number): Promise<ListedUser> {
  const user = await findListedUser(deps.db, id, deps.clock.now())
  if (!user) throw new Refusal('not_found')
  return user
}
