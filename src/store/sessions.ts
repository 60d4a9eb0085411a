/** Sessions. A session that is over has no row. */
import { type Expression, type ExpressionBuilder, type Selectable, type SqlBool, sql } from 'kysely'
import type { Database, OpenTransaction } from './database.ts'
import { deleteOldest } from './delete-oldest.ts'
import { statement, statementForOne } from './statement.ts'
import type { Tables } from './tables.ts'

export type SessionRecord = Selectable<Tables['sessions']>

export const sessionColumns = [
  'sessions.id',
  'sessions.user_id',
  'sessions.generation',
  'sessions.rotated_at',
  'sessions.token_key_id',
  'sessions.auth_time',
  'sessions.factors',
  'sessions.remember_me',
  'sessions.token_delivery',
  'sessions.ip',
  'sessions.user_agent',
  'sessions.created_at',
  'sessions.last_used_at',
  'sessions.expires_at',
  'sessions.absolute_limit_at',
  'sessions.impersonated_by',
  'sessions.opened_by_session',
] as const

const insert = statement<SessionRecord, unknown>((db, value) =>
  db.insertInto('sessions').values({
    id: value('id'),
    user_id: value('user_id'),
    generation: value('generation'),
    rotated_at: value('rotated_at'),
    token_key_id: value('token_key_id'),
    auth_time: value('auth_time'),
    factors: value('factors'),
    remember_me: value('remember_me'),
    token_delivery: value('token_delivery'),
    ip: value('ip'),
    user_agent: value('user_agent'),
    created_at: value('created_at'),
    last_used_at: value('last_used_at'),
    expires_at: value('expires_at'),
    absolute_limit_at: value('absolute_limit_at'),
    impersonated_by: value('impersonated_by'),
    opened_by_session: value('opened_by_session'),
  }),
)

export async function insertSession(tx: OpenTransaction, session: SessionRecord): Promise<void> {
  await insert(tx, session)
}

const lock = statementForOne<{ id: string }, SessionRecord>((db, value) =>
  db.selectFrom('sessions').select(sessionColumns).where('id', '=', value('id')).forUpdate(),
)

/** Second in the lock order, after the user. */
export function lockSession(tx: OpenTransaction, id: string): Promise<SessionRecord | undefined> {
  return lock(tx, { id })
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

const findOldest = statement<{ userId: number; exceptId: string; skip: number }, { id: string }>((db, value) =>
  db
    .selectFrom('sessions')
    .select('id')
    .where('user_id', '=', value('userId'))
    .where('impersonated_by', 'is', null)
    .where('id', '!=', value('exceptId'))
    .orderBy('last_used_at', 'desc')
    .orderBy('id')
    .offset(value('skip')),
)

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
  const oldest = await findOldest(tx, { userId, exceptId, skip: keep - 1 })
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
