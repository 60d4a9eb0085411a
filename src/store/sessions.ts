/** Sessions. A session that is over has no row. */
import { type Expression, type ExpressionBuilder, type Insertable, type Selectable, type SqlBool, sql } from 'kysely'
import type { Database, OpenTransaction } from './database.ts'
import { deleteOldest } from './delete-oldest.ts'
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

export interface StandingSession {
  session: SessionRecord
  user: UserRecord
  /** Who acts as the user. */
  impersonator: UserRecord | undefined
}

/** A standing session with its user; undefined when it has ended, has expired or someone in it is inactive. */
export async function findStandingSession(db: Database, id: string, now: Date): Promise<StandingSession | undefined> {
  const session = await db
    .selectFrom('sessions')
    .selectAll()
    .where('id', '=', id)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  if (!session) return undefined
  const user = await findUser(db, session.user_id)
  if (!user?.active) return undefined
  if (session.impersonated_by === null) return { session, user, impersonator: undefined }
  const impersonator = await findUser(db, session.impersonated_by)
  return impersonator?.active ? { session, user, impersonator } : undefined
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

/**
 * Ends one session, and those opened by impersonation from it.
 * @returns the ids of all that ended; none when it had already ended or is not this user's.
 */
export function endSession(tx: OpenTransaction, id: string, userId: number): Promise<string[]> {
  return end(tx, (eb) => eb.and([eb('id', '=', id), eb('user_id', '=', userId)]))
}

/**
 * Ends all sessions of a user but one, and those opened by impersonation from them.
 * @returns the ids of all that ended.
 */
export function endSessions(tx: OpenTransaction, userId: number, exceptId?: string): Promise<string[]> {
  return end(tx, (eb) => {
    const own = eb('user_id', '=', userId)
    return exceptId === undefined ? own : eb.and([own, eb('id', '!=', exceptId)])
  })
}

/** Ends what was opened by impersonation from this session. @returns the ids of all that ended. */
export function endImpersonations(tx: OpenTransaction, sessionId: string): Promise<string[]> {
  return end(tx, (eb) => eb('opened_by_session', '=', sessionId))
}

/**
 * Ends a user's oldest sessions until `keep` are left, this one among them. Sessions opened by impersonation neither
 * count nor make way.
 * @returns the ids of all that ended.
 */
export async function endOldestSessions(
  tx: OpenTransaction,
  userId: number,
  keep: number,
  exceptId: string,
): Promise<string[]> {
  const oldest = await tx
    .selectFrom('sessions')
    .select('id')
    .where('user_id', '=', userId)
    .where('impersonated_by', 'is', null)
    .where('id', '!=', exceptId)
    .orderBy('last_used_at', 'desc')
    .orderBy('id')
    .offset(keep - 1)
    .execute()
  if (oldest.length === 0) return []
  const ids = oldest.map((session) => session.id)
  return end(tx, (eb) => eb('id', 'in', ids))
}

/**
 * Ends sessions with those opened by impersonation from them. The foreign key would end the latter too, but would not
 * tell which. Locks the ordinary ones first, so that none can be opened from them meanwhile; and always in the same
 * order, so that two users who impersonate each other do not wait for each other.
 */
async function end(
  tx: OpenTransaction,
  which: (eb: ExpressionBuilder<Tables, 'sessions'>) => Expression<SqlBool>,
): Promise<string[]> {
  const ordinary = await tx
    .selectFrom('sessions')
    .select('id')
    .where(which)
    .where('impersonated_by', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute()
  const ids = ordinary.map((session) => session.id)
  const ended = await tx
    .with('ending', (cte) =>
      cte
        .selectFrom('sessions')
        .select('id')
        .where((eb) =>
          eb.or([
            ...(ids.length === 0 ? [] : [eb('id', 'in', ids), eb('opened_by_session', 'in', ids)]),
            eb.and([which(eb), eb('impersonated_by', 'is not', null)]),
          ]),
        )
        .orderBy(sql`opened_by_session is not null`)
        .orderBy('id')
        .forUpdate(),
    )
    .deleteFrom('sessions')
    .using('ending')
    .whereRef('sessions.id', '=', 'ending.id')
    .returning('sessions.id')
    .execute()
  return ended.map((session) => session.id).sort()
}

/** Deletes up to `limit` sessions that are over. */
export function purgeSessions(db: Database, now: Date, limit: number): Promise<number> {
  return deleteOldest(db, { table: 'sessions', key: 'id', column: 'expires_at' }, now, limit)
}
