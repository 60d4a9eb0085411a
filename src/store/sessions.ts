/** Sessions. A session that is over has no row. */
import { type Insertable, type Selectable, sql } from 'kysely'
import type { Database, OpenTransaction } from './database.ts'
import type { Tables } from './tables.ts'
import { findUser, type UserRecord } from './users.ts'

export type SessionRecord = Selectable<Tables['sessions']>

export async function insertSession(tx: OpenTransaction, session: Insertable<Tables['sessions']>): Promise<void> {
  await tx.insertInto('sessions').values(session).execute()
}

/** Second in the lock order, after the user. */
export function lockSession(tx: OpenTransaction, id: string): Promise<SessionRecord | undefined> {
  return tx.selectFrom('sessions').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

/** A standing session with its user; undefined when it has ended, has expired or the user is inactive. */
export async function findStandingSession(
  db: Database,
  id: string,
  now: Date,
): Promise<{ session: SessionRecord; user: UserRecord } | undefined> {
  const session = await db
    .selectFrom('sessions')
    .selectAll()
    .where('id', '=', id)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  const user = session && (await findUser(db, session.user_id))
  return session && user?.active ? { session, user } : undefined
}

/** A user's standing sessions, last used first. */
export function listSessions(db: Database, userId: number, now: Date): Promise<SessionRecord[]> {
  return db
    .selectFrom('sessions')
    .selectAll()
    .where('user_id', '=', userId)
    .where('expires_at', '>', now)
    .orderBy('last_used_at', 'desc')
    .orderBy('id')
    .execute()
}

export interface SessionRenewal {
  generation: number
  rotated_at: Date
  token_key_id: string
  last_used_at: Date
  expires_at: Date
}

export async function renewSession(tx: OpenTransaction, id: string, renewal: SessionRenewal): Promise<void> {
  await tx.updateTable('sessions').set(renewal).where('id', '=', id).execute()
}

/** What the user has proven since: a session in which a second factor was confirmed carries it from then on. */
export async function setSessionFactors(tx: OpenTransaction, id: string, factors: string[]): Promise<void> {
  await tx.updateTable('sessions').set({ factors }).where('id', '=', id).execute()
}

/** @returns false when it had already ended or is not this user's. */
export async function endSession(tx: Database, id: string, userId: number): Promise<boolean> {
  const result = await tx.deleteFrom('sessions').where('id', '=', id).where('user_id', '=', userId).executeTakeFirst()
  return result.numDeletedRows > 0n
}

/** Ends all sessions of a user but one. @returns how many ended. */
export async function endSessions(tx: OpenTransaction, userId: number, exceptId?: string): Promise<number> {
  let query = tx.deleteFrom('sessions').where('user_id', '=', userId)
  if (exceptId !== undefined) query = query.where('id', '!=', exceptId)
  const result = await query.executeTakeFirst()
  return Number(result.numDeletedRows)
}

/** Ends a user's oldest sessions until `keep` are left, this one among them. */
export async function endOldestSessions(
  tx: OpenTransaction,
  userId: number,
  keep: number,
  exceptId: string,
): Promise<void> {
  await tx
    .deleteFrom('sessions')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('sessions')
        .select('id')
        .where('user_id', '=', userId)
        .where('id', '!=', exceptId)
        .orderBy('last_used_at', 'desc')
        .orderBy('id')
        .offset(keep - 1),
    )
    .execute()
}

/** Deletes up to `limit` sessions that are over. */
export async function purgeSessions(db: Database, now: Date, limit: number): Promise<number> {
  const result = await sql`
    delete from sessions where id in (
      select id from sessions where expires_at <= ${now} order by expires_at limit ${limit} for update skip locked)`.execute(
    db,
  )
  return Number(result.numAffectedRows ?? 0)
}
