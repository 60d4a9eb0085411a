import { type VerifiedAccessToken, verifyAccessToken } from '../../crypto/access-token.ts'
import { readToken } from '../../crypto/opaque-token.ts'
import type { Deps, Source } from '../../deps.ts'
import { lifetimes } from '../../policy/lifetimes.ts'
import { endSession, lockSession } from '../../store/sessions.ts'
import { actorIn, ownAct, recordEvent } from '../shared/record-event.ts'
import { transact } from '../shared/transact.ts'

type SessionToken = Extract<VerifiedAccessToken, { kind: 'session' }>

interface GivenTokens {
  refreshToken: string | undefined
  accessToken: string | undefined
}

/**
 * Ends the session of whichever token came; does nothing when it has ended already or the token is not genuine. An
 * expired access token still tells which session to end, for as long as a session can last and its signing key is kept.
 */
export async function signOut(deps: Deps, tokens: GivenTokens, source: Source): Promise<void> {
  const now = deps.clock.now()
  const sessionId =
    readRefreshToken(deps, tokens.refreshToken) ?? (await readAccessToken(deps, tokens.accessToken, now))?.sessionId
  if (sessionId !== undefined) await endWithReport(deps, sessionId, source, now)
}

/**
 * Ends an impersonation, and nothing of who acts in it: their browser sends its own cookie along.
 * @returns false when what came is no access token of an impersonation, or a refresh token names another session.
 */
export async function endImpersonation(deps: Deps, tokens: GivenTokens, source: Source): Promise<boolean> {
  if (tokens.refreshToken !== undefined) return false
  const now = deps.clock.now()
  const verified = await readAccessToken(deps, tokens.accessToken, now)
  if (!verified?.impersonated) return false
  await endWithReport(deps, verified.sessionId, source, now)
  return true
}

async function endWithReport(deps: Deps, sessionId: string, source: Source, now: Date): Promise<void> {
  await transact(deps.db, async (tx) => {
    const session = await lockSession(tx, sessionId)
    if (!session) return
    const endedSessions = await endSession(tx, session.id, session.user_id)
    const report = ownAct('sign_out', session.user_id, { actor: actorIn(session), sessionId, endedSessions })
    await recordEvent(tx, report, source, now)
  })
}

function readRefreshToken(deps: Deps, token: string | undefined): string | undefined {
  return token === undefined ? undefined : readToken(deps.keys.ring, 'refresh', token)?.id
}

async function readAccessToken(deps: Deps, token: string | undefined, now: Date): Promise<SessionToken | undefined> {
  if (token === undefined) return undefined
  const longestSession = lifetimes.rememberedSession.absolute
  const verified = await verifyAccessToken(token, deps.keys.signing.find, deps.config.token, now, longestSession)
  return typeof verified !== 'string' && verified.kind === 'session' ? verified : undefined
}
