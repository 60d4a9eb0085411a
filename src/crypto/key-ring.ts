/**
 * The secret keys that operations hand to the service (SECRET_KEYS), and what is derived from them.
 * No key is used for two purposes: each purpose has its own key by HKDF-SHA-256 (RFC 5869).
 */
import { createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto'

export type KeyPurpose = 'seal' | 'opaque-token' | 'check-value'

export interface KeyRing {
  /** The id of the key that new things are made under. */
  readonly primary: string
  readonly ids: readonly string[]
  /**
   * The 32-byte key of this id for this purpose; undefined where the ring has no such id. Not as bytes: those would be
   * made a key anew at each use, which costs an HMAC 26 of its 32 µs.
   */
  derive(id: string, purpose: KeyPurpose): KeyObject | undefined
}

/** @param keys 32 bytes each, ids unique, the first is primary. */
export function createKeyRing(keys: readonly { id: string; key: Buffer }[]): KeyRing {
  const [first] = keys
  if (!first) throw new Error('a key ring needs at least one key')
  const secrets = new Map(keys.map(({ id, key }) => [id, key]))
  const derived = new Map<string, KeyObject>()
  return {
    primary: first.id,
    ids: [...secrets.keys()],
    derive(id, purpose) {
      const secret = secrets.get(id)
      if (!secret) return undefined
      const label = `${purpose}:${id}`
      let key = derived.get(label)
      if (!key) {
        key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, 'omnicrm-identity', purpose, 32)))
        derived.set(label, key)
      }
      return key
    },
  }
}

/** What the database keeps of a key, to notice a different key under the same id. Tells nothing about the key. */
export function checkValue(ring: KeyRing, id: string): Buffer {
  const key = ring.derive(id, 'check-value')
  if (!key) throw new Error(`the key ring has no key "${id}"`)
  return key.export()
}

export function sameCheckValue(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right)
}
