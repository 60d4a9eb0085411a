/** What a failed call means for the form that made it: which field is at fault, what to say, how long to wait. */
import type { Problem } from '../../../../packages/client/src/index.ts'
import { Refused, Unreachable } from '../identity.ts'
import type { Texts } from '../texts/texts.ts'

export interface Faults {
  /** By the name of the field. */
  fields: Record<string, string>
  /** What is not about one field. */
  text?: string
  /** Milliseconds since 1970; before, no try is heard. */
  waitUntil?: number
}

/** What a form says in words of its own: about a field, or about the whole. */
export class Fault extends Error {
  readonly field: string | undefined
  constructor(message: string, field?: string) {
    super(message)
    this.field = field
  }
}

/** The field that a refusal is about, where a form has one of these names. */
const FIELDS_OF: Partial<Record<Problem['code'], string[]>> = {
  account_not_found: ['email'],
  email_taken: ['email', 'new_email'],
  invalid_code: ['code'],
  password_mismatch: ['confirm_password'],
  password_too_short: ['new_password'],
  password_too_long: ['new_password'],
  password_breached: ['new_password'],
  password_personal: ['new_password'],
  password_unchanged: ['new_password'],
  wrong_password: ['current_password', 'password'],
  unknown_role: ['roles'],
}

export function faultsOf(error: unknown, names: string[], t: Texts): Faults {
  if (error instanceof Fault) {
    return error.field ? { fields: { [error.field]: error.message } } : { fields: {}, text: error.message }
  }
  if (error instanceof Unreachable) return { fields: {}, text: t.common.unreachable }
  if (!(error instanceof Refused)) throw error
  const { problem, retryAfter } = error
  // The detail of these is for programs: people see a clock.
  if (retryAfter !== undefined) {
    return { fields: {}, text: `${problem.title}.`, waitUntil: Date.now() + retryAfter * 1000 }
  }
  const fields = fieldFaults(problem, names)
  if (fields) return { fields }
  const text = textOf(problem, t)
  const field = FIELDS_OF[problem.code]?.find((name) => names.includes(name))
  return field ? { fields: { [field]: text } } : { fields: {}, text }
}

/** Each field that the service names; undefined where it names one that the form does not have. */
function fieldFaults({ errors = [] }: Problem, names: string[]): Record<string, string> | undefined {
  const found = errors.map(({ path, message }) => [path.split('/')[1] ?? '', capitalised(message)] as const)
  return found.length > 0 && found.every(([name]) => names.includes(name)) ? Object.fromEntries(found) : undefined
}

function textOf({ title, detail, attempts_left: left }: Problem, t: Texts): string {
  return [`${title}.`, detail, left === undefined ? '' : t.secondFactor.attemptsLeft(left)].filter(Boolean).join(' ')
}

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
