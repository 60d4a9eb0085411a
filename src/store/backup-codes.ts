/** The hashes of backup codes that can still be used. */
import type { Database, OpenTransaction } from './database.ts'

/** Replaces the codes of the enrolment that is not confirmed yet. */
export async function replacePendingCodes(tx: OpenTransaction, userId: number, hashes: Buffer[]): Promise<void> {
  await tx.deleteFrom('backup_codes').where('user_id', '=', userId).where('pending', '=', true).execute()
  await insertCodes(tx, userId, hashes, true)
}

/** Makes the pending codes the only ones. */
export async function activatePendingCodes(tx: OpenTransaction, userId: number): Promise<void> {
  await tx.deleteFrom('backup_codes').where('user_id', '=', userId).where('pending', '=', false).execute()
  await tx.updateTable('backup_codes').set({ pending: false }).where('user_id', '=', userId).execute()
}

/** Replaces the codes of the confirmed enrolment; the old ones are dead from here on. */
export async function replaceActiveCodes(tx: OpenTransaction, userId: number, hashes: Buffer[]): Promise<void> {
  await tx.deleteFrom('backup_codes').where('user_id', '=', userId).where('pending', '=', false).execute()
  await insertCodes(tx, userId, hashes, false)
}

/** Uses a code up. True for exactly one of any number of tries. */
export async function consumeCode(tx: OpenTransaction, userId: number, hash: Buffer): Promise<boolean> {
  const result = await tx
    .deleteFrom('backup_codes')
    .where('user_id', '=', userId)
    .where('code_hash', '=', hash)
    .where('pending', '=', false)
    .executeTakeFirst()
  return result.numDeletedRows === 1n
}

export async function countActiveCodes(db: Database, userId: number): Promise<number> {
  const row = await db
    .selectFrom('backup_codes')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .where('pending', '=', false)
    .executeTakeFirstOrThrow()
  return row.count
}

export async function deleteCodes(tx: OpenTransaction, userId: number): Promise<void> {
  await tx.deleteFrom('backup_codes').where('user_id', '=', userId).execute()
}

async function insertCodes(tx: OpenTransaction, userId: number, hashes: Buffer[], pending: boolean): Promise<void> {
  await tx
    .insertInto('backup_codes')
    .values(hashes.map((code_hash) => ({ user_id: userId, code_hash, pending })))
    .execute()
}
