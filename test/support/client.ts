/**
 * Calls the service over HTTP as a client would, and holds every answer against the OpenAPI document: an undeclared
 * status, a wrong content type or a body that does not match its schema fails the test.
 */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

export interface CallOptions {
  body?: unknown
  /** Sent as it is, with this content type. */
  raw?: { body: string; contentType: string }
  /** Sent as a form. */
  form?: Record<string, string>
  /** Sent as `Authorization: Bearer …`. */
  token?: string | undefined
  /** Sent as `X-API-Key`. */
  apiKey?: string
  headers?: Record<string, string>
  /** Sent as the refresh cookie. */
  cookie?: string
}

export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies whose shape the OpenAPI check has proven.
  body: any
  text: string
  headers: Headers
  /** The refresh cookie that this answer sets, with its attributes; undefined without one. */
  cookie: { value: string; attributes: string } | undefined
}

export type Call = (method: string, path: string, options?: CallOptions) => Promise<Answer>

type Document = {
  paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, object> }> }>>
}

/** @param document the OpenAPI document of the app at this address. */
export function createClient(baseUrl: string, document: object): Call {
  const check = createCheck(document)
  return async (method, path, options = {}) => {
    const headers = new Headers(options.headers)
    if (options.body !== undefined) headers.set('content-type', 'application/json')
    const raw = options.form ? formOf(options.form) : options.raw
    if (raw) headers.set('content-type', raw.contentType)
    if (options.token !== undefined) headers.set('authorization', `Bearer ${options.token}`)
    if (options.apiKey !== undefined) headers.set('x-api-key', options.apiKey)
    if (options.cookie !== undefined) headers.set('cookie', `omnicrm_refresh=${options.cookie}`)
    const sent = raw?.body ?? (options.body === undefined ? undefined : JSON.stringify(options.body))
    const response = await fetch(baseUrl + path, { method, headers, ...(sent === undefined ? {} : { body: sent }) })
    const text = await response.text()
    const contentType = response.headers.get('content-type')?.split(';')[0] ?? ''
    const isJson = /[/+]json$/.test(contentType)
    const body = isJson && text !== '' ? JSON.parse(text) : undefined
    check(method, path.split('?')[0] ?? path, response.status, contentType, isJson ? body : text)
    return { status: response.status, body, text, headers: response.headers, cookie: readCookie(response.headers) }
  }
}

function formOf(fields: Record<string, string>) {
  return { body: new URLSearchParams(fields).toString(), contentType: 'application/x-www-form-urlencoded' }
}

function readCookie(headers: Headers): Answer['cookie'] {
  const line = headers.getSetCookie().find((entry) => entry.startsWith('omnicrm_refresh='))
  if (line === undefined) return undefined
  const [pair = '', ...attributes] = line.split('; ')
  return { value: pair.slice('omnicrm_refresh='.length), attributes: attributes.join('; ') }
}

/** Holds an answer against the document; throws where it says otherwise. */
export function createCheck(openapi: object) {
  const document = openapi as Document
  const ajv = new Ajv2020({ strict: false })
  addFormats.default(ajv)
  ajv.addSchema(document, 'openapi')
  const validators = new Map<string, ValidateFunction>()
  const templates = Object.keys(document.paths).map((template) => ({
    template,
    pattern: new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`),
  }))

  return (method: string, path: string, status: number, contentType: string, body: unknown) => {
    const candidates = templates.filter((entry) => entry.pattern.test(path)).map((entry) => entry.template)
    const template = candidates.find((candidate) => candidate === path) ?? candidates[0]
    const operation = template && document.paths[template]?.[method.toLowerCase()]
    // Unknown paths and methods have no contract but the problem's own shape.
    if (!operation) return
    const response = operation.responses[String(status)]
    const name = `${method} ${template} ${status}`
    if (!response) throw new Error(`${name} is not declared: ${JSON.stringify(body)}`)
    if (!response.content) return
    if (!response.content[contentType]) throw new Error(`${name} is not declared as ${contentType}`)
    const pointer = [
      'paths',
      template,
      method.toLowerCase(),
      'responses',
      String(status),
      'content',
      contentType,
      'schema',
    ]
    const key = pointer
      .map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'))
      .map(encodeURIComponent)
      .join('/')
    const validate = validators.get(key) ?? ajv.compile({ $ref: `openapi#/${key}` })
    validators.set(key, validate)
    if (!validate(body))
      throw new Error(`${name} does not match its schema: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(body)}`)
  }
}
