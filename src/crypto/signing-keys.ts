/** ES256 key pairs that sign access tokens. The private half leaves this room only sealed. */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import type { KeyRing } from './key-ring.ts'
import { open, seal, sealAnew } from './sealed.ts'

export const SIGNING_ALGORITHM = 'ES256'

/** What signs access tokens. */
export interface Signer {
  kid: string
  privateKey: KeyObject
}

export interface NewSigningKey {
  /** RFC 7638 thumbprint of the public key. */
  kid: string
  publicJwk: JWK
  sealedPrivateKey: string
}

export async function newSigningKey(ring: KeyRing): Promise<NewSigningKey> {
  const pair = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true })
  const publicJwk = await exportJWK(pair.publicKey)
  const kid = await calculateJwkThumbprint(publicJwk)
  const privateJwk = await exportJWK(pair.privateKey)
  return {
    kid,
    publicJwk: { ...publicJwk, kid, alg: SIGNING_ALGORITHM, use: 'sig' },
    sealedPrivateKey: seal(ring, `signing-key:${kid}`, Buffer.from(JSON.stringify(privateJwk))),
  }
}

export function openPrivateKey(ring: KeyRing, kid: string, sealed: string): KeyObject {
  const key = JSON.parse(open(ring, `signing-key:${kid}`, sealed).toString('utf8'))
  return createPrivateKey({ key, format: 'jwk' })
}

export function sealPrivateKeyAnew(ring: KeyRing, kid: string, sealed: string): string {
  return sealAnew(ring, `signing-key:${kid}`, sealed)
}

export async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, SIGNING_ALGORITHM)
  if (key instanceof Uint8Array) throw new Error('a signing key must be asymmetric')
  return key
}
