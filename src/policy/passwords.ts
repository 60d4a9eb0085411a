/**
 * What makes a password acceptable. Source: NIST SP 800-63B-4, 3.1.1.2 and OWASP ASVS 5.0, 6.2: length counts,
 * composition rules do not; common and personal passwords are refused, and the reason is told.
 */
import type { RefusalCode } from '../errors.ts'

const MIN_CODE_POINTS = 8
const MAX_CODE_POINTS = 128

/** Longer inputs are refused before any work is spent on them (UTF-16 units). */
export const PASSWORD_INPUT_LIMIT = 1024

/** What is left of a password without the user's own words must still be this long. */
const MIN_IMPERSONAL = 5
/** Own words shorter than this are too common inside other words to count. */
const MIN_OWN_WORD = 3
/** Words that everybody here has in mind (OWASP ASVS 5.0, 6.2.11); treated like the user's own. */
const PRODUCT_WORDS = ['omnicrm']

/** Why a new password may be refused. */
export const PASSWORD_FAULTS = [
  'password_mismatch',
  'password_too_short',
  'password_too_long',
  'password_breached',
  'password_personal',
  'password_unchanged',
] as const satisfies RefusalCode[]
export type PasswordFault = (typeof PASSWORD_FAULTS)[number]

export interface PasswordOwner {
  email: string
  first_name: string
  last_name: string
}

/** The form in which passwords are counted, compared and hashed (RFC 8265, 4.2: NFC). */
export function normalisePassword(password: string): string {
  return password.normalize('NFC')
}

/**
 * The forms in which a typed password may have been hashed: normalised as here, or, by a system that did not, as typed.
 */
export function passwordForms(password: string): string[] {
  return [...new Set([normalisePassword(password), password])]
}

/**
 * The first rule that a new password breaks; undefined for a good one. Whether it differs from the current one is asked
 * where the hash is.
 * @param password as `normalisePassword` gives it.
 */
export async function findPasswordFault(
  password: string,
  confirmation: string,
  owner: PasswordOwner,
): Promise<PasswordFault | undefined> {
  if (password !== confirmation) return 'password_mismatch'
  const length = [...password].length
  if (length < MIN_CODE_POINTS) return 'password_too_short'
  if (length > MAX_CODE_POINTS) return 'password_too_long'
  // Loaded when a password is first chosen: a process that only knows old ones does without it.
  const { isBreached } = await import('./breached-passwords.ts')
  if (isBreached(password)) return 'password_breached'
  if (isPersonal(password, owner)) return 'password_personal'
  return undefined
}

/** Little more than the own e-mail address (of which the domain is a word, too), the own name or the product's. */
function isPersonal(password: string, owner: PasswordOwner): boolean {
  const ownWords = [
    owner.email,
    owner.email.split('@')[0] ?? '',
    ...owner.email.split(/[@.]/),
    owner.first_name,
    owner.last_name,
    ...PRODUCT_WORDS,
  ]
    .map(letters)
    .filter((word) => word.length >= MIN_OWN_WORD)
    .sort((a, b) => b.length - a.length)
  const impersonal = ownWords.reduce((rest, word) => rest.replaceAll(word, ''), letters(password))
  return impersonal !== letters(password) && impersonal.length < MIN_IMPERSONAL
}

/** Lower case, letters and digits only. */
function letters(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}
