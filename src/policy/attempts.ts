/**
 * How failed attempts slow further ones. One table holds every limit.
 * Source: OWASP ASVS 5.0 6.3.1; NIST SP 800-63B-4, 3.2.2 (rate limiting).
 */

const MINUTE = 60
const HOUR = 60 * MINUTE

export interface AttemptLimit {
  /** Failures in a row that cost nothing. */
  free: number
  /** The wait after the next failure, in seconds; it doubles with each further one. */
  firstWait: number
  longestWait: number
  /** A count is forgotten this long after its last failure, in seconds. */
  memory: number
}

export const attemptLimits = {
  /** Wrong passwords at sign-in for one e-mail address, known or not. */
  signInAccount: { free: 5, firstWait: 2, longestWait: 15 * MINUTE, memory: 24 * HOUR },
  /** Wrong passwords at sign-in from one source, whatever the address. */
  signInSource: { free: 50, firstWait: 2, longestWait: 15 * MINUTE, memory: HOUR },
  /** Wrong codes of one user, over all steps. */
  secondFactor: { free: 5, firstWait: 5, longestWait: 15 * MINUTE, memory: 24 * HOUR },
  /** Requests for a reset link for one address, known or not, and from one source. Every request counts. */
  resetAccount: { free: 5, firstWait: 60, longestWait: HOUR, memory: 24 * HOUR },
  resetSource: { free: 30, firstWait: 30, longestWait: HOUR, memory: 24 * HOUR },
  /** Wrong current passwords given by a signed-in user. */
  currentPassword: { free: 5, firstWait: 5, longestWait: 15 * MINUTE, memory: HOUR },
  /** Keys from one source that are genuine in form, but open nothing. A right key is never held up. */
  apiKeySource: { free: 20, firstWait: 2, longestWait: 15 * MINUTE, memory: HOUR },
} satisfies Record<string, AttemptLimit>

export type AttemptKind = keyof typeof attemptLimits

/** A step token dies with this wrong code. */
export const WRONG_CODES_PER_STEP = 5

/** Seconds to wait after this many failures in a row; 0 while failures are free. */
export function waitAfter(limit: AttemptLimit, failures: number): number {
  const beyond = failures - limit.free
  if (beyond <= 0) return 0
  return Math.min(limit.longestWait, limit.firstWait * 2 ** Math.min(beyond - 1, 30))
}
