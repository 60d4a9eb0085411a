/** One row of an import: the fields it may have, what each may hold, and what is wrong with a row that is refused. */
import { readForeignHash } from '../../crypto/foreign-hashes.ts'
import { readTotpSecret } from '../../crypto/totp.ts'
import { emailKey } from '../../policy/email-key.ts'
import { LOCALES } from '../../policy/locales.ts'
import { fits, nameRule, phoneRule } from '../../policy/user-fields.ts'
import type { ImportedUser } from '../../store/imports.ts'
import type { Line } from './read-lines.ts'

/** As the row says it: the TOTP secret in clear, and no time of creation where it gives none. */
export interface Row extends Omit<ImportedUser, 'email_key' | 'created_at'> {
  email_key: string
  created_at: Date | null
}

export interface RowFault {
  /** JSON pointer into the row; empty for the row as a whole. */
  path: string
  message: string
}

interface Field<T> {
  /** What a row without the field has; fields without this are required. */
  fallback?: T
  /** What the field must be, to follow "must be"; where more is to be said, of the value that it is not. */
  must: string | ((value: unknown) => string)
  /** Undefined for what it must not be. */
  read(value: unknown): T | undefined
}

/** New users get larger ids than imported ones: this leaves room for them. Also the bound of `reserve_user_ids`. */
const LARGEST_ID = 999_999_999_999
const MOST_ROLES = 50
/** Named in one report. */
const MOST_UNKNOWN = 20
/** Leaves room to count on in: the column holds twice as much. */
const LARGEST_COUNT = 1_000_000_000

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/

const utf8 = new TextDecoder('utf-8', { fatal: true })

const isText = (value: unknown): value is string => typeof value === 'string'
const text = (value: unknown, accept: (text: string) => boolean) => (isText(value) && accept(value) ? value : undefined)
const integer = (value: unknown, least: number, most: number) =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? value : undefined
const orNull = <T>(value: unknown, read: (value: unknown) => T | undefined) => (value === null ? null : read(value))

const fields: { [Name in Exclude<keyof Row, 'email_key'>]: Field<Row[Name]> } = {
  id: {
    must: `a whole number from 1 to ${LARGEST_ID}`,
    read: (value) => integer(value, 1, LARGEST_ID),
  },
  email: {
    must: 'an e-mail address',
    read: (value) => text(value, (address) => emailKey(address) !== undefined)?.trim(),
  },
  first_name: {
    must: 'text of 1 to 100 characters, not blank, without control characters',
    read: (value) => text(value, (name) => fits(nameRule, name)),
  },
  last_name: {
    must: 'text of 1 to 100 characters, not blank, without control characters',
    read: (value) => text(value, (name) => fits(nameRule, name)),
  },
  phone: {
    fallback: null,
    must: 'text of at most 50 characters without control characters, or null',
    read: (value) => orNull(value, (phone) => text(phone, (phone) => fits(phoneRule, phone))),
  },
  locale: {
    fallback: 'en',
    must: `one of ${LOCALES.join(', ')}`,
    read: (value) => LOCALES.find((locale) => locale === value),
  },
  active: {
    fallback: true,
    must: 'true or false',
    read: (value) => (typeof value === 'boolean' ? value : undefined),
  },
  roles: {
    must: `a list of 1 to ${MOST_ROLES} names of roles`,
    read: readRoles,
  },
  password_hash: {
    fallback: null,
    must: (value) =>
      (isText(value) && readForeignHash(value)?.beyond) ||
      'a password hash in one of the formats of docs/importing.md, or null for an account without a password',
    read: (value) => orNull(value, (hash) => text(hash, isBearable)),
  },
  totp_secret: {
    fallback: null,
    must: 'a TOTP secret of 80 to 512 bit in base32, or null',
    read: (value) => orNull(value, (secret) => (isText(secret) ? readTotpSecret(secret) : undefined)),
  },
  login_count: {
    fallback: 0,
    must: `a whole number from 0 to ${LARGEST_COUNT}`,
    read: (value) => integer(value, 0, LARGEST_COUNT),
  },
  last_login_at: {
    fallback: null,
    must: 'a time like 2024-05-04T09:30:00Z, with its offset from UTC, or null',
    read: (value) => orNull(value, readTime),
  },
  created_at: {
    fallback: null,
    must: 'a time like 2024-05-04T09:30:00Z, with its offset from UTC, or null',
    read: (value) => orNull(value, readTime),
  },
}

/** @returns the row, or everything that is wrong with it, which never repeats what the row says. */
export function readRow(line: Line, now: Date): Row | RowFault[] {
  const value = parse(line)
  if (isText(value)) return [{ path: '', message: value }]
  const faults = Object.keys(value)
    .filter((name) => !Object.hasOwn(fields, name))
    .slice(0, MOST_UNKNOWN)
    .map((name) => ({ path: `/${name.slice(0, 100)}`, message: 'is unknown; leave it out' }))
  const row: Record<string, unknown> = {}
  for (const [name, field] of Object.entries<Field<unknown>>(fields)) {
    const given = Object.hasOwn(value, name) ? value[name] : undefined
    row[name] = given === undefined ? field.fallback : field.read(given)
    if (row[name] !== undefined) continue
    const missing = given === undefined ? 'is missing; it ' : ''
    const must = isText(field.must) ? field.must : field.must(given)
    faults.push({ path: `/${name}`, message: `${missing}must be ${must}` })
  }
  for (const name of ['created_at', 'last_login_at']) {
    const time = row[name]
    if (time instanceof Date && time > now) faults.push({ path: `/${name}`, message: 'lies in the future' })
  }
  return faults.length > 0 ? faults : ({ ...row, email_key: emailKey(String(row['email'])) } as Row)
}

/** The object that the line holds, or why it holds none. */
function parse({ bytes }: Line): Record<string, unknown> | string {
  if (!bytes) return 'the line is longer than 64 KiB'
  let value: unknown
  try {
    value = JSON.parse(utf8.decode(bytes))
  } catch (error) {
    return error instanceof SyntaxError ? 'the line is not JSON' : 'the line is not UTF-8'
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'the line is not a JSON object'
  return value as Record<string, unknown>
}

function isBearable(hash: string): boolean {
  const read = readForeignHash(hash)
  return read !== undefined && read.beyond === undefined
}

function readRoles(value: unknown): string[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_ROLES) return undefined
  const names = value.filter((name) => isText(name) && /^[^\0\p{Cs}]{1,100}$/u.test(name))
  return names.length === value.length ? [...new Set(names)].sort() : undefined
}

function readTime(value: unknown): Date | undefined {
  if (!isText(value) || !RFC_3339.test(value)) return undefined
  const time = new Date(value)
  // The 31st of February would silently become the 3rd of March.
  const realDay = new Date(`${value.slice(0, 10)}T00:00:00Z`).getUTCDate() === Number(value.slice(8, 10))
  return realDay && time.getUTCFullYear() >= 1900 ? time : undefined
}
