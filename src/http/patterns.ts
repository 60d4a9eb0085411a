/** The patterns that text must meet, and how it is told of text that does not. */
import type { FaultName } from '../errors.ts'
import { nameRule, phoneRule } from '../policy/user-fields.ts'

/** What PostgreSQL can hold: it takes neither NUL nor half a character. */
export const STORABLE = '^[^\\0\\p{Cs}]*$'
export const STORABLE_NOT_BLANK = '^(?=\\s*\\S)[^\\0\\p{Cs}]*$'
export const ROLE_NAME = '^[a-z0-9_.-]+$'
/** `admin` is no permission that a role or a key may be given: it belongs to the role of that name. */
export const PERMISSION_NAME = '^(?!admin$)[a-z0-9_.:-]+$'

const faults: Record<string, FaultName> = {
  [STORABLE]: 'controlCharacters',
  [STORABLE_NOT_BLANK]: 'controlCharacters',
  [nameRule.pattern]: 'controlCharacters',
  [phoneRule.pattern]: 'controlCharacters',
  [ROLE_NAME]: 'roleName',
  [PERMISSION_NAME]: 'permissionName',
}

const takesNoBlank = (pattern: string) => pattern.startsWith('^(?=\\s*\\S)')

/** What is wrong with text that does not meet this pattern. */
export function patternFault(pattern: string, text: unknown): FaultName {
  if (takesNoBlank(pattern) && String(text).trim() === '') return 'blank'
  return faults[pattern] ?? 'invalid'
}
