/**
 * Encryption at rest: AES-256-GCM under a key of the ring, written as text `v1.{key id}.{base64url(iv, ciphertext, tag)}`.
 * The context (which row, which purpose) is authenticated with it, so a sealed value copied to another row does not open.
 * A 96-bit random nonce is safe here: far fewer than 2^32 values are sealed under one key (NIST SP 800-38D, 8.3).
 */
import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'
import type { KeyRing } from './key-ring.ts'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/** @param context names the owner, like `totp:42`; the same one is needed to open. */
export function seal(ring: KeyRing, context: string, plain: Buffer): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', sealingKey(ring, ring.primary), nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(context))
  const body = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  return `v1.${ring.primary}.${body.toString('base64url')}`
}

/** @throws when the key is missing, the context differs or a bit was changed. The message holds no plaintext. */
export function open(ring: KeyRing, context: string, sealed: string): Buffer {
  const [version, keyId, encoded] = sealed.split('.')
  if (version !== 'v1' || !keyId || !encoded) throw new Error(`sealed value of ${context} is malformed`)
  const body = Buffer.from(encoded, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(ring, keyId), body.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(Buffer.from(context))
  decipher.setAuthTag(body.subarray(-TAG_BYTES))
  return Buffer.concat([decipher.update(body.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])
}

/** The same plaintext under the primary key. @throws as `open` does. */
export function sealAnew(ring: KeyRing, context: string, sealed: string): string {
  return seal(ring, context, open(ring, context, sealed))
}

function sealingKey(ring: KeyRing, id: string): KeyObject {
  const key = ring.derive(id, 'seal')
  if (!key) throw new Error(`a value is sealed under key "${id}", which SECRET_KEYS lacks`)
  return key
}
