import { type OpaqueToken, readToken } from '../../crypto/opaque-token.ts'
import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { lifetimes, secondsAfter, sessionExpiry } from '../../policy/lifetimes.ts'
import { decideRefresh } from '../../policy/refresh.ts'
import type { OpenTransaction } from '../../store/database.ts'
import { endSession, lockSession, renewSession, type SessionRecord } from '../../store/sessions.ts'
import { rotateSession, type SessionOfUser } from '../../store/standing-sessions.ts'
import { findUser } from '../../store/users.ts'
import { lacksDemandedFactor } from '../shared/demanded-factor.ts'
import { issueTokens } from '../shared/issue-tokens.ts'
import { recordEvent, userActor } from '../shared/record-event.ts'
import type { IssuedTokens } from '../shared/sign-in.ts'
import { transact } from '../shared/transact.ts'

/**
 * Exchanges a refresh token for new tokens; a refresh is activity. The plain case takes one statement, where a
 * transaction would take six with its begin and end; everything else is judged in a transaction. Only the session is
 * locked: whatever deactivates a user or ends sessions deletes this row, so the two cannot miss each other.
 * @throws Refusal `invalid_refresh_token`, also for reuse (which ends the session) and where policy now demands a factor
 *   that this session lacks.
 */
export async function refreshSession(deps: Deps, refreshToken: string, source: Source): Promise<IssuedTokens> {
  const token = readToken(deps.keys.ring, 'refresh', refreshToken)
  if (!token) throw new Refusal('invalid_refresh_token')

  const rotated = await rotatePlainly(deps, token)
  const renewed = rotated ? { ...rotated, now: rotated.session.rotated_at } : await judgeAndRenew(deps, token, source)
  return issueTokens(deps, renewed.session, renewed.user, renewed.now)
}

function rotatePlainly(deps: Deps, { id, generation }: OpaqueToken): Promise<SessionOfUser | undefined> {
  const terms = () => {
    const now = deps.clock.now()
    return {
      now,
      rotatedBefore: secondsAfter(now, -lifetimes.refreshRotation),
      idleLimit: secondsAfter(now, lifetimes.session.idle),
      keyId: deps.keys.ring.primary,
    }
  }
  return rotateSession(deps.db, { id, generation, terms })
}

function judgeAndRenew(deps: Deps, token: OpaqueToken, source: Source): Promise<SessionOfUser & { now: Date }> {
  return transact(deps.db, async (tx) => {
    const now = deps.clock.now()
    const session = await lockSession(tx, token.id, now)
    // One opened by impersonation has no refresh token; none that could be made up opens it.
    if (!session || session.impersonated_by !== null) return new Refusal('invalid_refresh_token')
    const user = await findUser(tx, session.user_id)
    if (!user?.active) return new Refusal('invalid_refresh_token')

    const decision = decideRefresh(token.generation, session.generation, session.rotated_at, now)
    if (decision.kind === 'reuse') return endWith(tx, session, 'refresh_token_reuse', {}, source, now)
    if (await lacksDemandedFactor(tx, session, user)) {
      return endWith(tx, session, 'session_ended', { reason: 'second_factor_demanded' }, source, now)
    }
    const renewal = {
      generation: decision.generation,
      rotated_at: decision.kind === 'rotate' ? now : session.rotated_at,
      token_key_id: deps.keys.ring.primary,
      last_used_at: now,
      expires_at: sessionExpiry(now, session.remember_me, session.absolute_limit_at),
    }
    await renewSession(tx, session.id, renewal)
    return { session: { ...session, ...renewal }, user, now }
  })
}

async function endWith(
  tx: OpenTransaction,
  session: SessionRecord,
  type: 'refresh_token_reuse' | 'session_ended',
  details: Record<string, string>,
  source: Source,
  now: Date,
): Promise<Refusal> {
  const endedSessions = await endSession(tx, session.id, session.user_id, now)
  const report = {
    type,
    outcome: 'failure',
    actor: userActor(session.user_id),
    subjectId: session.user_id,
    sessionId: session.id,
    endedSessions,
    details,
  } as const
  await recordEvent(tx, report, source, now)
  return new Refusal('invalid_refresh_token', { reason: type })
}
