import { numericDate, OWN_CLIENT_ID, type VerifiedAccessToken, verifyAccessToken } from '../../crypto/access-token.ts'
import { type OpaqueToken, readToken } from '../../crypto/opaque-token.ts'
import type { Deps } from '../../deps.ts'
import { mayImpersonate } from '../../policy/permissions.ts'
import { decideRefresh } from '../../policy/refresh.ts'
import type { TokenSession } from '../../store/sessions.ts'
import { findStandingSession } from '../../store/standing-sessions.ts'
import type { UserProfile } from '../../store/users.ts'
import { findStandingApiKey } from '../shared/check-api-key.ts'
import { lacksDemandedFactor } from '../shared/demanded-factor.ts'

/** What is told of a usable token, by the names of RFC 7662, 2.2 and of our access tokens. */
export interface TokenState {
  active: true
  /** Access tokens only. */
  token_type?: 'Bearer'
  jti?: string
  iss: string
  aud: string
  sub: string
  client_id: string
  iat: number
  exp: number
  /** The permissions again, where there are any. */
  scope?: string
  roles: string[]
  permissions: string[]
  /** Of a person's session. */
  sid?: string
  amr?: string[]
  auth_time?: number
  /** Who really acts: an impersonator. */
  act?: { sub: string }
}

/**
 * Whether a token is usable *now*, and what its bearer may do now: roles, permissions and factors are those of this
 * moment, not those of when it was issued. Changes nothing: a refresh token that was used before is merely not active.
 * @returns undefined for anything unusable, for whatever reason.
 */
export async function introspectToken(deps: Deps, token: string): Promise<TokenState | undefined> {
  const now = deps.clock.now()
  const refresh = readToken(deps.keys.ring, 'refresh', token)
  if (refresh) return ofRefreshToken(deps, refresh, now)
  const verified = await verifyAccessToken(token, deps.keys.signing.find, deps.config.token, now)
  if (typeof verified === 'string') return undefined
  return verified.kind === 'session' ? ofSessionToken(deps, verified, now) : ofApiKeyToken(deps, verified, now)
}

async function ofRefreshToken(deps: Deps, { id, generation }: OpaqueToken, now: Date): Promise<TokenState | undefined> {
  const standing = await findStandingSession(deps.db, id, now)
  // One opened by impersonation has no refresh token.
  if (!standing || standing.impersonator) return undefined
  const { session, user } = standing
  const isReuse = decideRefresh(generation, session.generation, session.rotated_at, now).kind === 'reuse'
  if (isReuse || (await lacksDemandedFactor(deps.db, session, user))) return undefined
  const life = { iat: numericDate(session.rotated_at), exp: numericDate(session.expires_at) }
  return { ...ofSession(deps, session, user), ...life }
}

type Verified<Kind> = Extract<VerifiedAccessToken, { kind: Kind }>

async function ofSessionToken(deps: Deps, token: Verified<'session'>, now: Date): Promise<TokenState | undefined> {
  const standing = await findStandingSession(deps.db, token.sessionId, now)
  if (!standing) return undefined
  const { session, user, impersonator } = standing
  if (impersonator && !mayImpersonate(impersonator, user)) return undefined
  const actor = impersonator && { act: { sub: String(impersonator.id) } }
  return { ...ofSession(deps, session, user), ...actor, ...ofAccessToken(token) }
}

async function ofApiKeyToken(deps: Deps, token: Verified<'api_key'>, now: Date): Promise<TokenState | undefined> {
  const { keyId: id, generation } = token
  const standing = await findStandingApiKey(deps.db, { id, generation }, token.permissions, now)
  if (!standing) return undefined
  const owner = { sub: id, client_id: id, roles: [] }
  return { active: true, ...issuer(deps), ...owner, ...rights(standing.permissions), ...ofAccessToken(token) }
}

function ofAccessToken({ id, issuedAt, expiresAt }: VerifiedAccessToken) {
  return { token_type: 'Bearer', jti: id, iat: issuedAt, exp: expiresAt } as const
}

function ofSession(deps: Deps, session: TokenSession, user: UserProfile): Omit<TokenState, 'iat' | 'exp'> {
  return {
    active: true,
    ...issuer(deps),
    sub: String(user.id),
    client_id: OWN_CLIENT_ID,
    roles: user.roles,
    ...rights(user.permissions),
    sid: session.id,
    amr: session.factors,
    auth_time: numericDate(session.auth_time),
  }
}

const issuer = ({ config }: Deps) => ({ iss: config.token.issuer, aud: config.token.audience })

const rights = (permissions: readonly string[]) => ({
  permissions: [...permissions],
  ...(permissions.length > 0 && { scope: permissions.join(' ') }),
})
