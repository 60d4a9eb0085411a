import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { endStandingSession } from '../shared/end-session.ts'
import { ownerOfAccessToken, sessionOfRefreshToken } from '../shared/read-tokens.ts'
import { actorIn, apiKeyActor, ownAct } from '../shared/record-event.ts'
import type { ApiKeyBearer } from '../shared/sign-in.ts'

/**
 * Ends the session that the token belongs to, and so all of its tokens (RFC 7009, 2.1). Whoever holds a token may end
 * it: the browser front ends that get them are public clients. Does nothing for what is no token, or none any more.
 * @param service who asks, where it said so.
 * @throws Refusal `unsupported_token_type` for an API key's access token: it ends with its key.
 */
export async function revokeToken(
  deps: Deps,
  token: string,
  service: ApiKeyBearer | undefined,
  source: Source,
): Promise<void> {
  const now = deps.clock.now()
  const sessionId = sessionOfRefreshToken(deps, token) ?? (await sessionOfAccessToken(deps, token, now))
  if (sessionId === undefined) return
  await endStandingSession(deps, sessionId, source, (session) =>
    ownAct('session_ended', session.user_id, {
      actor: service ? apiKeyActor(service.key.id) : actorIn(session),
      details: { reason: 'token_revoked' },
    }),
  )
}

async function sessionOfAccessToken(deps: Deps, token: string, now: Date): Promise<string | undefined> {
  const owner = await ownerOfAccessToken(deps, token, now)
  if (owner?.kind === 'api_key') throw new Refusal('unsupported_token_type')
  return owner?.sessionId
}
