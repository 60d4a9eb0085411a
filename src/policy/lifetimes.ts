/** Lifetimes, in one table; API keys have theirs in `api-keys.ts`. Seconds, unless a name says otherwise. */

const MINUTE = 60
const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export const lifetimes = {
  accessToken: 15 * MINUTE,
  /**
   * A signing key is published this long before it signs, so that every verifier's cache has it by then, and leaves the
   * key set this long after the last token that it signed has expired.
   */
  signingKey: { beforeUse: 15 * MINUTE, afterLastToken: 15 * MINUTE },
  /** Without `remember_me`: idle limit, renewed by each refresh, and absolute limit. */
  session: { idle: 60 * MINUTE, absolute: 24 * HOUR },
  /** With `remember_me`: inactivity does not end it. */
  rememberedSession: { absolute: 30 * DAY },
  /** A session's refresh token rotates at most once in this time, so lost answers and parallel tabs do no harm. */
  refreshRotation: 10,
  /** How far back the revocation feed reaches: an access token's life, and what the clocks of its readers may differ. */
  revocation: 20 * MINUTE,
  /** Acting as another user; cannot be refreshed. */
  impersonation: 15 * MINUTE,
  step: { two_factor: 10 * MINUTE, password_change: 10 * MINUTE, two_factor_setup: 30 * MINUTE },
  temporaryPassword: { unused: 72 * HOUR, afterFirstUse: 10 * MINUTE },
  link: {
    password_reset: HOUR,
    welcome: 7 * DAY,
    email_change: HOUR,
  },
  /** Asked again while the live reset link has this long left, the same link is sent again. */
  resetLinkSentAgain: 30 * MINUTE,
  /** A finished mail is kept this long, for ops to look at; it holds an address. */
  finishedMail: 7 * DAY,
  /** A device that has signed in to an account is known this long after the last time. */
  knownDevice: 180 * DAY,
  /** How long after signing in a user counts as having just proven who they are. */
  recentSignIn: 15 * MINUTE,
} as const

/** The most sessions a user may have; the oldest end first. */
export const MAX_SESSIONS = 100

/** The most known devices of a user; the one used longest ago is forgotten first. */
export const MAX_DEVICES = 20

export function secondsAfter(start: Date, seconds: number): Date {
  return new Date(start.getTime() + seconds * 1000)
}

/** Whole seconds from now until then, never negative. */
export function secondsUntil(then: Date, now: Date): number {
  return Math.max(0, Math.floor((then.getTime() - now.getTime()) / 1000))
}

/** When the session must end, whatever happens. */
export function absoluteSessionLimit(start: Date, rememberMe: boolean): Date {
  return secondsAfter(start, rememberMe ? lifetimes.rememberedSession.absolute : lifetimes.session.absolute)
}

/** When the session ends unless it is used: the nearer of the idle and the absolute limit. */
export function sessionExpiry(lastUse: Date, rememberMe: boolean, absoluteLimit: Date): Date {
  if (rememberMe) return absoluteLimit
  const idleLimit = secondsAfter(lastUse, lifetimes.session.idle)
  return idleLimit < absoluteLimit ? idleLimit : absoluteLimit
}
