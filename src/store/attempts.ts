/** Failed attempts, by a keyed hash of what is counted. All replicas see the same counts. */
import { type Selectable, sql } from 'kysely'
import type { Database, OpenTransaction } from './database.ts'
import { deleteOldest } from './delete-oldest.ts'
import { padded } from './shared.ts'
import { type Askable, statement } from './statement.ts'
import type { Tables } from './tables.ts'

type AttemptRecord = Selectable<Tables['attempts']>

/** What decides whether a further try is heard. */
export type AttemptHold = Pick<AttemptRecord, 'key' | 'blocked_until' | 'locked_at'>

const findAll = statement<{ keys: (Buffer | undefined)[]; now: Date }, AttemptHold>((db, value) =>
  db
    .selectFrom('attempts')
    .select(['key', 'blocked_until', 'locked_at'])
    .where('key', '=', sql<Buffer>`any(${value('keys')}::bytea[])`)
    .where((eb) => eb.or([eb('forget_at', 'is', null), eb('forget_at', '>', value('now'))])),
)

export function findAttempts(db: Askable, keys: Buffer[], now: Date): Promise<AttemptHold[]> {
  return findAll(db, { keys: padded(keys, keys[0]), now })
}

export interface Failure {
  key: Buffer
  /** From here on the next failure is the first recent one again. */
  recentUntil: Date
  /** Null: kept until a success or a release. */
  forgetAt: Date | null
  userId: number | null
  deviceId: string | null
}

/**
 * Counts one more failure, atomically; a count that is due to be forgotten starts anew.
 * @returns how many failures there now are, lately and in a row.
 */
export async function addFailure(
  tx: OpenTransaction,
  { key, recentUntil, forgetAt, userId, deviceId }: Failure,
  now: Date,
): Promise<{ recent: number; inARow: number }> {
  const count = { last_failure_at: now, recent_until: recentUntil, forget_at: forgetAt }
  // Whoever is deleted at this moment has no count that could go with them: it is nobody's.
  const user_id = sql<number | null>`(select id from users where id = ${userId} for key share)`
  const device_id = sql<string | null>`(select id from known_devices where id = ${deviceId} for key share)`
  const row = await tx
    .insertInto('attempts')
    .values({ key, failures: 1, in_a_row: 1, user_id, device_id, ...count })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet({
        failures: sql`case when coalesce(attempts.recent_until, attempts.forget_at) <= ${now} then 1
          else attempts.failures + 1 end`,
        in_a_row: sql`case when attempts.forget_at <= ${now} then 1 else attempts.in_a_row + 1 end`,
        throttled: 0,
        user_id: sql`excluded.user_id`,
        device_id: sql`excluded.device_id`,
        ...count,
      }),
    )
    .returning(['failures as recent', 'in_a_row as inARow'])
    .executeTakeFirstOrThrow()
  return row
}

/** @returns how many tries have been refused unheard since the last failure. */
export async function countThrottled(db: Database, key: Buffer): Promise<number> {
  const row = await db
    .updateTable('attempts')
    .set({ throttled: sql`throttled + 1` })
    .where('key', '=', key)
    .returning('throttled')
    .executeTakeFirst()
  return row?.throttled ?? 1
}

export async function blockAttempts(tx: OpenTransaction, key: Buffer, until: Date): Promise<void> {
  await tx.updateTable('attempts').set({ blocked_until: until }).where('key', '=', key).execute()
}

/** No try is heard from now on. */
export async function lockAttempts(tx: OpenTransaction, key: Buffer, now: Date): Promise<void> {
  await tx.updateTable('attempts').set({ locked_at: now }).where('key', '=', key).execute()
}

/** Forgets every count about a user's account, except these. */
export async function forgetAttemptsOn(tx: OpenTransaction, userId: number, except: Buffer[] = []): Promise<void> {
  let query = tx.deleteFrom('attempts').where('user_id', '=', userId)
  if (except.length > 0) query = query.where('key', 'not in', except)
  await query.execute()
}

const forget = statement<{ keys: Buffer[] }, unknown>((db, value) =>
  db.deleteFrom('attempts').where('key', '=', sql<Buffer>`any(${value('keys')}::bytea[])`),
)

export async function forgetAttempts(tx: OpenTransaction, keys: Buffer[]): Promise<void> {
  await forget(tx, { keys })
}

/** Deletes up to `limit` counts that are due to be forgotten. */
export function purgeAttempts(db: Database, now: Date, limit: number): Promise<number> {
  return deleteOldest(db, { table: 'attempts', key: 'key', column: 'forget_at' }, now, limit)
}

/** Deletes up to `limit` counts about nobody's account beyond the `keep` that failed last. */
export async function purgeNobodysAttempts(db: Database, keep: number, limit: number): Promise<number> {
  const result = await sql`
    delete from attempts where key = any(array(
      select key from attempts where user_id is null and last_failure_at <= (
        select last_failure_at from attempts where user_id is null order by last_failure_at desc offset ${keep} limit 1)
      order by last_failure_at limit ${limit} for update skip locked))`.execute(db)
  return Number(result.numAffectedRows ?? 0)
}
