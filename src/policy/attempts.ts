/**
 * How failed attempts slow further ones, and where they end. One table holds every limit; docs/security.md prints it.
 * Source: OWASP ASVS 5.0 6.3.1; NIST SP 800-63B-4, 3.2.2 (rate limiting: at most 100 failures in a row); OWASP, "Slow
 * down online guessing attacks with device cookies".
 */
import type { RefusalCode } from '../errors.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE

export interface AttemptLimit {
  /** What is counted, in the words of the documentation. */
  counts: string
  /** Failures in a row that cost nothing. */
  free: number
  /** The wait after the next failure, in seconds; it doubles with each further one. */
  firstWait: number
  longestWait: number
  /** What is counted are requests, whether they fail or not; they keep nobody from signing in. */
  ofRequests?: true
  /** The free failures are back this long after the last failure, in seconds. The ceiling's count is not lowered by it. */
  memory: number
  /** Where slowing ends: after so many failures in a row no try is heard, until someone acts. */
  ceiling?: { failures: number; outcome: RefusalCode | 'forget_device'; release: string }
}

const PASSWORD_RELEASE = "a mailed reset, an administrator's unlock or password reset, the command line"
const SLOWLY = { longestWait: 15 * MINUTE, memory: 24 * HOUR }

export const attemptLimits = {
  signInAccount: {
    counts: 'wrong passwords at sign-in for one e-mail address, known or not',
    ...{ free: 5, firstWait: 2, ...SLOWLY },
    ceiling: { failures: 100, outcome: 'account_locked', release: PASSWORD_RELEASE },
  },
  signInDevice: {
    counts: 'wrong passwords at sign-in for one account from a browser that has signed in to it before',
    ...{ free: 5, firstWait: 2, ...SLOWLY },
    ceiling: { failures: 10, outcome: 'forget_device', release: 'the next finished sign-in from it' },
  },
  signInSource: {
    counts: 'wrong passwords at sign-in from one source, whatever the address',
    ...{ free: 50, firstWait: 2, longestWait: 15 * MINUTE, memory: HOUR },
  },
  secondFactor: {
    counts: 'wrong codes (TOTP and backup codes) of one user, over all steps',
    ...{ free: 5, firstWait: 5, ...SLOWLY },
    ceiling: {
      failures: 100,
      outcome: 'two_factor_locked',
      release: "an administrator's unlock or 2FA reset, the command line",
    },
  },
  currentPassword: {
    counts: 'wrong current passwords given by a signed-in user',
    ...{ free: 5, firstWait: 5, longestWait: 15 * MINUTE, memory: HOUR },
    ceiling: { failures: 100, outcome: 'account_locked', release: PASSWORD_RELEASE },
  },
  resetAccount: {
    counts: 'requests for a reset link for one address, known or not; every request counts',
    ofRequests: true,
    ...{ free: 5, firstWait: 60, longestWait: HOUR, memory: 24 * HOUR },
  },
  resetSource: {
    counts: 'requests for a reset link from one source; every request counts',
    ofRequests: true,
    ...{ free: 30, firstWait: 30, longestWait: HOUR, memory: 24 * HOUR },
  },
  emailChange: {
    counts: 'requests of one user for a link to a new address; every request counts',
    ofRequests: true,
    ...{ free: 5, firstWait: 60, longestWait: HOUR, memory: 24 * HOUR },
  },
  apiKeySource: {
    counts: 'API keys from one source that are genuine in form, but open nothing; a right key is never held up',
    ...{ free: 20, firstWait: 2, longestWait: 15 * MINUTE, memory: HOUR },
  },
} satisfies Record<string, AttemptLimit>

export type AttemptKind = keyof typeof attemptLimits

export const limitOf = (kind: AttemptKind): AttemptLimit => attemptLimits[kind]

/** What counts requests rather than failed tries. */
export const REQUEST_KINDS = (Object.keys(attemptLimits) as AttemptKind[]).filter((kind) => limitOf(kind).ofRequests)

/** A step token dies with this wrong code. */
export const WRONG_CODES_PER_STEP = 5

/**
 * A ceiling's count about a user ends with a success or a release, never by time. About nobody's address there is never
 * a success, so it is kept for a year and for this many addresses, those that failed last; more would let strangers
 * fill the database.
 */
export const nobodysCounts = { memory: 365 * 24 * HOUR, most: 1_000_000 } as const

/** Seconds to wait after this many failures in a row; 0 while failures are free. */
export function waitAfter(limit: AttemptLimit, failures: number): number {
  const beyond = failures - limit.free
  if (beyond <= 0) return 0
  return Math.min(limit.longestWait, limit.firstWait * 2 ** Math.min(beyond - 1, 30))
}

/** True once this many failures in a row have used the limit up. */
export function isSpent(limit: AttemptLimit, failures: number): boolean {
  return limit.ceiling !== undefined && failures >= limit.ceiling.failures
}
