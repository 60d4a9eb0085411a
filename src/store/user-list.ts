/** The administration's list of users: search, filters, sorts, keyset pages. */
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from './database.ts'
import { withRoles } from './held-roles.ts'
import type { Tables } from './tables.ts'
import { selectUsers, type UserRecord } from './users.ts'

export interface UserFilter {
  /** At least three characters of name, e-mail or telephone number. */
  q?: string | undefined
  ids?: number[] | undefined
  emailKey?: string | undefined
  role?: string | undefined
  active?: boolean | undefined
  twoFactorEnabled?: boolean | undefined
  neverLoggedIn?: boolean | undefined
  /** Signed in last before this moment, or never. */
  inactiveSince?: Date | undefined
  locked?: boolean | undefined
}

export type UserSort = 'id' | 'email' | 'created_at' | 'last_login_at'

export interface UserPage {
  sort: UserSort
  descending: boolean
  limit: number
  /** The sort value and id of the last row of the page before. */
  after: { value: string | number; id: number } | undefined
}

/** `locked_until` is null for a lock that only a release ends. */
export type ListedUser = UserRecord & { locked: boolean; locked_until: Date | null }

/** What each sort orders by; each has its index. Users who never signed in count as of 1970. */
const sortKeys = {
  id: sql<number>`users.id`,
  email: sql<string>`users.email_key`,
  created_at: sql<Date>`users.created_at`,
  last_login_at: sql<Date>`coalesce(users.last_login_at, '1970-01-01 00:00:00+00'::timestamptz)`,
} as const

const valueTypes = { id: 'bigint', email: 'text', created_at: 'timestamptz', last_login_at: 'timestamptz' } as const

export async function listUsers(db: Database, filter: UserFilter, page: UserPage, now: Date): Promise<ListedUser[]> {
  return (await userListQuery(db, filter, page, now).execute()).map(withRoles)
}

/** The list's query by itself, so that its plan can be looked at. */
export function userListQuery(db: Database, filter: UserFilter, page: UserPage, now: Date) {
  const key = sortKeys[page.sort]
  const direction = page.descending ? 'desc' : 'asc'
  let query = selectUsers(db)
    .select((eb) => [isHeld(now).as('locked'), lockedUntil(eb, now).as('locked_until')])
    .where((eb) => eb.and(conditions(eb, filter, now)))
    .orderBy(key, direction)
    .limit(page.limit)
  if (page.sort !== 'id') query = query.orderBy('users.id', direction)
  if (page.after) query = query.where(beyond(page))
  return query
}

/** One user as the list shows it. */
export async function findListedUser(db: Database, id: number, now: Date): Promise<ListedUser | undefined> {
  const row = await selectUsers(db)
    .select((eb) => [isHeld(now).as('locked'), lockedUntil(eb, now).as('locked_until')])
    .where('users.id', '=', id)
    .executeTakeFirst()
  return row && withRoles(row)
}

function beyond(page: UserPage): Expression<SqlBool> {
  const { value, id } = page.after ?? { value: 0, id: 0 }
  const comparison = page.descending ? sql`<` : sql`>`
  if (page.sort === 'id') return sql<SqlBool>`users.id ${comparison} ${id}`
  return sql<SqlBool>`(${sortKeys[page.sort]}, users.id) ${comparison} (${value}::${sql.raw(valueTypes[page.sort])}, ${id}::bigint)`
}

function conditions(eb: ExpressionBuilder<Tables, 'users'>, filter: UserFilter, now: Date): Expression<SqlBool>[] {
  const all: (Expression<SqlBool> | undefined)[] = [
    filter.q === undefined ? undefined : sql<SqlBool>`users.search_text like ${likePattern(filter.q)}`,
    filter.ids && eb('users.id', 'in', filter.ids),
    filter.emailKey === undefined ? undefined : eb('users.email_key', '=', filter.emailKey),
    filter.role === undefined
      ? undefined
      : eb.exists(
          eb
            .selectFrom('user_roles as held')
            .whereRef('held.user_id', '=', 'users.id')
            .where('held.role_name', '=', filter.role)
            .select('held.user_id'),
        ),
    filter.active === undefined
      ? undefined
      : filter.active
        ? sql<SqlBool>`users.active`
        : sql<SqlBool>`not users.active`,
    filter.twoFactorEnabled === undefined
      ? undefined
      : eb('users.totp_secret', filter.twoFactorEnabled ? 'is not' : 'is', null),
    filter.neverLoggedIn === undefined
      ? undefined
      : filter.neverLoggedIn
        ? sql<SqlBool>`users.login_count = 0`
        : sql<SqlBool>`users.login_count > 0`,
    filter.inactiveSince && sql<SqlBool>`${sortKeys.last_login_at} < ${filter.inactiveSince}`,
    filter.locked === undefined ? undefined : isLocked(eb, now, filter.locked),
  ]
  return all.filter((condition) => condition !== undefined)
}

/** Two lists, so that each is read from its own index. */
function isLocked(eb: ExpressionBuilder<Tables, 'users'>, now: Date, locked: boolean): Expression<SqlBool> {
  const held = sql<number>`(
    select user_id from attempts where blocked_until > ${now} and user_id is not null
    union select user_id from attempts where locked_at is not null and user_id is not null)`
  return locked ? eb('users.id', 'in', held) : eb('users.id', 'not in', held)
}

/** No `exists`: the planner would read all of `attempts` for it, since it does not see that the page needs few of them. */
function isHeld(now: Date) {
  return sql<boolean>`(select coalesce(bool_or(blocked_until > ${now} or locked_at is not null), false)
    from attempts where attempts.user_id = users.id)`
}

/** When the longest wait ends by itself; null where there is none, or where a lock stands that does not. */
function lockedUntil(eb: ExpressionBuilder<Tables, 'users'>, now: Date) {
  return eb
    .selectFrom('attempts')
    .whereRef('attempts.user_id', '=', 'users.id')
    .select(
      sql<Date | null>`case when bool_or(locked_at is not null) then null
        else max(blocked_until) filter (where blocked_until > ${now}) end`.as('until'),
    )
}

function likePattern(q: string): string {
  return `%${q
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\\%_]/g, '\\$&')}%`
}
