/** Values for a JSON Schema: what it allows, what lies just beyond, and what nobody should send. */
import fc from 'fast-check'
import { anyText } from '../support/any-text.ts'

export interface Schema {
  type?: string | string[]
  enum?: unknown[]
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  items?: Schema
  anyOf?: Schema[]
  required?: string[]
  properties?: Record<string, Schema>
}

/** Values by the name of their field that mean something to the service under test: addresses, codes, tokens, ids. */
export type Known = Record<string, readonly unknown[]>

const hostileTexts = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udfff@example.com',
  '\u202e\u0000',
  '\ufeff',
  '😀'.repeat(60),
  'é'.repeat(500),
  'İ'.repeat(120),
  'x'.repeat(1024),
  'x'.repeat(1025),
  'x'.repeat(20_000),
  "' or 1=1; drop table users; --",
  '$(id)`id`{{7*7}}%n%s',
  '../../../etc/passwd',
  '<script>alert(1)</script>',
  '\r\nSet-Cookie: a=b',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'NaN',
  '-1',
  '0',
  '1e9',
  '9007199254740993',
  '99999999999999999999',
]

export const hostileText = fc.oneof(fc.constantFrom(...hostileTexts), anyText({ maxLength: 60 }))

export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: hostileText },
  {
    weight: 2,
    arbitrary: fc.constantFrom(null, true, 0, -1, 1.5, -0, 2 ** 31, 2 ** 53, 1e308, [], {}, [[]], ['a', 'a'], {
      $ref: '#',
    }),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
)

/** What a schema allows, or nearly; now and then hostile. */
export function nearly(schema: Schema, name: string, known: Known): fc.Arbitrary<unknown> {
  const choices = known[name] ?? []
  return fc.oneof(
    { weight: choices.length > 0 ? 12 : 0, arbitrary: fc.constantFrom(...(choices.length > 0 ? choices : [null])) },
    { weight: 4, arbitrary: allowedBy(schema, name, known) },
    { weight: 1, arbitrary: hostileValue },
  )
}

/** What a schema allows, as a whole; its parts may go beyond. */
export function allowedBy(schema: Schema, name: string, known: Known): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const { anyOf, ...rest } = schema
  if (anyOf) return fc.oneof(...anyOf.map((part) => allowedBy({ ...rest, ...part }, name, known)))
  if (Array.isArray(schema.type)) {
    return fc.oneof(...schema.type.map((type) => allowedBy({ ...schema, type }, name, known)))
  }
  switch (schema.type) {
    case 'object':
      return objectOf(schema, known)
    case 'array':
      return arrayOf(schema, name, known)
    case 'integer':
      return integerOf(schema)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return textOf(schema)
  }
}

/** Mostly whole; sometimes without a field that is required, or with one that nobody knows. */
function objectOf({ properties = {}, required = [] }: Schema, known: Known): fc.Arbitrary<object> {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, nearly(schema, name, known)]),
  )
  const whole = fc.record(fields, { requiredKeys: required.filter((name) => name in fields) })
  const extra = fc.tuple(
    fc.constantFrom('id', 'admin', 'permissions', 'constructor', 'toString', '', '\0', 'a.b'),
    hostileValue,
  )
  return fc.oneof(
    { weight: 12, arbitrary: whole },
    { weight: 1, arbitrary: fc.record(fields, { requiredKeys: [] }) },
    { weight: 1, arbitrary: fc.tuple(whole, extra).map(([body, [name, value]]) => ({ ...body, [name]: value })) },
  )
}

function arrayOf(
  { items = {}, minItems = 0, maxItems = 5 }: Schema,
  name: string,
  known: Known,
): fc.Arbitrary<unknown[]> {
  const item = nearly(items, name, known)
  return fc.oneof(
    { weight: 8, arbitrary: fc.uniqueArray(item, { minLength: minItems, maxLength: Math.min(maxItems, 2) }) },
    { weight: 1, arbitrary: fc.array(item, { maxLength: 4 }) },
    { weight: 1, arbitrary: item.map((value) => Array.from({ length: maxItems + 1 }, (_, n) => `${value}${n}`)) },
  )
}

function integerOf({ minimum = -(2 ** 31), maximum = 2 ** 53 }: Schema): fc.Arbitrary<number> {
  return fc.oneof(
    fc.integer({ min: minimum, max: Math.min(maximum, minimum + 1000) }),
    fc.constantFrom(minimum, maximum, minimum - 1, maximum + 1, 2 ** 31, 2 ** 32),
  )
}

const DAY = 24 * 60 * 60 * 1000
const times = [
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999Z',
  '9999-12-31T23:59:59-23:59',
  '2016-12-31T23:59:60Z',
  '2026-02-29T00:00:00Z',
  '2026-03-02t10:00:00z',
  '2026-03-02 10:00:00Z',
  '2026-03-02T10:00:00+14:00',
]
const formats: Record<string, fc.Arbitrary<string>> = {
  uuid: fc.oneof(
    fc.uuid(),
    fc.uuid().map((id) => id.toUpperCase()),
    fc.constant(`urn:uuid:${'0'.repeat(36)}`),
  ),
  'date-time': fc.oneof(
    fc.constantFrom(...times),
    fc.integer({ min: -400 * DAY, max: 400 * DAY }).map((away) => new Date(Date.UTC(2026, 2, 2) + away).toISOString()),
  ),
  ipv4: fc.ipV4(),
  ipv6: fc.ipV6(),
}

// The generators from expressions are slow to make.
const matching = new Map<string, fc.Arbitrary<string>>()
function textMatching(pattern: string): fc.Arbitrary<string> {
  const made = matching.get(pattern) ?? fc.stringMatching(new RegExp(pattern.replace(LOOKAROUND, '')))
  matching.set(pattern, made)
  return made
}

const LOOKAROUND = /\(\?[^()]*(\([^()]*\))?[^()]*\)/g

function textOf({ format, pattern, minLength = 0, maxLength }: Schema): fc.Arbitrary<string> {
  const known = formats[format ?? '']
  if (known) return known
  const most = maxLength ?? 200
  const lengths = { minLength, maxLength: Math.min(most, minLength + 30) }
  const text = fc.oneof(
    { weight: 6, arbitrary: fc.string({ unit: fc.constantFrom(...'aZ09 -_.@:é字😀'), ...lengths }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'x'.repeat(most),
        'x'.repeat(most + 1),
        '😀'.repeat(most),
        'x'.repeat(Math.max(0, minLength - 1)),
      ),
    },
  )
  // Classes by property are beyond the generator from expressions; most texts match those anyway.
  if (pattern === undefined || pattern.includes('\\p')) return text
  return fc.oneof({ weight: 4, arbitrary: textMatching(pattern) }, { weight: 1, arbitrary: text })
}
