/**
 * Secrets that a test plays with, and the search for them: noted as they go over the wire, whoever sends them, and looked
 * for in every usual spelling.
 */
import { sql } from 'kysely'
import type { TestApp } from './app.ts'
import type { Answer, Call, CallOptions } from './client.ts'

export interface Secret {
  kind: string
  bytes: Buffer
}

/** Where secrets must not be: what was written as text, and what the database holds as bytes. */
export interface Haystack {
  text: string
  bytes: Buffer
}

/** What holds a secret, in bodies of either direction. Everything else that a body says may be known. */
const FIELDS: Record<string, string> = {
  password: 'password',
  new_password: 'password',
  confirm_password: 'password',
  current_password: 'password',
  temporary_password: 'temporary password',
  backup_codes: 'backup code',
  secret: 'TOTP secret',
  token: 'token',
  step_token: 'token',
  access_token: 'token',
  refresh_token: 'token',
  api_key: 'token',
  client_secret: 'token',
}

const TOKENS: [RegExp, string][] = [
  [/^ort_/, 'refresh token'],
  [/^ost_/, 'step token'],
  [/^opl_/, 'password link'],
  [/^oel_/, 'e-mail link'],
  [/^odv_/, 'device token'],
  [/^oak_/, 'API key'],
  [/^eyJ/, 'access token'],
]

export class Secrets {
  readonly #found = new Map<string, Secret>()
  /** E-mail addresses and telephone numbers: the database holds them, logs and metrics must not. */
  readonly personal = new Set<string>()
  /** Of the calls that were answered with 2xx. */
  readonly operations = new Set<string>()

  get all(): Secret[] {
    return [...this.#found.values()]
  }

  note(kind: string, value: string | Buffer): void {
    const bytes = Buffer.from(value as string)
    this.#found.set(`${kind}:${bytes.toString('base64')}`, { kind, bytes })
  }

  /** How many of each kind. */
  counts(): Record<string, number> {
    const kinds = Object.groupBy(this.all, ({ kind }) => kind)
    return Object.fromEntries(Object.entries(kinds).map(([kind, found = []]) => [kind, found.length]))
  }

  /** The same app, whose calls are noted. */
  watch(app: TestApp): TestApp {
    const call: Call = async (method, path, options = {}) => {
      this.#noteRequest(options)
      const answer = await app.call(method, path, options)
      this.#noteAnswer(answer)
      if (answer.status < 300) this.operations.add(`${method} ${path.replace(/\?.*$/, '')}`)
      return answer
    }
    return { ...app, call }
  }

  #noteRequest({ body, form, token, apiKey, cookie, headers = {} }: CallOptions): void {
    this.#noteFields(body)
    this.#noteFields(form)
    // Answers have a `code`, too, which is none.
    const code = body !== null && typeof body === 'object' && 'code' in body ? String(body.code) : undefined
    if (code !== undefined) this.note(code.length === 6 ? 'TOTP code' : 'backup code', code)
    for (const value of [token, apiKey, cookie]) if (value) this.noteToken(value)
    this.#noteCookies(headers['cookie'] ?? '')
    const [, encoded] = /^Basic (.+)$/.exec(headers['authorization'] ?? '') ?? []
    if (!encoded) return
    this.note('credentials of a client', encoded)
    this.noteToken(Buffer.from(encoded, 'base64').toString().split(':')[1] ?? '')
  }

  #noteAnswer({ body, headers }: Answer): void {
    this.#noteFields(body)
    for (const line of headers.getSetCookie()) this.#noteCookies(line)
  }

  #noteCookies(text: string): void {
    for (const [, value = ''] of text.matchAll(/omnicrm_\w+=([^;]+)/g)) {
      for (const token of value.split('.')) this.noteToken(token)
    }
  }

  #noteFields(value: unknown, name = ''): void {
    if (typeof value === 'string') this.#noteField(name, value)
    else if (Array.isArray(value)) for (const entry of value) this.#noteFields(entry, name)
    else if (value !== null && typeof value === 'object')
      for (const [key, entry] of Object.entries(value)) this.#noteFields(entry, key)
  }

  #noteField(name: string, value: string): void {
    if (['email', 'new_email', 'phone'].includes(name)) this.personal.add(value)
    const kind = FIELDS[name]
    if (kind === 'token') this.noteToken(value)
    else if (kind) this.note(kind, value)
    if (kind === 'TOTP secret') this.note('TOTP secret', base32(value))
  }

  /** A token of any kind: the whole, and what in it makes it one. Ids are stored; what proves them must not be. */
  noteToken(token: string): void {
    const [, kind = 'token of no kind'] = TOKENS.find(([form]) => form.test(token)) ?? []
    this.note(kind, token)
    if (kind === 'access token') this.note('signature', Buffer.from(token.split('.')[2] ?? '', 'base64url'))
    else if (kind === 'API key') this.note('random part of an API key', token.slice(8))
    else this.note('MAC of an opaque token', Buffer.from(token.slice(4), 'base64url').subarray(-32))
  }
}

