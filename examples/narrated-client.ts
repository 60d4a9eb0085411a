/** A client of the service that tells a person what it sends, what comes back, and what that means. */

export interface Answer {
  status: number
  /** Empty where the service sends none. */
  body: Record<string, unknown>
}

interface CallOptions {
  body?: Record<string, unknown>
  /** Sent as a form, as OAuth's calls take it. */
  form?: Record<string, string>
  /** Sent as `Authorization: Bearer …`. */
  token?: string
  /** Sent as `X-API-Key`. */
  apiKey?: string
}

/** The service did something else than the demo expects. */
export class Unexpected extends Error {}

export interface NarratedClient {
  /** Begins a numbered step. */
  step(title: string): void
  /** Adds an explanation. */
  note(text: string): void
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  /** @throws Unexpected unless it holds. */
  expect(holds: boolean, meaning: string): void
}

export function createNarratedClient(baseUrl: string): NarratedClient {
  let steps = 0
  return {
    step(title) {
      steps += 1
      console.log(`\n${String(steps).padStart(2)}. ${title}`)
    },
    note(text) {
      console.log(`    ${text}`)
    },
    async call(method, path, { body, form, token, apiKey } = {}) {
      const bearer = token === undefined ? '' : `  Bearer ${shorten(token)}`
      const key = apiKey === undefined ? '' : `  X-API-Key ${shorten(apiKey)}`
      const sent = body ?? form
      console.log(`    → ${method} ${path}${bearer}${key}${sent ? `  ${describe(sent)}` : ''}`)
      const response = await fetch(baseUrl + path, {
        method,
        headers: {
          ...(body ? { 'content-type': 'application/json' } : {}),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
        ...(form ? { body: new URLSearchParams(form) } : {}),
      })
      const text = await response.text()
      const answer = { status: response.status, body: text === '' ? {} : JSON.parse(text) }
      console.log(`    ← ${answer.status}  ${describe(answer.body)}`.trimEnd())
      return answer
    },
    expect(holds, meaning) {
      if (!holds) throw new Unexpected(meaning)
      console.log(`    ✓ ${meaning}`)
    },
  }
}

/** A text field of an answer. @throws Unexpected when it is not there. */
export function textOf({ body }: Answer, field: string): string {
  const value = body[field]
  if (typeof value !== 'string') throw new Unexpected(`the answer has a text "${field}"`)
  return value
}

const SECRETS = /token$|password$|secret$|^api_key$|^provisioning_uri$|^backup_codes$/
/** The status line and the code say as much, in fewer words. */
const LEFT_OUT = new Set(['type', 'title', 'detail', 'request_id', 'token_type', 'error_description'])

/** The fields of a body on one line, secrets shortened. */
function describe(body: Record<string, unknown>): string {
  return Object.entries(body)
    .filter(([name, value]) => !LEFT_OUT.has(name) && !(name === 'status' && typeof value === 'number'))
    .map(([name, value]) => `${name}: ${describeValue(value, SECRETS.test(name))}`)
    .join(', ')
}

function describeValue(value: unknown, isSecret: boolean): string {
  if (Array.isArray(value)) return `[${value.map((entry) => describeValue(entry, isSecret)).join(' ')}]`
  if (value !== null && typeof value === 'object') return 'email' in value ? `{ ${value.email} … }` : '{ … }'
  return isSecret && typeof value === 'string' ? shorten(value) : String(value)
}

/** Enough to tell two secrets apart, too little to use one. */
function shorten(secret: string): string {
  return secret.length > 40 ? `${secret.slice(0, 4)}…${secret.slice(-6)}` : `${secret.slice(0, 4)}…`
}
