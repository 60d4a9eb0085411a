/** API keys and their secrets, of which only hashes are here. */
import { type ExpressionBuilder, type Insertable, type Selectable, sql } from 'kysely'
import type { Database, OpenTransaction } from './database.ts'
import { type Held, heldBy, unfold } from './held-roles.ts'
import { padded, shared } from './shared.ts'
import { statement, statementForOne } from './statement.ts'
import type { Tables } from './tables.ts'

export type ApiKeyRecord = Selectable<Tables['api_keys']>

/** A secret with its key and the permissions that the secret's issuer holds: none once inactive or deleted. */
export type ApiKeySecretRecord = ApiKeyRecord & {
  generation: number
  hint: string
  issued_by: number
  valid_until: Date | null
  issuer_permissions: string[]
}

const keyColumns = [
  'api_keys.id',
  'api_keys.serial',
  'api_keys.name',
  'api_keys.description',
  'api_keys.permissions',
  'api_keys.allowed_addresses',
  'api_keys.created_by',
  'api_keys.created_at',
  'api_keys.expires_at',
  'api_keys.revoked_at',
  'api_keys.last_used_at',
  'api_keys.last_used_ip',
] as const

const selectSecrets = (db: Database) =>
  db
    .selectFrom('api_key_secrets')
    .innerJoin('api_keys', 'api_keys.id', 'api_key_secrets.api_key_id')
    .leftJoin('users', (join) => join.onRef('users.id', '=', 'api_key_secrets.issued_by').on('users.active', '=', true))
    .select(keyColumns)
    .select(['api_key_secrets.generation', 'api_key_secrets.hint', 'api_key_secrets.issued_by'])
    .select('api_key_secrets.valid_until')
    .select((eb) => heldBy(eb as unknown as ExpressionBuilder<Tables, 'users'>))

function withIssuer<Row extends { held: Held }>({ held, ...row }: Row) {
  return { ...row, issuer_permissions: unfold(held).permissions }
}

type SecretRow = Omit<ApiKeySecretRecord, 'issuer_permissions'> & { held: Held }

const findByHash = statement<{ hashes: (Buffer | undefined)[] }, SecretRow & { hash: Buffer }>((db, value) =>
  selectSecrets(db)
    .select('api_key_secrets.hash')
    .where(sql<boolean>`api_key_secrets.hash = any (${value('hashes')}::bytea[])`),
)

const byHash = shared(async (db, hashes: readonly Buffer[]) => {
  const rows = await findByHash(db, { hashes: padded(hashes, hashes[0]) })
  const byHex = new Map(rows.map((row) => [row.hash.toString('hex'), row]))
  return hashes.map((hash) => byHex.get(hash.toString('hex')))
})

/** Whose secret this is the hash of. It may be superseded, expired or revoked. */
export async function findApiKeyByHash(db: Database, hash: Buffer): Promise<ApiKeySecretRecord | undefined> {
  const found = await byHash(db, hash)
  if (!found) return undefined
  const { hash: _, ...row } = found
  return withIssuer(row)
}

const byGeneration = statementForOne<{ id: string; generation: number }, SecretRow>((db, value) =>
  selectSecrets(db)
    .where('api_key_secrets.api_key_id', '=', value('id'))
    .where('api_key_secrets.generation', '=', value('generation')),
)

export async function findApiKeySecret(
  db: Database,
  id: string,
  generation: number,
): Promise<ApiKeySecretRecord | undefined> {
  const row = await byGeneration(db, { id, generation })
  return row && withIssuer(row)
}

/** A key as the administration sees it: with its current secret, and until when the one before it goes on. */
export type ListedApiKey = ApiKeySecretRecord & { previous_valid_until: Date | null }

const selectListed = (db: Database, now: Date) =>
  selectSecrets(db)
    .where('api_key_secrets.valid_until', 'is', null)
    .select((eb) =>
      eb
        .selectFrom('api_key_secrets as previous')
        .whereRef('previous.api_key_id', '=', 'api_keys.id')
        .where('previous.valid_until', '>', now)
        .select((inner) => inner.fn.max('previous.valid_until').as('until'))
        .as('previous_valid_until'),
    )

