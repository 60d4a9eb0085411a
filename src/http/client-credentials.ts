/** How services say who they are in OAuth's calls: by HTTP Basic, in the form (RFC 6749, 2.3.1), or by `X-API-Key`. */
import type { FastifyRequest } from 'fastify'
import { fieldRefusal, Refusal } from '../errors.ts'

export interface ClientCredentials {
  key: string
  /** The id of the key; `X-API-Key` comes without. */
  id: string | undefined
}

/**
 * What the call brings; undefined when it brings no key. The body has been read but not yet validated.
 * @throws Refusal `ambiguous_credentials` when a key comes in more than one way; `api_key_invalid` for unreadable ones.
 */
export function readClientCredentials(request: FastifyRequest): ClientCredentials | undefined {
  const form = (request.body ?? {}) as Record<string, unknown>
  const id = textOf(form, 'client_id')
  const secret = textOf(form, 'client_secret')
  const header = request.headers['x-api-key']
  const found = [
    readBasic(request.headers.authorization, id),
    secret === undefined ? undefined : { key: secret, id },
    header === undefined ? undefined : { key: String(header), id },
  ].filter((credentials) => credentials !== undefined)
  if (found.length > 1) throw new Refusal('ambiguous_credentials')
  return found[0]
}

/** Both parts are form-encoded within the header. An id in the form may repeat the header's. */
function readBasic(header: string | undefined, repeatedId: string | undefined): ClientCredentials | undefined {
  const [, encoded] = /^Basic +(\S+)$/i.exec(header ?? '') ?? []
  if (encoded === undefined) return undefined
  const [, id = '', key = ''] = /^([^:]*):(.*)$/.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? []
  const credentials = { id: decode(id), key: decode(key) }
  if (repeatedId !== undefined && repeatedId !== credentials.id) throw new Refusal('api_key_invalid')
  return credentials
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

function textOf(form: Record<string, unknown>, name: string): string | undefined {
  const value = form[name]
  if (Array.isArray(value)) throw fieldRefusal(`/${name}`, 'type', 'string')
  return typeof value === 'string' ? value : undefined
}
