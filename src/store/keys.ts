/** What the database keeps of keys: check values, sealed signing keys, and which secret keys are in use. */
import { type Insertable, type Selectable, sql } from 'kysely'
import type { Database, OpenTransaction } from './database.ts'
import type { Tables } from './tables.ts'

export type SigningKeyRecord = Selectable<Tables['signing_keys']>

export function listCheckValues(db: Database): Promise<Selectable<Tables['secret_keys']>[]> {
  return db.selectFrom('secret_keys').selectAll().execute()
}

export async function insertCheckValue(tx: OpenTransaction, keyId: string, value: Buffer, now: Date): Promise<void> {
  await tx.insertInto('secret_keys').values({ key_id: keyId, check_value: value, created_at: now }).execute()
}

/** What was made under this secret key and would be lost without it. */
export async function secretKeyUses(db: Database, keyId: string, now: Date): Promise<string[]> {
  const result = await sql<Record<string, boolean>>`
    select
      exists (select 1 from users where totp_secret is not null and split_part(totp_secret, '.', 2) = ${keyId})
        or exists (select 1 from users where totp_pending is not null and split_part(totp_pending, '.', 2) = ${keyId})
        as "two-factor secrets",
      exists (select 1 from signing_keys where split_part(private_key, '.', 2) = ${keyId}) as "signing keys",
      exists (select 1 from instance where split_part(lookup_key, '.', 2) = ${keyId}) as "the look-up key",
      exists (select 1 from sessions where token_key_id = ${keyId} and expires_at > ${now}) as "sessions",
      exists (select 1 from steps where token_key_id = ${keyId} and expires_at > ${now}) as "step tokens",
      exists (select 1 from links where token_key_id = ${keyId} and expires_at > ${now}) as "links in mails"`.execute(
    db,
  )
  return Object.entries(result.rows[0] ?? {})
    .filter(([, used]) => used)
    .map(([what]) => what)
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

export async function insertSigningKey(tx: OpenTransaction, key: Insertable<Tables['signing_keys']>): Promise<void> {
  await tx.insertInto('signing_keys').values(key).execute()
}
