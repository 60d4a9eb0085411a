/** Steps: what stands between a right password and tokens. A used step has no row. */
import { type Insertable, type Selectable, sql } from 'kysely'
import type { Database, OpenTransaction } from './database.ts'
import { deleteOldest } from './delete-oldest.ts'
import type { Tables } from './tables.ts'

export type StepRecord = Selectable<Tables['steps']>

export async function insertStep(tx: OpenTransaction, step: Insertable<Tables['steps']>): Promise<void> {
  await tx.insertInto('steps').values(step).execute()
}

export function findStep(db: Database, id: string, now: Date): Promise<StepRecord | undefined> {
  return db.selectFrom('steps').selectAll().where('id', '=', id).where('expires_at', '>', now).executeTakeFirst()
}

/** Second in the lock order, after the user. */
export function lockStep(tx: OpenTransaction, id: string, now: Date): Promise<StepRecord | undefined> {
  return tx
    .selectFrom('steps')
    .selectAll()
    .where('id', '=', id)
    .where('expires_at', '>', now)
    .forUpdate()
    .executeTakeFirst()
}

/** @returns how many wrong codes this step has now seen. */
export async function countWrongCode(tx: OpenTransaction, id: string): Promise<number> {
  const row = await tx
    .updateTable('steps')
    .set({ wrong_codes: sql`wrong_codes + 1` })
    .where('id', '=', id)
    .returning('wrong_codes')
    .executeTakeFirstOrThrow()
  return row.wrong_codes
}

export async function deleteStep(tx: OpenTransaction, id: string): Promise<void> {
  await tx.deleteFrom('steps').where('id', '=', id).execute()
}

/** Kills every step token of a user. */
export async function deleteSteps(tx: OpenTransaction, userId: number): Promise<void> {
  await tx.deleteFrom('steps').where('user_id', '=', userId).execute()
}

/** Deletes up to `limit` steps that are over. */
export function purgeSteps(db: Database, now: Date, limit: number): Promise<number> {
  return deleteOldest(db, { table: 'steps', key: 'id', column: 'expires_at' }, now, limit)
}
