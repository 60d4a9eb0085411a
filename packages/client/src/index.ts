/**
 * Typed calls of the identity service: openapi-fetch on the types of its OpenAPI document, and one session that refreshes
 * itself.
 */
import createClient, { type Client } from 'openapi-fetch'
import type { paths } from './schema.ts'
import { type RefreshTokenPlace, Session, type SessionEvents } from './session.ts'

export type {
  AdminUser,
  ApiKey,
  AuditEvent,
  Authenticated,
  Message,
  operations,
  PasswordChangeRequired,
  Problem,
  paths,
  Role,
  Session,
  SignInOutcome,
  TwoFactorRequired,
  TwoFactorSetupRequired,
  User,
} from './schema.ts'
export type { SignedOutReason } from './session.ts'

export interface IdentityClientOptions extends SessionEvents {
  /** Where the service is, with the path under which it is mounted: `https://id.example.com/crm`. */
  baseUrl: string
  /**
   * `cookie` (default in browsers): the browser keeps it, out of reach of scripts; sign in with `token_delivery: "cookie"`.
   * `memory` (default elsewhere): this client keeps it; sign in with `token_delivery: "body"`.
   */
  refreshToken?: RefreshTokenPlace
  /** Sends the requests; `fetch` unless given. */
  fetch?: (request: Request) => Promise<Response>
}

export interface IdentityClient extends Client<paths> {
  /**
   * The access token for calls of other services, refreshed where it has less than half a minute to live. Undefined: nobody
   * is signed in. Rejects when a needed refresh gets no answer.
   */
  accessToken(): Promise<string | undefined>
}

/**
 * A call resolves to `data` or, where it is refused, to `error`: a problem whose `code` to branch on. It rejects when
 * there is no answer of the service: no network, or a proxy that answers in its place.
 */
export function createIdentityClient(options: IdentityClientOptions): IdentityClient {
  const page = (globalThis as { document?: { baseURI: string } }).document
  const baseUrl = new URL(options.baseUrl, page?.baseURI).href.replace(/\/$/, '')
  const refreshToken = options.refreshToken ?? (page ? 'cookie' : 'memory')
  const send = options.fetch ?? ((request: Request) => fetch(request))
  const session = new Session({ baseUrl, refreshToken, send, events: options })
  const client = createClient<paths>({
    baseUrl,
    credentials: refreshToken === 'cookie' ? 'include' : 'omit',
    fetch: (request) => session.fetch(request),
  })
  return Object.assign(client, { accessToken: () => session.accessToken() })
}

/** The header for a call that opens with a step token, or with the access token of an impersonation. */
export function bearer(token: string): { Authorization: string } {
  return { Authorization: `Bearer ${token}` }
}
