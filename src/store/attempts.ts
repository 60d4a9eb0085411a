/** Failed attempts, by a keyed hash of what is counted. All replicas see the same counts. */
import { type Selectable, sql } from 'kysely'
import type { Database, OpenTransaction } from './database.ts'
import type { Tables } from './tables.ts'

export type AttemptRecord = Selectable<Tables['attempts']>

export function findAttempts(db: Database, keys: Buffer[], now: Date): Promise<AttemptRecord[]> {
  return db.selectFrom('attempts').selectAll().where('key', 'in', keys).where('forget_at', '>', now).execute()
}

/**
 * Counts one more failure, atomically; a count that is due to be forgotten starts anew.
 * @returns how many failures there now are in a row.
 */
export async function addFailure(
  tx: OpenTransaction,
  key: Buffer,
  now: Date,
  forgetAt: Date,
  userId: number | null,
): Promise<number> {
  const row = await tx
    .insertInto('attempts')
    .values({ key, failures: 1, last_failure_at: now, blocked_until: null, forget_at: forgetAt, user_id: userId })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet({
        failures: sql`case when attempts.forget_at <= ${now} then 1 else attempts.failures + 1 end`,
        throttled: 0,
        last_failure_at: now,
        forget_at: forgetAt,
        user_id: userId,
      }),
    )
    .returning('failures')
    .executeTakeFirstOrThrow()
  return row.failures
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

/** Forgets every count about a user's account. */
export async function forgetAttemptsOn(tx: OpenTransaction, userId: number): Promise<void> {
  await tx.deleteFrom('attempts').where('user_id', '=', userId).execute()
}

export async function forgetAttempts(tx: OpenTransaction, keys: Buffer[]): Promise<void> {
  await tx.deleteFrom('attempts').where('key', 'in', keys).execute()
}

/** Deletes up to `limit` counts that are due to be forgotten. */
export async function purgeAttempts(db: Database, now: Date, limit: number): Promise<number> {
  const result = await sql`
    delete from attempts where key in (
      select key from attempts where forget_at <= ${now} order by forget_at limit ${limit} for update skip locked)`.execute(
    db,
  )
  return Number(result.numAffectedRows ?? 0)
}
