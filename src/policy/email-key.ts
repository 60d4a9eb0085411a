/**
 * The e-mail address is the user name. One function makes its key, for sign-in, creation, throttles and look-ups alike,
 * so that no two of them can disagree about who is meant.
 */
import { domainToASCII } from 'node:url'

/** RFC 5321, 4.5.3.1.3, less the angle brackets. */
const MAX_LENGTH = 254

const NOT_IN_ADDRESS = /[\s\p{Cc}\p{Cf}\p{Cs}<>()[\],;:\\"@]/u
/** domainToASCII parses like a URL: it would drop what stands behind these, or decode it. */
const URL_SYNTAX = /[/?#%]/
/** Labels of which the last is no number: domainToASCII takes such a name for an IPv4 address and makes `1` `0.0.0.1`. */
const DOMAIN = /^([a-z0-9-]+\.)*(?!\d+$)[a-z0-9-]+$/

/**
 * Trimmed, NFC, lower-cased without locale, domain in ASCII.
 * @returns undefined for what cannot be an address.
 */
export function emailKey(email: string): string | undefined {
  if (email.length > 4 * MAX_LENGTH) return undefined
  // Normalised once more, because a few Greek letters leave NFC when they are lower-cased.
  const trimmed = email.trim().normalize('NFC').toLowerCase().normalize('NFC')
  const at = trimmed.lastIndexOf('@')
  const local = trimmed.slice(0, at)
  const givenDomain = trimmed.slice(at + 1)
  if (at < 1 || NOT_IN_ADDRESS.test(local) || NOT_IN_ADDRESS.test(givenDomain) || URL_SYNTAX.test(givenDomain))
    return undefined
  const domain = domainToASCII(givenDomain)
  if (!DOMAIN.test(domain)) return undefined
  const key = `${local}@${domain}`
  return key.length <= MAX_LENGTH ? key : undefined
}
