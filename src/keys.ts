/**
 * The keys of a running service: opened at start against what the database keeps of them, so that a wrong or missing
 * key is told before the first request and not by the first user.
 */
import type { CryptoKey, JWK } from 'jose'
import type { Clock } from './clock.ts'
import { checkValue, type KeyRing, sameCheckValue } from './crypto/key-ring.ts'
import { newSealedLookupKey, openLookupKey } from './crypto/lookup-hash.ts'
import { randomTokenId } from './crypto/opaque-token.ts'
import { importKey, newSigningKey, openPrivateKey, SIGNING_ALGORITHM } from './crypto/signing-keys.ts'
import type { EventType } from './policy/event-types.ts'
import { type Database, lockInTransaction, type OpenTransaction } from './store/database.ts'
import { insertEvent } from './store/events.ts'
import {
  insertCheckValue,
  insertInstance,
  insertSigningKey,
  listCheckValues,
  listPublishedSigningKeys,
  readInstance,
  secretKeyUses,
} from './store/keys.ts'

export interface Keys {
  ring: KeyRing
  /** Keys the hashes of what the database must not hold in clear. */
  lookupKey: Buffer
  /** Names this life of the database. */
  epoch: string
  signing: SigningKeys
}

interface Signer {
  kid: string
  privateKey: CryptoKey
}

interface SigningKeys {
  /** The key that signs now. */
  signer(): Promise<Signer>
  /** The public key of a kid; undefined for an unknown or retired one. */
  find(kid: string): Promise<CryptoKey | undefined>
  /** What the JWKS shows. */
  published(): Promise<JWK[]>
}

/** The keys do not fit the database. The message says which and what to do. */
export class KeyMismatch extends Error {}

/** How long published keys are believed before the database is asked again, and how often unknown kids may ask, in ms. */
const RELOAD_AFTER = 60_000
const UNKNOWN_KID_PAUSE = 5_000

/**
 * Checks the ring against the database, makes what a new database lacks (under a lock, so that two first starts agree)
 * and opens the keys.
 * @throws KeyMismatch when a key differs from the one this database was used with, or a key in use is missing.
 */
export async function openKeys(db: Database, ring: KeyRing, clock: Clock): Promise<Keys> {
  const instance = await db.transaction().execute(async (tx) => {
    await lockInTransaction(tx, 'keys')
    const now = clock.now()
    await checkRing(tx, ring, now)
    return (await readInstance(tx)) ?? (await createInstance(tx, ring, now))
  })
  const signing = signingKeys(db, ring, clock)
  await signing.signer()
  return { ring, lookupKey: openLookupKey(ring, instance.lookup_key), epoch: instance.epoch, signing }
}

async function checkRing(tx: OpenTransaction, ring: KeyRing, now: Date): Promise<void> {
  const known = await listCheckValues(tx)
  for (const { key_id, check_value } of known) {
    if (!ring.ids.includes(key_id)) {
      const uses = await secretKeyUses(tx, key_id, now)
      if (uses.length > 0) {
        throw new KeyMismatch(
          `SECRET_KEYS lacks the key "${key_id}", under which this database holds ${uses.join(', ')}; add it again`,
        )
      }
    } else if (!sameCheckValue(check_value, checkValue(ring, key_id))) {
      throw new KeyMismatch(
        `SECRET_KEYS has another key "${key_id}" than the one this database was used with; restore the right one`,
      )
    }
  }
  for (const id of ring.ids.filter((candidate) => !known.some((entry) => entry.key_id === candidate))) {
    await insertCheckValue(tx, id, checkValue(ring, id), now)
    await recordKeyEvent(tx, 'secret_key_added', { key_id: id }, now)
  }
}

async function createInstance(tx: OpenTransaction, ring: KeyRing, now: Date) {
  const instance = { epoch: randomTokenId(), lookup_key: newSealedLookupKey(ring) }
  await insertInstance(tx, instance.epoch, instance.lookup_key, now)
  await recordKeyEvent(tx, 'instance_created', { epoch: instance.epoch }, now)

  const key = await newSigningKey(ring)
  await insertSigningKey(tx, {
    kid: key.kid,
    algorithm: SIGNING_ALGORITHM,
    public_jwk: JSON.stringify(key.publicJwk),
    private_key: key.sealedPrivateKey,
    created_at: now,
    active_from: now,
    retired_at: null,
  })
  await recordKeyEvent(tx, 'signing_key_created', { kid: key.kid }, now)
  return instance
}

function recordKeyEvent(
  tx: OpenTransaction,
  type: EventType,
  details: Record<string, string>,
  now: Date,
): Promise<void> {
  return insertEvent(tx, { at: now, type, outcome: 'success', actor_kind: 'system', details: JSON.stringify(details) })
}

interface LoadedKey {
  kid: string
  publicJwk: JWK
  publicKey: CryptoKey
  privateKey: CryptoKey
  activeFrom: Date
  retiredAt: Date | null
}

function signingKeys(db: Database, ring: KeyRing, clock: Clock): SigningKeys {
  let loaded: LoadedKey[] = []
  let loadedAt = Number.NEGATIVE_INFINITY
  let loading: Promise<void> | undefined

  const load = async () => {
    const rows = await listPublishedSigningKeys(db, clock.now())
    const known = new Map(loaded.map((key) => [key.kid, key]))
    loaded = await Promise.all(
      rows.map(async (row) => {
        const same = known.get(row.kid)
        const publicJwk = row.public_jwk as JWK
        return {
          kid: row.kid,
          publicJwk,
          publicKey: same?.publicKey ?? (await importKey(publicJwk)),
          privateKey: same?.privateKey ?? (await openPrivateKey(ring, row.kid, row.private_key)),
          activeFrom: row.active_from,
          retiredAt: row.retired_at,
        }
      }),
    )
    loadedAt = performance.now()
  }
  /** Reloads what is older than this; calls at the same time share one query. */
  const freshen = async (maxAge: number) => {
    if (performance.now() - loadedAt < maxAge) return
    loading ??= load().finally(() => {
      loading = undefined
    })
    await loading
  }
  const standing = () => loaded.filter((key) => key.retiredAt === null || key.retiredAt > clock.now())

  return {
    async signer() {
      await freshen(RELOAD_AFTER)
      const key = standing().find((candidate) => candidate.activeFrom <= clock.now())
      if (!key) throw new Error('the database has no active signing key')
      return { kid: key.kid, privateKey: key.privateKey }
    },
    async find(kid) {
      await freshen(RELOAD_AFTER)
      const isKnown = (key: LoadedKey) => key.kid === kid
      if (!standing().some(isKnown)) await freshen(UNKNOWN_KID_PAUSE)
      return standing().find(isKnown)?.publicKey
    },
    async published() {
      await freshen(RELOAD_AFTER)
      return standing().map((key) => key.publicJwk)
    },
  }
}
