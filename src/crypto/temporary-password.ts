/** Temporary passwords: strong, and readable aloud over the telephone. */
import { randomInt } from 'node:crypto'

/** No letters or digits that look or sound alike (no 0/o, 1/l/i, b/p/d, m/n …). */
const ALPHABET = 'acefghjkrstuwxyz23456789'
const GROUPS = 4
const GROUP_LENGTH = 4

/** Four groups of four like `kx7f-2rha-w9ct-e4gs`: 73 bits. */
export function newTemporaryPassword(): string {
  const group = () => Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
  return Array.from({ length: GROUPS }, group).join('-')
}
