/**
 * Keyed hashes by which the database counts and finds things that it must not hold in clear: unknown e-mail addresses,
 * sources. The key is random, made with the database and sealed in it: it outlives rotations of SECRET_KEYS, so a count
 * is not forgotten because a key was rotated.
 */
import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { KeyRing } from './key-ring.ts'
import { open, seal, sealAnew } from './sealed.ts'

const CONTEXT = 'instance:lookup-key'

export function newSealedLookupKey(ring: KeyRing): string {
  return seal(ring, CONTEXT, randomBytes(32))
}

export function openLookupKey(ring: KeyRing, sealed: string): KeyObject {
  return createSecretKey(open(ring, CONTEXT, sealed))
}

export function sealLookupKeyAnew(ring: KeyRing, sealed: string): string {
  return sealAnew(ring, CONTEXT, sealed)
}

/** @param kind keeps equal texts of different meaning apart. */
export function lookupHash(key: KeyObject, kind: string, text: string): Buffer {
  return createHmac('sha256', key).update(`${kind}\0${text}`).digest()
}
