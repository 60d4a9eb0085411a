/** Known devices: what has signed in to an account before. */
import type { Insertable, Selectable } from 'kysely'
import type { Database, OpenTransaction } from './database.ts'
import { deleteOldest } from './delete-oldest.ts'
import { statementForOne } from './statement.ts'
import type { Tables } from './tables.ts'

type DeviceRecord = Selectable<Tables['known_devices']>

const findLike = statementForOne<Pick<DeviceRecord, 'user_id' | 'user_agent' | 'network'>, { id: string }>(
  (db, value) =>
    db
      .selectFrom('known_devices')
      .select('id')
      .where('user_id', '=', value('user_id'))
      .where('user_agent', 'is not distinct from', value('user_agent'))
      .where('network', '=', value('network'))
      .orderBy('last_used_at', 'desc')
      .limit(1),
)

/** The device that last came to this account with the same program from the same network. @returns its id. */
export async function findDeviceLike(
  db: Database,
  userId: number,
  userAgent: string | null,
  network: string,
): Promise<string | undefined> {
  return (await findLike(db, { user_id: userId, user_agent: userAgent, network }))?.id
}

export async function insertDevice(tx: OpenTransaction, device: Insertable<Tables['known_devices']>): Promise<void> {
  await tx.insertInto('known_devices').values(device).execute()
}

/** Forgets a user's devices beyond the `keep` that were used last. */
export async function forgetOldestDevices(tx: OpenTransaction, userId: number, keep: number): Promise<void> {
  await tx
    .deleteFrom('known_devices')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('known_devices')
        .select('id')
        .where('user_id', '=', userId)
        .orderBy('last_used_at', 'desc')
        .orderBy('id')
        .offset(keep),
    )
    .execute()
}

export async function forgetDevice(tx: OpenTransaction, id: string): Promise<void> {
  await tx.deleteFrom('known_devices').where('id', '=', id).execute()
}

export async function forgetDevices(tx: OpenTransaction, userId: number): Promise<void> {
  await tx.deleteFrom('known_devices').where('user_id', '=', userId).execute()
}

/** Deletes up to `limit` devices that were used last before this moment. */
export function purgeDevices(db: Database, before: Date, limit: number): Promise<number> {
  return deleteOldest(db, { table: 'known_devices', key: 'id', column: 'last_used_at' }, before, limit)
}