function base32(text: string): Buffer {
  const bits = [...text].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  )
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

/** Shorter secrets, which are codes, are found by chance within longer texts. */
const LONG = 12

/** How a secret may be spelled. In base64 the same bytes look different by where among other bytes they stand. */
function spellings(secret: Buffer): Record<string, string> {
  const text = secret.toString('utf8')
  const own = {
    text,
    hex: secret.toString('hex'),
    base64: secret.toString('base64').replace(/=+$/, ''),
    base64url: secret.toString('base64url'),
  }
  if (secret.length < LONG) return own
  const within = [1, 2].flatMap((before) => {
    const shifted = Buffer.concat([Buffer.alloc(before), secret])
    const inner = shifted.subarray(0, shifted.length - (shifted.length % 3))
    return (['base64', 'base64url'] as const).map((encoding) => [
      `${encoding}, ${before} bytes in`,
      inner.toString(encoding).slice(4),
    ])
  })
  const escaped = { JSON: JSON.stringify(text).slice(1, -1), URL: encodeURIComponent(text), form: formEncoded(text) }
  return { ...own, ...escaped, ...Object.fromEntries(within) }
}

const formEncoded = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)

/** A haystack to be searched many times: case does not count. */
export function prepare({ text, bytes }: Haystack) {
  // Fractions of seconds are six digits, as codes are.
  const lower = text.toLowerCase().replace(/:\d\d\.\d+/g, '')
  return { lower, bytes, lowerBytes: bytes.toString('latin1').toLowerCase() }
}

/** In which spellings it is there, and where; empty when it is nowhere. */
export function findSecret(haystack: ReturnType<typeof prepare>, secret: Buffer): string[] {
  const found = Object.entries(spellings(secret)).flatMap(([name, spelling]) => {
    const places: string[] = []
    if (holds(haystack.lower, spelling)) places.push(`${name} in text`)
    if (holds(haystack.lowerBytes, Buffer.from(spelling).toString('latin1'))) places.push(`${name} in bytes`)
    return places
  })
  return secret.length >= LONG && haystack.bytes.includes(secret) ? [...found, 'as it is in bytes'] : found
}

/** Codes must stand alone; longer secrets are found anywhere. */
function holds(haystack: string, spelling: string): boolean {
  const needle = spelling.toLowerCase()
  if (needle.length >= LONG || !/^[0-9a-f]+$/.test(needle)) return haystack.includes(needle)
  return new RegExp(`(?<![0-9a-f])${needle}(?![0-9a-f])`).test(haystack)
}

/** Everything in the database, the queue and the log of events too: each row as text, and the bytes of each bytea. */
export async function dumpDatabase({ db }: Pick<TestApp, 'db'>): Promise<Haystack> {
  const tables = await sql<{ schema: string; name: string }>`
    select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`.execute(db)
  const texts: string[] = []
  const values: Buffer[] = []
  for (const { schema, name } of tables.rows) {
    const table = sql.table(`${schema}.${name}`)
    const { rows } = await sql<{ row: string }>`select t::text as row from ${table} t`.execute(db)
    texts.push(name, ...rows.map(({ row }) => row))
    const columns = await sql<{ column: string }>`
      select column_name as column from information_schema.columns
      where table_schema = ${schema} and table_name = ${name} and data_type = 'bytea'`.execute(db)
    for (const { column } of columns.rows) {
      const { rows } = await sql<{ value: Buffer | null }>`select ${sql.ref(column)} as value from ${table}`.execute(db)
      values.push(...rows.map(({ value }) => value).filter((value) => value !== null))
    }
  }
  return { text: texts.join('\n'), bytes: Buffer.concat(values.flatMap((value) => [value, Buffer.from('\n')])) }
}
