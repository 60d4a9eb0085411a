/** Which session a token belongs to, for whoever holds the token. */
import { verifyAccessToken } from '../../crypto/access-token.ts'
import { readToken } from '../../crypto/opaque-token.ts'
import type { Deps } from '../../deps.ts'
import { lifetimes } from '../../policy/lifetimes.ts'

/** The session of a genuine refresh token, of whatever generation. */
export function sessionOfRefreshToken(deps: Deps, token: string | undefined): string | undefined {
  return token === undefined ? undefined : readToken(deps.keys.ring, 'refresh', token)?.id
}

/**
 * Whose access token this is. An expired one still tells which session to end, for as long as a session can last
 * and its signing key is kept.
 * Undefined for what is no access token of ours.
 */
export async function ownerOfAccessToken(deps: Deps, token: string | undefined, now: Date) {
  if (token === undefined) return undefined
  const longestSession = lifetimes.rememberedSession.absolute
  const verified = await verifyAccessToken(token, deps.keys.signing.find, deps.config.token, now, longestSession)
  return typeof verified === 'string' ? undefined : verified
}
