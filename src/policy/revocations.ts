/**
 * Which events make access tokens void before they expire. Ended sessions are named one by one, because a token's time
 * of issue has seconds only and could not tell a new session from one that ended within the same second.
 */
import type { EventType } from './event-types.ts'
import { secondsAfter } from './lifetimes.ts'

/** Access tokens that must no longer be accepted. */
export interface Revocation {
  /** Every token of this session. */
  sid?: string
  /** Every token of this user, and of whoever they act as, that was issued before. */
  userId?: number
  /** Every token of this API key that was issued before. Tokens of the second in which a key ended are among them. */
  clientId?: string
  notBefore: Date
}

/** What an event says of it. */
export interface RevocationSource {
  type: string
  at: Date
  subject_id: number | null
  details: Record<string, unknown>
}

/** After these no session of their subject stands. */
const SIGNED_OUT_EVERYWHERE: ReadonlySet<string> = new Set<EventType>([
  'password_reset',
  'temporary_password_set',
  'password_voided',
  'two_factor_reset',
  'sessions_ended_by_admin',
  'user_deleted',
])

export function revocationsOf(event: RevocationSource): Revocation[] {
  const { ended_sessions: ended } = event.details
  const key = endedKey(event)
  if (key) return [{ clientId: key.id, notBefore: secondsAfter(startOfSecond(event.at), key.underWay) }]
  const sessions = Array.isArray(ended) ? ended.map((sid) => ({ sid: String(sid), notBefore: event.at })) : []
  if (event.subject_id === null || !signsOutEverywhere(event)) return sessions
  return [{ userId: event.subject_id, notBefore: startOfSecond(event.at) }, ...sessions]
}

function signsOutEverywhere({ type, details }: RevocationSource): boolean {
  if (type !== 'user_edited') return SIGNED_OUT_EVERYWHERE.has(type)
  return (details['after'] as { active?: boolean } | undefined)?.active === false
}

/**
 * The API key whose secrets, or all but the newest, ended with this event, and how many seconds later a call that was let
 * in before may still have got a token. No token of a revoked key is good, so that may be long; a regenerated one gets new
 * tokens meanwhile, which are refused with the old.
 */
function endedKey({ type, at, details }: RevocationSource): { id: string; underWay: number } | undefined {
  const id = String(details['api_key'])
  if (type === 'api_key_revoked') return { id, underWay: 60 }
  const atOnce = type === 'api_key_regenerated' && Date.parse(String(details['previous_valid_until'])) <= at.getTime()
  return atOnce ? { id, underWay: 2 } : undefined
}

/** Tokens of a later sign-in within the same second stay good; those of an earlier one have their session named. */
function startOfSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000)
}
