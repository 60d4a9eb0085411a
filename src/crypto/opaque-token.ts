/**
 * The one primitive behind every opaque secret that the service hands out: refresh tokens, step tokens, links in mails,
 * the cookies of known devices.
 *
 * A token is 62 bytes of fixed width: version (1), kind (1), key id (8, zero-padded), id (16), generation (4), and an
 * HMAC-SHA-256 (32) over all before it, under a key of the ring. Written as a prefix that tells the kind to people and
 * secret scanners, and base64url.
 *
 * Threat notes
 * - The database keeps the id and the generation, never the token: a copy of it opens nothing without SECRET_KEYS.
 * - Ids are 128 random bits, not a sequence: after a restore a sequence would hand one person's token to another.
 * - The kind is under the HMAC: a token of one kind is refused in every other kind's place.
 * - There is one encoding of each token: a second spelling of the same bytes is refused, so tokens compare as text.
 * - Everything is checked before the database is asked, in time that does not depend on where a forgery differs.
 * - The same id, generation and key always give the same token, so an answer that got lost can be given again.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { KeyRing } from './key-ring.ts'

const KINDS = {
  refresh: { code: 1, prefix: 'ort_' },
  step: { code: 2, prefix: 'ost_' },
  password_link: { code: 3, prefix: 'opl_' },
  email_link: { code: 4, prefix: 'oel_' },
  device: { code: 5, prefix: 'odv_' },
} as const

export type OpaqueTokenKind = keyof typeof KINDS

export interface OpaqueToken {
  /** UUID text of the 128 random bits. */
  id: string
  /** Counts up when a token of the same id replaces this one. */
  generation: number
  keyId: string
}

const VERSION = 1
const BODY_BYTES = 30
const MAC_BYTES = 32
const ENCODED_LENGTH = Math.ceil(((BODY_BYTES + MAC_BYTES) * 4) / 3)

/** 128 random bits in UUID notation. */
export function randomTokenId(): string {
  return uuidText(randomBytes(16))
}

/**
 * The token of this id and generation.
 * @param keyId the key that it is made under: one of the ring.
 */
export function writeToken(
  ring: KeyRing,
  kind: OpaqueTokenKind,
  id: string,
  generation = 0,
  keyId = ring.primary,
): string {
  const body = Buffer.alloc(BODY_BYTES)
  body.writeUInt8(VERSION, 0)
  body.writeUInt8(KINDS[kind].code, 1)
  body.write(keyId, 2, 8, 'latin1')
  body.write(id.replaceAll('-', ''), 10, 16, 'hex')
  body.writeUInt32BE(generation, 26)
  return KINDS[kind].prefix + Buffer.concat([body, mac(ring, keyId, body)]).toString('base64url')
}

/** What a genuine token of this kind says; undefined for anything else. */
export function readToken(ring: KeyRing, kind: OpaqueTokenKind, token: string): OpaqueToken | undefined {
  const { code, prefix } = KINDS[kind]
  if (token.length !== prefix.length + ENCODED_LENGTH || !token.startsWith(prefix)) return undefined
  const bytes = Buffer.from(token.slice(prefix.length), 'base64url')
  if (bytes.length !== BODY_BYTES + MAC_BYTES || prefix + bytes.toString('base64url') !== token) return undefined

  const body = bytes.subarray(0, BODY_BYTES)
  const keyId = body.toString('latin1', 2, 10).replace(/\0+$/, '')
  if (body[0] !== VERSION || body[1] !== code || !ring.ids.includes(keyId)) return undefined
  if (!timingSafeEqual(bytes.subarray(BODY_BYTES), mac(ring, keyId, body))) return undefined
  return { id: uuidText(body.subarray(10, 26)), generation: body.readUInt32BE(26), keyId }
}

function mac(ring: KeyRing, keyId: string, body: Buffer): Buffer {
  const key = ring.derive(keyId, 'opaque-token')
  if (!key) throw new Error(`the key ring has no key "${keyId}"`)
  return createHmac('sha256', key).update(body).digest()
}

function uuidText(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
