import { verifyAccessToken } from '../../crypto/access-token.ts'
import { readToken } from '../../crypto/opaque-token.ts'
import type { Deps, Source } from '../../deps.ts'
import { lifetimes } from '../../policy/lifetimes.ts'
import { endSession, lockSession } from '../../store/sessions.ts'
import { ownAct, recordEvent } from '../shared/record-event.ts'
import { transact } from '../shared/transact.ts'

/**
 * Ends the session of whichever token came; does nothing when it has ended already or the token is not genuine. An
 * expired access token still tells which session to end, for as long as a session can last.
 */
export async function signOut(
  deps: Deps,
  tokens: { refreshToken: string | undefined; accessToken: string | undefined },
  source: Source,
): Promise<void> {
  const now = deps.clock.now()
  const sessionId =
    readRefreshToken(deps, tokens.refreshToken) ?? (await readAccessToken(deps, tokens.accessToken, now))
  if (sessionId === undefined) return
  await transact(deps.db, async (tx) => {
    const session = await lockSession(tx, sessionId)
    if (!session) return
    await endSession(tx, session.id, session.user_id)
    await recordEvent(tx, ownAct('sign_out', session.user_id, { sessionId }), source, now)
  })
}

function readRefreshToken(deps: Deps, token: string | undefined): string | undefined {
  return token === undefined ? undefined : readToken(deps.keys.ring, 'refresh', token)?.id
}

async function readAccessToken(deps: Deps, token: string | undefined, now: Date): Promise<string | undefined> {
  if (token === undefined) return undefined
  const longestSession = lifetimes.rememberedSession.absolute
  const verified = await verifyAccessToken(token, deps.keys.signing.find, deps.config.token, now, longestSession)
  return typeof verified !== 'string' && verified.kind === 'session' ? verified.sessionId : undefined
}
