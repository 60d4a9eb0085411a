/** Steps: what stands between a right password and tokens. A used step has no row. */
import { type Insertable, type Selectable, sql } from 'kysely'
import type { Database, OpenTransaction } from './database.ts'
import { deleteOldest } from './delete-oldest.ts'
import { inPlace, padded, shared } from './shared.ts'
import { statement, statementForOne } from './statement.ts'
import type { Tables } from './tables.ts'

export type StepRecord = Selectable<Tables['steps']>

export async function insertStep(tx: OpenTransaction, step: Insertable<Tables['steps']>): Promise<void> {
  await tx.insertInto('steps').values(step).execute()
}

const selectSteps = (db: Database) =>
  db
    .selectFrom('steps')
    .select(['id', 'user_id', 'kind', 'credentials_version', 'token_key_id', 'auth_time', 'factors', 'remember_me'])
    .select(['token_delivery', 'device_id', 'wrong_codes', 'created_at', 'expires_at'])

const lock = statementForOne<{ id: string; now: Date }, StepRecord>((db, value) =>
  selectSteps(db).where('id', '=', value('id')).where('expires_at', '>', value('now')).forUpdate(),
)

const findAll = statement<{ ids: (string | undefined)[] }, StepRecord>((db, value) =>
  selectSteps(db).where(sql<boolean>`id = any (${value('ids')}::uuid[])`),
)

const find = shared(async (db, ids: readonly string[]) => inPlace(ids, await findAll(db, { ids: padded(ids, ids[0]) })))

export async function findStep(db: Database, id: string, now: Date): Promise<StepRecord | undefined> {
  const step = await find(db, id)
  return step && step.expires_at > now ? step : undefined
}

/** Second in the lock order, after the user. */
export function lockStep(tx: OpenTransaction, id: string, now: Date): Promise<StepRecord | undefined> {
  return lock(tx, { id, now })
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

const remove = statement<{ id: string }, unknown>((db, value) => db.deleteFrom('steps').where('id', '=', value('id')))

export async function deleteStep(tx: OpenTransaction, id: string): Promise<void> {
  await remove(tx, { id })
}

/** Kills every step token of a user. */
export async function deleteSteps(tx: OpenTransaction, userId: number): Promise<void> {
  await tx.deleteFrom('steps').where('user_id', '=', userId).execute()
}

/** Deletes up to `limit` steps that are over. */
export function purgeSteps(db: Database, now: Date, limit: number): Promise<number> {
  return deleteOldest(db, { table: 'steps', key: 'id', column: 'expires_at' }, now, limit)
}
