/** Links in mails. A used link has no row. */
import type { Insertable, Selectable } from 'kysely'
import type { Database, OpenTransaction } from './database.ts'
import { deleteOldest } from './delete-oldest.ts'
import type { LinkKind, Tables } from './tables.ts'

export type LinkRecord = Selectable<Tables['links']>

export async function insertLink(tx: OpenTransaction, link: Insertable<Tables['links']>): Promise<void> {
  await tx.insertInto('links').values(link).execute()
}

export function findLink(
  db: Database,
  id: string,
  kinds: readonly LinkKind[],
  now: Date,
): Promise<LinkRecord | undefined> {
  return db
    .selectFrom('links')
    .selectAll()
    .where('id', '=', id)
    .where('kind', 'in', kinds)
    .where('expires_at', '>', now)
    .executeTakeFirst()
}

/** The user's link of this kind that lives longest, if it lives beyond this moment. */
export function findLinkLivingBeyond(
  db: Database,
  userId: number,
  kind: LinkKind,
  moment: Date,
): Promise<LinkRecord | undefined> {
  return db
    .selectFrom('links')
    .selectAll()
    .where('user_id', '=', userId)
    .where('kind', '=', kind)
    .where('expires_at', '>=', moment)
    .orderBy('expires_at', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Kills every link of a user, or those of these kinds. */
export async function deleteLinks(tx: OpenTransaction, userId: number, kinds?: readonly LinkKind[]): Promise<void> {
  let query = tx.deleteFrom('links').where('user_id', '=', userId)
  if (kinds) query = query.where('kind', 'in', kinds)
  await query.execute()
}

/** Deletes up to `limit` links that have expired. */
export function purgeLinks(db: Database, now: Date, limit: number): Promise<number> {
  return deleteOldest(db, { table: 'links', key: 'id', column: 'expires_at' }, now, limit)
}
