/**
 * The e-mail address is the user name. One function makes its key, for sign-in, creation, throttles and look-ups alike,
 * so that no two of them can disagree about who is meant.
 */
import { domainToASCII } from 'node:url'

/** RFC 5321, 4.5.3.1.3, less the angle brackets. */
const MAX_LENGTH = 254

/**
 * Trimmed, NFC, lower-cased without locale, domain in ASCII.
 * @returns undefined for what cannot be an address.
 */
export function emailKey(email: string): string | undefined {
  if (email.length > 4 * MAX_LENGTH) return undefined
  const trimmed = email.trim().normalize('NFC').toLowerCase()
  const at = trimmed.lastIndexOf('@')
  const local = trimmed.slice(0, at)
  const domain = domainToASCII(trimmed.slice(at + 1))
  if (at < 1 || domain === '' || /[\s\p{Cc}\p{Cf}<>()[\],;:\\"@]/u.test(local) || !/^[a-z0-9.-]+$/.test(domain))
    return undefined
  const key = `${local}@${domain}`
  return key.length <= MAX_LENGTH ? key : undefined
}
