/**
 * Moving what lies encrypted to another secret key. Each write stands only where the old value still does: what somebody
 * has changed or erased in the meantime stays as they left it.
 */
import { sql } from 'kysely'
import type { OpenTransaction } from './database.ts'

/** The encrypted columns of users. */
export const SEALED_USER_COLUMNS = ['totp_secret', 'totp_pending'] as const
export type SealedUserColumn = (typeof SEALED_USER_COLUMNS)[number]

/** Locks the next users, by id, whose value lies under this key; whoever is locked already is left out, not waited for. */
export async function lockSealedUsers(
  tx: OpenTransaction,
  column: SealedUserColumn,
  keyId: string,
  afterId: number,
  limit: number,
): Promise<{ id: number; sealed: string }[]> {
  const ref = sql.ref(column)
  const result = await sql<{ id: number; sealed: string }>`
    select id, ${ref} as sealed from users
    where ${ref} is not null and split_part(${ref}, '.', 2) = ${keyId} and id > ${afterId}
    order by split_part(${ref}, '.', 2), id limit ${limit}
    for no key update skip locked`.execute(tx)
  return result.rows
}

export interface Replacement {
  id: number | string
  old: string
  new: string
}

export async function replaceSealedUsers(
  tx: OpenTransaction,
  column: SealedUserColumn,
  replacements: Replacement[],
): Promise<number> {
  const ref = sql.ref(column)
  const result = await sql`
    update users set ${ref} = replacement.new
    from unnest(${replacements.map(({ id }) => id)}::bigint[], ${replacements.map((entry) => entry.old)}::text[],
      ${replacements.map((entry) => entry.new)}::text[]) as replacement (id, old, new)
    where users.id = replacement.id and users.${ref} = replacement.old`.execute(tx)
  return Number(result.numAffectedRows ?? 0)
}

export async function listSealedSigningKeys(
  tx: OpenTransaction,
  keyId: string,
): Promise<{ kid: string; private_key: string }[]> {
  return tx
    .selectFrom('signing_keys')
    .select(['kid', 'private_key'])
    .where(sql`split_part(private_key, '.', 2)`, '=', keyId)
    .execute()
}

export async function replaceSigningKey(
  tx: OpenTransaction,
  kid: string,
  old: string,
  sealed: string,
): Promise<number> {
  const result = await tx
    .updateTable('signing_keys')
    .set({ private_key: sealed })
    .where('kid', '=', kid)
    .where('private_key', '=', old)
    .executeTakeFirst()
  return Number(result.numUpdatedRows)
}

export async function replaceLookupKey(tx: OpenTransaction, old: string, sealed: string): Promise<number> {
  const result = await tx
    .updateTable('instance')
    .set({ lookup_key: sealed })
    .where('lookup_key', '=', old)
    .executeTakeFirst()
  return Number(result.numUpdatedRows)
}
