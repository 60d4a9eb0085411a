/** Steps: what stands between a right password and tokens. A used step has no row. */
import { type Selectable, sql } from 'kysely'
import type { Database, OpenTransaction, Within } from './database.ts'
import { deleteOldest } from './delete-oldest.ts'
import { inPlace, padded, shared } from './shared.ts'
import { statement, statementForOne } from './statement.ts'
import type { Tables } from './tables.ts'

export type StepRecord = Selectable<Tables['steps']>
type NewStep = Omit<StepRecord, 'wrong_codes'>

const insert = statement<NewStep, unknown>((db, value) =>
  db.insertInto('steps').values({
    id: value('id'),
    user_id: value('user_id'),
    kind: value('kind'),
    credentials_version: value('credentials_version'),
    token_key_id: value('token_key_id'),
    auth_time: value('auth_time'),
    factors: value('factors'),
    remember_me: value('remember_me'),
    token_delivery: value('token_delivery'),
    device_id: value('device_id'),
    created_at: value('created_at'),
    expires_at: value('expires_at'),
  }),
)

export async function insertStep(tx: Within, step: NewStep): Promise<void> {
  await insert(tx, step)
}

const selectSteps = (db: Database) =>
  db
    .selectFrom('steps')
    .select(['steps.id', 'steps.user_id', 'steps.kind', 'steps.credentials_version', 'steps.token_key_id'])
    .select(['steps.auth_time', 'steps.factors', 'steps.remember_me', 'steps.token_delivery', 'steps.device_id'])
    .select(['steps.wrong_codes', 'steps.created_at', 'steps.expires_at'])

const lock = statementForOne<{ id: string; now: Date }, StepRecord>((db, value) =>
  selectSteps(db).where('id', '=', value('id')).where('expires_at', '>', value('now')).forUpdate(),
)

const findAll = statement<{ ids: (string | undefined)[] }, StepRecord>((db, value) =>
  selectSteps(db)
    .innerJoin('users', 'users.id', 'steps.user_id')
    .where(sql<boolean>`steps.id = any (${value('ids')}::uuid[])`)
    .where('users.active', '=', true)
    .whereRef('users.credentials_version', '=', 'steps.credentials_version'),
)

const find = shared(async (db, ids: readonly string[]) => inPlace(ids, await findAll(db, { ids: padded(ids, ids[0]) })))

/** A step that can be taken; undefined when it has ended or expired, or its user's credentials are others since. */
export async function findStandingStep(db: Database, id: string, now: Date): Promise<StepRecord | undefined> {
  const step = await find(db, id)
  return step && step.expires_at > now ? step : undefined
}

/** Second in the lock order, after the user. */
export function lockStep(tx: Within, id: string, now: Date): Promise<StepRecord | undefined> {
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

export async function deleteStep(tx: Within, id: string): Promise<void> {
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
