/**
 * The keys of a running service: opened at start against what the database keeps of them, so that a wrong or missing
 * key is told before the first request and not by the first user.
 */
import type { KeyObject } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { type LogKeys, logKeys } from '../crypto/event-digest.ts'
import { checkValue, type KeyRing, sameCheckValue } from '../crypto/key-ring.ts'
import { newSealedLookupKey, openLookupKey } from '../crypto/lookup-hash.ts'
import { randomTokenId } from '../crypto/opaque-token.ts'
import { type Database, lockInTransaction, type OpenTransaction } from '../store/database.ts'
import { SYSTEM } from '../store/events.ts'
import { insertCheckValue, insertInstance, listCheckValues, listSecretKeyUses, readInstance } from '../store/keys.ts'
import { recordKeyEvent } from './record-key-event.ts'
import { createSigningKey } from './rotate-signing-key.ts'
import { type SigningKeys, signingKeys } from './signing-keys.ts'

export interface Keys {
  ring: KeyRing
  /** Keys the hashes of what the database must not hold in clear. */
  lookupKey: KeyObject
  /** Make and prove the chain of digests over the log of events. */
  log: LogKeys
  /** Names this life of the database. */
  epoch: string
  signing: SigningKeys
}

/** The keys do not fit the database. The message says which and what to do. */
export class KeyMismatch extends Error {}

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
  const lookupKey = openLookupKey(ring, instance.lookup_key)
  return { ring, lookupKey, log: logKeys(lookupKey), epoch: instance.epoch, signing }
}

async function checkRing(tx: OpenTransaction, ring: KeyRing, now: Date): Promise<void> {
  const known = await listCheckValues(tx)
  for (const { key_id, check_value } of known) {
    if (!ring.ids.includes(key_id)) {
      const uses = await listSecretKeyUses(tx, key_id, now)
      if (uses.length > 0) {
        const what = uses.map((use) => use.what).join(', ')
        throw new KeyMismatch(
          `SECRET_KEYS lacks the key "${key_id}", under which this database holds ${what}; add it again`,
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
    await recordKeyEvent(tx, SYSTEM, 'secret_key_added', { key_id: id }, now)
  }
}

async function createInstance(tx: OpenTransaction, ring: KeyRing, now: Date) {
  const instance = { epoch: randomTokenId(), lookup_key: newSealedLookupKey(ring) }
  await insertInstance(tx, instance.epoch, instance.lookup_key, now)
  await recordKeyEvent(tx, SYSTEM, 'instance_created', { epoch: instance.epoch }, now)
  await createSigningKey(tx, ring, { actor: SYSTEM, reason: 'first' }, now, now)
  return instance
}
