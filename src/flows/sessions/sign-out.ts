import type { Deps, Source } from '../../deps.ts'
import { endSession, lockSession } from '../../store/sessions.ts'
import { ownerOfAccessToken, sessionOfRefreshToken } from '../shared/read-tokens.ts'
import { actorIn, ownAct, recordEvent } from '../shared/record-event.ts'
import { transact } from '../shared/transact.ts'

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
  const refreshed = sessionOfRefreshToken(deps, tokens.refreshToken)
  if (refreshed !== undefined) return endWithReport(deps, refreshed, source, now)
  const owner = await ownerOfAccessToken(deps, tokens.accessToken, now)
  if (owner?.kind === 'session') await endWithReport(deps, owner.sessionId, source, now)
}

/**
 * Ends an impersonation, and nothing of who acts in it: their browser sends its own cookie along.
 * @returns false when what came is no access token of an impersonation, or a refresh token names another session.
 */
export async function endImpersonation(deps: Deps, tokens: GivenTokens, source: Source): Promise<boolean> {
  if (tokens.refreshToken !== undefined) return false
  const now = deps.clock.now()
  const owner = await ownerOfAccessToken(deps, tokens.accessToken, now)
  if (owner?.kind !== 'session' || !owner.impersonated) return false
  await endWithReport(deps, owner.sessionId, source, now)
  return true
}

async function endWithReport(deps: Deps, sessionId: string, source: Source, now: Date): Promise<void> {
  await transact(deps.db, async (tx) => {
    const session = await lockSession(tx, sessionId, now)
    if (!session) return
    const endedSessions = await endSession(tx, session.id, session.user_id, now)
    const report = ownAct('sign_out', session.user_id, { actor: actorIn(session), sessionId, endedSessions })
    await recordEvent(tx, report, source, now)
  })
}
