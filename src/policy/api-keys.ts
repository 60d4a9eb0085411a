/** What an API key may do, and until when. */
import { DAY } from './lifetimes.ts'
import { allows } from './permissions.ts'

/** A key that expires within this time, in seconds, is listed as expiring soon. */
export const EXPIRING_SOON = 30 * DAY

/** The longest that an old key may go on beside the one that replaces it, in seconds. */
export const LONGEST_OVERLAP = 30 * DAY

/** The last use of a key is noted at most this often, in seconds. */
export const USE_NOTED_EVERY = 60

export const API_KEY_STATES = ['active', 'expired', 'revoked'] as const
export type ApiKeyState = (typeof API_KEY_STATES)[number]

export function apiKeyState(key: { revoked_at: Date | null; expires_at: Date | null }, now: Date): ApiKeyState {
  if (key.revoked_at !== null) return 'revoked'
  return key.expires_at !== null && key.expires_at <= now ? 'expired' : 'active'
}

/** A key never does more than the person who issued its secret could do at this moment. */
export function effectivePermissions(key: readonly string[], issuer: readonly string[]): string[] {
  return key.filter((permission) => allows(issuer, permission))
}
