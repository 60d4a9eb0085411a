import type { Deps, Source } from '../../deps.ts'
import { endStandingSession } from '../shared/end-session.ts'
import { ownerOfAccessToken, sessionOfRefreshToken } from '../shared/read-tokens.ts'
import { actorIn, ownAct } from '../shared/record-event.ts'

interface GivenTokens {
  refreshToken: string | undefined
  accessToken: string | undefined
}

/**
 * Ends the sessions of the tokens that came: mostly one, but a browser in which somebody else has signed in since holds
 * their cookie beside the access token of who signs out. Does nothing for a session that has ended already, or a token
 * that is not genuine.
 */
export async function signOut(deps: Deps, tokens: GivenTokens, source: Source): Promise<void> {
  const owner = await ownerOfAccessToken(deps, tokens.accessToken, deps.clock.now())
  const named = [
    sessionOfRefreshToken(deps, tokens.refreshToken),
    owner?.kind === 'session' ? owner.sessionId : undefined,
  ]
  for (const sessionId of new Set(named)) if (sessionId !== undefined) await end(deps, sessionId, source)
}

/**
 * Ends an impersonation, and nothing of who acts in it: their browser sends its own cookie along.
 * @returns false when what came is no access token of an impersonation, or a refresh token came with it.
 */
export async function endImpersonation(deps: Deps, tokens: GivenTokens, source: Source): Promise<boolean> {
  if (tokens.refreshToken !== undefined) return false
  const owner = await ownerOfAccessToken(deps, tokens.accessToken, deps.clock.now())
  if (owner?.kind !== 'session' || !owner.impersonated) return false
  await end(deps, owner.sessionId, source)
  return true
}

function end(deps: Deps, sessionId: string, source: Source): Promise<void> {
  return endStandingSession(deps, sessionId, source, (session) =>
    ownAct('sign_out', session.user_id, { actor: actorIn(session) }),
  )
}