export interface ApiKeyFilter {
  status?: 'active' | 'expired' | 'revoked' | undefined
  /** Active keys that expire before this moment. */
  expiringBefore?: Date | undefined
}

/** Newest first. @param before the serial of the last key of the page before. */
export async function listApiKeys(
  db: Database,
  filter: ApiKeyFilter,
  limit: number,
  before: number | undefined,
  now: Date,
): Promise<ListedApiKey[]> {
  let query = selectListed(db, now)
  const isOver = sql<boolean>`coalesce(api_keys.expires_at <= ${now}, false)`
  if (filter.status === 'revoked') query = query.where('api_keys.revoked_at', 'is not', null)
  else if (filter.status !== undefined || filter.expiringBefore) query = query.where('api_keys.revoked_at', 'is', null)
  if (filter.status === 'expired') query = query.where(isOver)
  if (filter.status === 'active') query = query.where((eb) => eb.not(isOver))
  if (filter.expiringBefore)
    query = query.where('api_keys.expires_at', '>', now).where('api_keys.expires_at', '<=', filter.expiringBefore)
  if (before !== undefined) query = query.where('api_keys.serial', '<', before)
  return (await query.orderBy('api_keys.serial', 'desc').limit(limit).execute()).map(withIssuer)
}

export async function findListedApiKey(db: Database, id: string, now: Date): Promise<ListedApiKey | undefined> {
  const row = await selectListed(db, now).where('api_keys.id', '=', id).executeTakeFirst()
  return row && withIssuer(row)
}

/** Changes of a key wait for each other. */
export function lockApiKey(tx: OpenTransaction, id: string): Promise<ApiKeyRecord | undefined> {
  return tx.selectFrom('api_keys').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

export async function insertApiKey(tx: OpenTransaction, key: Insertable<Tables['api_keys']>): Promise<void> {
  await tx.insertInto('api_keys').values(key).execute()
}

export interface ApiKeyChange {
  name?: string
  description?: string
  permissions?: string[]
  allowed_addresses?: string[]
  expires_at?: Date | null
}

export async function updateApiKey(tx: OpenTransaction, id: string, change: ApiKeyChange): Promise<void> {
  await tx.updateTable('api_keys').set(change).where('id', '=', id).execute()
}

export async function revokeApiKey(tx: OpenTransaction, id: string, now: Date): Promise<void> {
  await tx.updateTable('api_keys').set({ revoked_at: now }).where('id', '=', id).execute()
}

/**
 * Adds a secret, the current one from now on; those before it end at `othersUntil` at the latest. The caller holds the
 * key's lock.
 */
export async function addApiKeySecret(
  tx: OpenTransaction,
  keyId: string,
  secret: { hash: Buffer; hint: string; issued_by: number },
  othersUntil: Date,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('api_key_secrets')
    .set({ valid_until: sql`least(valid_until, ${othersUntil})` })
    .where('api_key_id', '=', keyId)
    .execute()
  const last = tx
    .selectFrom('api_key_secrets')
    .where('api_key_id', '=', keyId)
    .select(sql<number>`coalesce(max(generation), 0) + 1`.as('generation'))
  await tx
    .insertInto('api_key_secrets')
    .values({ ...secret, api_key_id: keyId, generation: last, created_at: now, valid_until: null })
    .execute()
}

/**
 * Notes a use, unless one was noted since `unlessSince`.
 * @returns false when nothing was written.
 */
export async function touchApiKey(
  tx: Database,
  id: string,
  ip: string | null,
  now: Date,
  unlessSince: Date,
): Promise<boolean> {
  const result = await tx
    .updateTable('api_keys')
    .set({ last_used_at: now, last_used_ip: ip })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<=', unlessSince)]))
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}
