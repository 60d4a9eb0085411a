import t from 'tap'
import {
  absoluteSessionLimit,
  lifetimes,
  MAX_SESSIONS,
  secondsAfter,
  secondsUntil,
  sessionExpiry,
} from '../../src/policy/lifetimes.ts'

const start = new Date('2026-03-02T10:00:00.000Z')
const after = (seconds: number) => secondsAfter(start, seconds)
const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

t.test('the lifetimes are those that callers were promised', async (t) => {
  t.strictSame(lifetimes, {
    accessToken: 15 * MINUTE,
    signingKey: { beforeUse: 15 * MINUTE, afterLastToken: 15 * MINUTE },
    session: { idle: 60 * MINUTE, absolute: 24 * HOUR },
    rememberedSession: { absolute: 30 * DAY },
    refreshRotation: 10,
    revocation: 20 * MINUTE,
    impersonation: 15 * MINUTE,
    step: { two_factor: 10 * MINUTE, password_change: 10 * MINUTE, two_factor_setup: 30 * MINUTE },
    temporaryPassword: { unused: 72 * HOUR, afterFirstUse: 10 * MINUTE },
    link: { password_reset: HOUR, welcome: 7 * DAY, email_change: HOUR },
    resetLinkSentAgain: 30 * MINUTE,
    finishedMail: 7 * DAY,
    knownDevice: 180 * DAY,
    recentSignIn: 15 * MINUTE,
  })
  t.equal(MAX_SESSIONS, 100)
})

t.test('a session ends at the nearer of its limits; a remembered one has only the absolute limit', async (t) => {
  const limit = absoluteSessionLimit(start, false)
  const remembered = absoluteSessionLimit(start, true)
  t.strictSame(limit, after(24 * HOUR))
  t.strictSame(remembered, after(30 * DAY))
  t.strictSame(sessionExpiry(start, false, limit), after(HOUR))
  t.strictSame(sessionExpiry(after(23 * HOUR), false, limit), limit)
  t.strictSame(sessionExpiry(after(23.5 * HOUR), false, limit), limit)
  t.strictSame(sessionExpiry(start, true, remembered), remembered)
})

t.test('the seconds until a time are whole and never negative', async (t) => {
  for (const [ahead, seconds] of [
    [10, 10],
    [9.999, 9],
    [0.5, 0],
    [0, 0],
    [-5, 0],
  ] as const)
    t.equal(secondsUntil(after(ahead), start), seconds, `${ahead}`)
})
