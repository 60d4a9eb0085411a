/** What the database keeps of keys: check values, sealed signing keys, and which secret keys are in use. */
import { type Insertable, type Selectable, sql } from 'kysely'
import type { Database, OpenTransaction } from './database.ts'
import type { Tables } from './tables.ts'

export type SigningKeyRecord = Selectable<Tables['signing_keys']>

/** Oldest key first. */
export function listCheckValues(db: Database): Promise<Selectable<Tables['secret_keys']>[]> {
  return db.selectFrom('secret_keys').selectAll().orderBy('ordinal').execute()
}

export async function insertCheckValue(tx: OpenTransaction, keyId: string, value: Buffer, now: Date): Promise<void> {
  await tx.insertInto('secret_keys').values({ key_id: keyId, check_value: value, created_at: now }).execute()
}

export interface SecretKeyUse {
  /** In words, in the plural. */
  what: string
  count: number
  /** When the last of them ends by itself; null where they stay until they are re-encrypted. */
  until: Date | null
}

/** What was made under this secret key and would be lost without it. Nothing that is over counts. */
export async function listSecretKeyUses(db: Database, keyId: string, now: Date): Promise<SecretKeyUse[]> {
  const result = await sql<SecretKeyUse>`
    select * from (
      select 1 as place, 'two-factor secrets' as what, null::timestamptz as until,
        (select count(*)::int from users where totp_secret is not null and split_part(totp_secret, '.', 2) = ${keyId})
        + (select count(*)::int from users where totp_pending is not null and split_part(totp_pending, '.', 2) = ${keyId})
        as count
      union all
      select 2, 'signing keys', null, count(*)::int from signing_keys where split_part(private_key, '.', 2) = ${keyId}
      union all
      select 3, 'the look-up key', null, count(*)::int from instance where split_part(lookup_key, '.', 2) = ${keyId}
      union all
      select 4, 'sessions', max(expires_at), count(*)::int from sessions
        where token_key_id = ${keyId} and expires_at > ${now}
      union all
      select 5, 'step tokens', max(expires_at), count(*)::int from steps
        where token_key_id = ${keyId} and expires_at > ${now}
      union all
      select 6, 'links in mails', max(expires_at), count(*)::int from links
        where token_key_id = ${keyId} and expires_at > ${now}
    ) uses where count > 0 order by place`.execute(db)
  return result.rows.map(({ what, count, until }) => ({ what, count, until }))
}

export function readInstance(db: Database): Promise<{ epoch: string; lookup_key: string } | undefined> {
  return db.selectFrom('instance').select(['epoch', 'lookup_key']).executeTakeFirst()
}

export async function insertInstance(tx: OpenTransaction, epoch: string, lookupKey: string, now: Date): Promise<void> {
  await tx.insertInto('instance').values({ epoch, lookup_key: lookupKey, created_at: now }).execute()
}

/** The keys that verifiers may meet, newest first. */
export function listPublishedSigningKeys(db: Database, now: Date): Promise<SigningKeyRecord[]> {
  return db
    .selectFrom('signing_keys')
    .selectAll()
    .where((eb) => eb.or([eb('retired_at', 'is', null), eb('retired_at', '>', now)]))
    .orderBy('active_from', 'desc')
    .orderBy('kid')
    .execute()
}

export function findNewestSigningKey(db: Database): Promise<SigningKeyRecord | undefined> {
  return db.selectFrom('signing_keys').selectAll().orderBy('active_from', 'desc').limit(1).executeTakeFirst()
}

export async function insertSigningKey(tx: OpenTransaction, key: Insertable<Tables['signing_keys']>): Promise<void> {
  await tx.insertInto('signing_keys').values(key).execute()
}

/** Gives every key that has no end yet, but this one, its end. */
export async function retireSigningKeysExcept(tx: OpenTransaction, kid: string, retiredAt: Date): Promise<void> {
  await tx
    .updateTable('signing_keys')
    .set({ retired_at: retiredAt })
    .where('kid', '!=', kid)
    .where('retired_at', 'is', null)
    .execute()
}

/** @returns the kids of those that were deleted. */
export async function deleteRetiredSigningKeys(tx: OpenTransaction, now: Date): Promise<string[]> {
  const rows = await tx.deleteFrom('signing_keys').where('retired_at', '<=', now).returning('kid').execute()
  return rows.map((row) => row.kid)
}

/** @returns the kids of those that were deleted. */
export async function deleteSigningKeysExcept(tx: OpenTransaction, kid: string): Promise<string[]> {
  const rows = await tx.deleteFrom('signing_keys').where('kid', '!=', kid).returning('kid').execute()
  return rows.map((row) => row.kid)
}
