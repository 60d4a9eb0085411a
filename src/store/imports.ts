/** Users who come from another system, many at a time. */
import { sql } from 'kysely'
import type { OpenTransaction } from './database.ts'

/** A user as an import brings one: with the id, the credentials and the history from before. */
export interface ImportedUser {
  id: number
  email: string
  email_key: string
  first_name: string
  last_name: string
  phone: string | null
  locale: string
  active: boolean
  password_hash: string | null
  /** Sealed. */
  totp_secret: string | null
  login_count: number
  last_login_at: Date | null
  created_at: Date
  roles: string[]
}

/** Which of these ids belong to users who were deleted here. */
export async function findDeletedUsers(tx: OpenTransaction, ids: number[]): Promise<Set<number>> {
  const rows = await tx
    .selectFrom('deleted_users')
    .select('id')
    .where('id', '=', sql<number>`any(${ids}::bigint[])`)
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/** The users who have one of these ids or one of these e-mail keys. */
export async function findRivals(tx: OpenTransaction, ids: number[], emailKeys: string[]): Promise<ImportedUser[]> {
  const result = await sql<ImportedUser>`
    select id, email, email_key, first_name, last_name, phone, locale, active, password_hash, totp_secret, login_count,
      last_login_at, created_at,
      coalesce((select array_agg(role_name order by role_name) from user_roles where user_id = users.id), '{}') as roles
    from users where id = any(${ids}::bigint[]) or email_key = any(${emailKeys}::text[])`.execute(tx)
  return result.rows
}

/**
 * Inserts them with their roles. As one JSON text, because a parameter for each value costs more than the insertion.
 * @returns the ids of those who are in; missing are those whose id or e-mail key somebody has taken meanwhile.
 */
export async function insertImportedUsers(tx: OpenTransaction, users: ImportedUser[]): Promise<Set<number>> {
  if (users.length === 0) return new Set()
  const result = await sql<{ id: number }>`
    with given as (
      select * from json_to_recordset(${JSON.stringify(users)}::json) as given(id bigint, email text, email_key text,
        first_name text, last_name text, phone text, locale text, active boolean, password_hash text, totp_secret text,
        login_count integer, last_login_at timestamptz, created_at timestamptz, roles json)),
    added as (
      insert into users (id, email, email_key, first_name, last_name, phone, locale, active, password_hash,
        password_state, totp_secret, login_count, last_login_at, created_at)
      select id, email, email_key, first_name, last_name, phone, locale, active, password_hash,
        case when password_hash is null then 'none' else 'set' end, totp_secret, login_count, last_login_at, created_at
      from given order by id
      on conflict do nothing returning id),
    held as (
      insert into user_roles (user_id, role_name)
      select given.id, role from given join added using (id), json_array_elements_text(given.roles) role)
    select id from added`.execute(tx)
  return new Set(result.rows.map((row) => row.id))
}

/** From here on no new user is given an id up to this one, even if the transaction fails. New users wait for its end. */
export async function reserveUserIds(tx: OpenTransaction, upTo: number): Promise<void> {
  await sql`select reserve_user_ids(${upTo}::bigint)`.execute(tx)
}
