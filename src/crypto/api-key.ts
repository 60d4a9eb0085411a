/**
 * API keys: `oak_`, 40 random letters and digits (238 bits), and a checksum of six. The prefix and the checksum let
 * secret scanners recognise a leaked key, and a mistyped one be refused without asking the database.
 *
 * The database keeps SHA-256 of the key: against 238 random bits a slow or keyed hash would add nothing. The key is
 * found by that hash, so how long a search takes tells nothing about any key.
 */
import { createHash, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

const PREFIX = 'oak_'
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const RANDOM_LENGTH = 40
const CHECKSUM_LENGTH = 6
const HINT_LENGTH = 4
const FORM = new RegExp(`^${PREFIX}[0-9A-Za-z]{${RANDOM_LENGTH + CHECKSUM_LENGTH}}$`)

export interface NewApiKey {
  /** Shown once, kept nowhere. */
  key: string
  hash: Buffer
  hint: string
}

export function newApiKey(): NewApiKey {
  const random = Array.from({ length: RANDOM_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
  const key = PREFIX + random + checksum(PREFIX + random)
  return { key, hash: hashOf(key), hint: random.slice(0, HINT_LENGTH) }
}

/** The hash by which the key is found; undefined for what cannot be a key: the form or the checksum is wrong. */
export function hashApiKey(text: string): Buffer | undefined {
  if (!FORM.test(text)) return undefined
  return checksum(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH) ? hashOf(text) : undefined
}

/** How a list shows a key. */
export function maskApiKey(hint: string): string {
  return `${PREFIX}${hint}…`
}

/** CRC-32 in base 62, as GitHub's tokens carry it. */
function checksum(text: string): string {
  let rest = crc32(text)
  let digits = ''
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    digits = ALPHABET.charAt(rest % ALPHABET.length) + digits
    rest = Math.floor(rest / ALPHABET.length)
  }
  return digits
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
