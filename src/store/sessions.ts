/**
 * Sessions. One that was ended has no row. One that was left idle keeps it until its absolute limit, and is as good as gone:
 * if its end were what they are purged by, each refresh would rewrite the row in every index.
 */
import { type Expression, type ExpressionBuilder, type Selectable, type SqlBool, sql } from 'kysely'
import type { Database, OpenTransaction, Within } from './database.ts'
import { deleteOldest } from './delete-oldest.ts'
import { statement, statementForOne } from './statement.ts'
import type { Tables } from './tables.ts'

export type SessionRecord = Selectable<Tables['sessions']>

/** What tokens are made from and judged by. */
export const tokenColumns = [
  'sessions.id',
  'sessions.user_id',
  'sessions.generation',
  'sessions.rotated_at',
  'sessions.auth_time',
  'sessions.factors',
  'sessions.remember_me',
  'sessions.token_delivery',
  'sessions.expires_at',
  'sessions.impersonated_by',
] as const

const sessionColumns = [
  ...tokenColumns,
  'sessions.token_key_id',
  'sessions.ip',
  'sessions.user_agent',
  'sessions.created_at',
  'sessions.last_used_at',
  'sessions.absolute_limit_at',
  'sessions.opened_by_session',
] as const

type NameOf<Column extends string> = Column extends `sessions.${infer Name}` ? Name : never

/** A session as far as its tokens need it. */
export type TokenSession = Pick<SessionRecord, NameOf<(typeof tokenColumns)[number]>>

/** Each column's place in a statement. */
function placesOf(value: <Name extends keyof SessionRecord>(name: Name) => SessionRecord[Name]): SessionRecord {
  const names = sessionColumns.map((column) => column.slice('sessions.'.length) as keyof SessionRecord)
  return Object.fromEntries(names.map((name) => [name, value(name)])) as unknown as SessionRecord
}

const insert = statement<SessionRecord, unknown>((db, value) => db.insertInto('sessions').values(placesOf(value)))

export async function insertSession(tx: OpenTransaction, session: SessionRecord): Promise<void> {
  await insert(tx, session)
}

const write = statementForOne<
  SessionRecord & { device: string; network: string; skip: number },
  { knowsDevice: boolean; beyond: string[] }
>((db, value) =>
  db
    .with('opened', (cte) => cte.insertInto('sessions').values(placesOf(value)))
    .with('counted', (cte) =>
      cte
        .updateTable('users')
        .set({ login_count: sql`login_count + 1`, last_login_at: value('created_at') })
        .where('id', '=', value('user_id')),
    )
    .with('seen', (cte) =>
      cte
        .updateTable('known_devices')
        .set({ user_agent: value('user_agent'), network: value('network'), last_used_at: value('created_at') })
        .where('id', '=', value('device'))
        .where('user_id', '=', value('user_id'))
        .returning('id'),
    )
    .selectNoFrom((eb) => [
      eb.exists(eb.selectFrom('seen').select('seen.id')).$castTo<boolean>().as('knowsDevice'),
      // Without the new one: a statement does not see what it writes.
      sql<string[]>`array(select id from sessions where user_id = ${value('user_id')} and impersonated_by is null
        and expires_at > ${value('created_at')}
        order by last_used_at desc, id offset ${value('skip')})`.as('beyond'),
    ]),
)

/**
 * Writes what every finished sign-in does: the session, the count of sign-ins, the device's last use. In one
 * statement: each further one would cost a sign-in about 0.6 ms of processor time here and in the database.
 * @returns whether the account knew the device, and the user's oldest sessions beyond the `keep` that may stand, this one
 *   among them. Sessions opened by impersonation neither count nor make way.
 */
export async function writeSession(
  tx: Within,
  session: SessionRecord,
  device: { id: string; network: string },
  keep: number,
): Promise<{ knowsDevice: boolean; beyond: string[] }> {
  const written = await write(tx, { ...session, device: device.id, network: device.network, skip: keep - 1 })
  if (!written) throw new Error('a session was not written')
  return written
}

const lock = statementForOne<{ id: string }, SessionRecord>((db, value) =>
  db.selectFrom('sessions').select(sessionColumns).where('id', '=', value('id')).forUpdate(),
)

/**
 * Second in the lock order, after the user. Judged once it is locked: a refresh under way may prolong it.
 * @returns undefined when it is over.
 */
export async function lockSession(tx: Within, id: string, now: Date): Promise<SessionRecord | undefined> {
  const session = await lock(tx, { id })
  return session && session.expires_at > now ? session : undefined
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
export function endSession(tx: OpenTransaction, id: string, userId: number, now: Date): Promise<string[]> {
  return end(tx, now, (eb) => eb.and([eb('id', '=', id), eb('user_id', '=', userId)]))
}

/**
 * Ends all sessions of a user but one, and those opened by impersonation from them.
 * @returns the ids of all that ended.
 */
export function endSessions(tx: OpenTransaction, userId: number, now: Date, exceptId?: string): Promise<string[]> {
  return end(tx, now, (eb) => {
    const own = eb('user_id', '=', userId)
    return exceptId === undefined ? own : eb.and([own, eb('id', '!=', exceptId)])
  })
}

/** Ends what was opened by impersonation from this session. @returns the ids of all that ended. */
export function endImpersonations(tx: OpenTransaction, sessionId: string, now: Date): Promise<string[]> {
  return end(tx, now, (eb) => eb('opened_by_session', '=', sessionId))
}

/** Ends these sessions, and those opened by impersonation from them. @returns the ids of all that ended. */
export async function endThese(tx: OpenTransaction, ids: string[], now: Date): Promise<string[]> {
  return ids.length === 0 ? [] : end(tx, now, (eb) => eb('id', 'in', ids))
}

/**
 * Ends sessions with those opened by impersonation from them. The foreign key would end the latter too, but would not
 * tell which. Locks the ordinary ones first, so that none can be opened from them meanwhile; and always in the same
 * order, so that two users who impersonate each other do not wait for each other. Those that were over already go too, and
 * are not told of.
 */
async function end(
  tx: OpenTransaction,
  now: Date,
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
    .returning(['sessions.id', 'sessions.expires_at'])
    .execute()
  return ended
    .filter((session) => session.expires_at > now)
    .map((session) => session.id)
    .sort()
}

/** Deletes up to `limit` sessions whose absolute limit has come. */
export function purgeSessions(db: Database, now: Date, limit: number): Promise<number> {
  return deleteOldest(db, { table: 'sessions', key: 'id', column: 'absolute_limit_at' }, now, limit)
}
