/** What the fields that describe a user may hold, wherever they come from: a call, or another system's export. */

// Text that PostgreSQL can hold (it takes neither NUL nor half a character), and without control characters.
const ONE_LINE = '[^\\p{Cc}\\p{Cs}]*$'

/** As JSON Schema says it; lengths in characters (code points). */
interface TextRule {
  minLength?: number
  maxLength: number
  pattern: string
}

export const nameRule: TextRule = { minLength: 1, maxLength: 100, pattern: `^(?=\\s*\\S)${ONE_LINE}` }
export const phoneRule: TextRule = { maxLength: 50, pattern: `^${ONE_LINE}` }

export function fits(rule: TextRule, text: string): boolean {
  const length = [...text].length
  return length >= (rule.minLength ?? 0) && length <= rule.maxLength && new RegExp(rule.pattern, 'u').test(text)
}
