import { randomTokenId } from '../../crypto/opaque-token.ts'
import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { landingPath } from '../../policy/landing.ts'
import { lifetimes, secondsAfter } from '../../policy/lifetimes.ts'
import { endImpersonations, insertSession, lockSession, type SessionRecord } from '../../store/sessions.ts'
import type { UserRecord } from '../../store/users.ts'
import { actOnUser, adminAct } from '../shared/act-on-user.ts'
import { issueAccessToken } from '../shared/issue-tokens.ts'
import { recordEvent } from '../shared/record-event.ts'
import type { SessionBearer } from '../shared/sign-in.ts'

export interface Impersonation {
  accessToken: string
  /** Seconds. */
  expiresIn: number
  redirectTo: string
  user: UserRecord
}

/**
 * Lets the caller act as a user for 15 minutes, in a session of its own that goes with the caller's: it cannot be
 * refreshed, is no sign-in of the user, and ends the one that the caller's session had opened before.
 * @throws Refusal `not_found`, `own_account`, `account_inactive`, `forbidden` (the user has more than the caller),
 *   `permission_required`, `session_ended`.
 */
export async function impersonate(
  deps: Deps,
  bearer: SessionBearer,
  input: { userId: number; reason: string },
  source: Source,
): Promise<Impersonation> {
  const act = {
    authority: bearer,
    targetId: input.userId,
    permission: 'can_impersonate',
    notOnOneself: true,
  } as const
  const { session, user, now } = await actOnUser(deps, act, async (tx, context) => {
    const { target, now } = context
    // Held until the commit: whatever ends the caller's session comes before, or ends the new one too.
    const own = await lockSession(tx, bearer.session.id, now)
    if (!own) return new Refusal('session_ended')
    if (!target.active) return new Refusal('account_inactive')
    const endedSessions = await endImpersonations(tx, own.id, now)
    const session = sessionFor(target, own, deps.keys.ring.primary, source, now)
    await insertSession(tx, session)
    const report = adminAct('impersonation_started', context, { reason: input.reason }, endedSessions)
    await recordEvent(tx, { ...report, sessionId: session.id }, source, now)
    return { session, user: target, now }
  })
  const issued = await issueAccessToken(deps, session, user, now)
  return { ...issued, redirectTo: landingPath(user.roles, deps.config.uiMode), user }
}

/** What was proven was proven by the caller. */
function sessionFor(
  target: UserRecord,
  own: SessionRecord,
  tokenKeyId: string,
  source: Source,
  now: Date,
): SessionRecord {
  const limit = secondsAfter(now, lifetimes.impersonation)
  const end = own.expires_at < limit ? own.expires_at : limit
  return {
    id: randomTokenId(),
    user_id: target.id,
    generation: 0,
    rotated_at: now,
    token_key_id: tokenKeyId,
    auth_time: own.auth_time,
    factors: own.factors,
    remember_me: false,
    token_delivery: 'body',
    ip: source.ip,
    user_agent: source.userAgent,
    created_at: now,
    last_used_at: now,
    expires_at: end,
    absolute_limit_at: end,
    impersonated_by: own.user_id,
    opened_by_session: own.id,
  }
}
