/** Taking away the passwords of all users, page by page. */
import { sql } from 'kysely'
import type { OpenTransaction } from './database.ts'

export interface VoidedUser {
  id: number
  /** The sessions that ended, those opened by impersonation from them included. */
  ended_sessions: string[]
}

/**
 * Locks the next users, by id, and removes everything that lets them in, except a confirmed second factor: passwords,
 * sessions, steps, links.
 * @returns those who had a password or a session that stood, and where to go on; undefined after the last user.
 */
export async function voidPasswordsAfter(
  tx: OpenTransaction,
  afterId: number,
  limit: number,
  now: Date,
): Promise<{ voided: VoidedUser[]; lastId: number | undefined }> {
  const locked = await sql<{ id: number; has_password: boolean }>`
    select id, password_hash is not null as has_password from users where id > ${afterId}
    order by id limit ${limit} for no key update`.execute(tx)
  const ids = locked.rows.map(({ id }) => id)
  const ended = await sql<{ user_id: number; id: string; stood: boolean }>`
    with own as (select id from sessions where user_id = any(${ids}::bigint[])),
    ending as (
      select id from own union select id from sessions where opened_by_session = any(array(select id from own)))
    delete from sessions where id = any(array(select id from ending))
    returning id, expires_at > ${now} as stood,
      case when user_id = any(${ids}::bigint[]) then user_id else impersonated_by end as user_id`.execute(tx)
  for (const table of ['steps', 'links'] as const)
    await tx.deleteFrom(table).where('user_id', '=', sql<number>`any(${ids}::bigint[])`).execute()
  await tx
    .updateTable('users')
    .set({
      password_hash: null,
      password_state: 'none',
      temporary_password_expires_at: null,
      temporary_password_used_at: null,
      totp_pending: null,
      credentials_version: sql`credentials_version + 1`,
    })
    .where('id', '=', sql<number>`any(${ids}::bigint[])`)
    .execute()
  const sessions = Map.groupBy(
    ended.rows.filter(({ stood }) => stood),
    ({ user_id }) => user_id,
  )
  const hadPassword = new Set(locked.rows.filter(({ has_password }) => has_password).map(({ id }) => id))
  const voided = [...new Set([...hadPassword, ...sessions.keys()])].map((id) => ({
    id,
    ended_sessions: (sessions.get(id) ?? []).map((session) => session.id).sort(),
  }))
  return { voided, lastId: ids.at(-1) }
}
