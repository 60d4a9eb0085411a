/** How a request for the list of users reads: its parameters, and what they ask the store. */
import { type Static, Type } from 'typebox'
import { readCursor, readTimeCursor } from '../../http/cursor.ts'
import { readTime } from '../../http/parameters.ts'
import { closed, PAGE_SIZE, pageQuery, storable, timestamp } from '../../http/schemas.ts'
import { emailKey } from '../../policy/email-key.ts'
import type { ListedUser, UserFilter, UserPage, UserSort } from '../../store/user-list.ts'

const SORTS = ['id', '-id', 'email', '-email', 'created_at', '-created_at', 'last_login_at', '-last_login_at'] as const

export const UserQuery = Type.Object(
  {
    ...pageQuery,
    q: Type.Optional(
      storable({ minLength: 3, maxLength: 100, description: 'Part of a name, e-mail or telephone number.' }),
    ),
    ids: Type.Optional(
      Type.String({ pattern: '^\\d{1,15}(,\\d{1,15}){0,199}$', description: 'Up to 200 ids, separated by commas.' }),
    ),
    email: Type.Optional(Type.String({ maxLength: 1024, description: 'Exactly this address.' })),
    role: Type.Optional(storable({ maxLength: 100 })),
    active: Type.Optional(Type.Boolean()),
    two_factor_enabled: Type.Optional(Type.Boolean()),
    never_logged_in: Type.Optional(Type.Boolean()),
    inactive_since: Type.Optional(timestamp('Signed in last before this moment, or never.')),
    locked: Type.Optional(Type.Boolean()),
    sort: Type.Optional(Type.Unsafe<(typeof SORTS)[number]>({ type: 'string', enum: [...SORTS], default: 'id' })),
  },
  closed,
)

type Query = Static<typeof UserQuery>

export function filterOf(query: Query): UserFilter {
  return {
    q: query.q,
    ids: query.ids?.split(',').map(Number),
    // What cannot be an address is nobody's.
    emailKey: query.email === undefined ? undefined : (emailKey(query.email) ?? ''),
    role: query.role,
    active: query.active,
    twoFactorEnabled: query.two_factor_enabled,
    neverLoggedIn: query.never_logged_in,
    inactiveSince: query.inactive_since === undefined ? undefined : readTime('inactive_since', query.inactive_since),
    locked: query.locked,
  }
}

/** @throws Refusal `invalid_cursor` for a cursor of another order, or of none. */
export function pageOfQuery({ sort = 'id', limit = PAGE_SIZE, cursor }: Query): UserPage {
  const name = sort.replace(/^-/, '') as UserSort
  const read = name === 'created_at' || name === 'last_login_at' ? readTimeCursor : readCursor
  const after = cursor === undefined ? undefined : read(`users:${sort}`, cursor)
  return { sort: name, descending: sort.startsWith('-'), limit, after }
}

/** Where this user stands in the order, for the next page's cursor. */
export function sortValue(user: ListedUser, sort: UserSort): string | number {
  if (sort === 'email') return emailKey(user.email) ?? user.email
  if (sort === 'created_at') return user.created_at.toISOString()
  if (sort === 'last_login_at') return (user.last_login_at ?? new Date(0)).toISOString()
  return user.id
}
