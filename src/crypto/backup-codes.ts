/**
 * Backup codes: eight a set, eight hex digits each, as the product documents them.
 *
 * A code holds only 32 bits. That suffices, because the codes can be tried neither offline nor fast: the database holds
 * HMACs under a key that lies sealed in the enrolment's envelope (so a copy of the database gives nothing to search in),
 * and online five wrong codes kill the step and a growing wait per user follows (NIST SP 800-63B-4, 3.1.2.2 on
 * look-up secrets below 64 bits: rate limiting is required).
 */
import { createHmac, randomBytes } from 'node:crypto'

const CODES = 8
const KEY_BYTES = 32

export function newBackupCodeKey(): Buffer {
  return randomBytes(KEY_BYTES)
}

/** Eight different codes like `3fa5b9c2`. */
export function newBackupCodes(): string[] {
  const codes = new Set<string>()
  while (codes.size < CODES) codes.add(randomBytes(4).toString('hex'))
  return [...codes]
}

/** @param code as `newBackupCodes` wrote it or `normaliseCode` made it. */
export function hashBackupCode(key: Buffer, code: string): Buffer {
  return createHmac('sha256', key).update(code).digest()
}
