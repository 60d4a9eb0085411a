import { randomTokenId } from '../../crypto/opaque-token.ts'
import type { Deps, Source } from '../../deps.ts'
import { lifetimes, secondsAfter } from '../../policy/lifetimes.ts'
import { nextStep } from '../../policy/next-step.ts'
import { mustHaveSecondFactor } from '../../policy/two-factor.ts'
import { type OpenTransaction, together } from '../../store/database.ts'
import { readTwoFactorPolicy } from '../../store/policy.ts'
import { insertStep } from '../../store/steps.ts'
import type { StepKind } from '../../store/tables.ts'
import { openSession } from './open-session.ts'
import { ownAct, recordEvents } from './record-event.ts'
import type { Passed, Progress } from './sign-in.ts'

/**
 * Takes a sign-in one step on: computes from the account's present state what is still missing and opens that step, or
 * the session when nothing is.
 */
export async function advanceSignIn(
  tx: OpenTransaction,
  deps: Deps,
  passed: Passed,
  source: Source,
  now: Date,
): Promise<Progress> {
  const { user, signIn } = passed
  const secondFactorOn = user.totp_secret !== null
  const next = nextStep({
    factors: signIn.factors,
    secondFactorOn,
    // Whoever has one is not asked to set one up.
    secondFactorDemanded:
      !secondFactorOn && mustHaveSecondFactor(passed.policy ?? (await readTwoFactorPolicy(tx)), user.roles),
    temporaryPassword: user.password_state === 'temporary',
  })
  return next === 'authenticated'
    ? openSession(tx, deps, passed, source, now)
    : openStep(tx, deps, passed, next, source, now)
}

async function openStep(
  tx: OpenTransaction,
  deps: Deps,
  passed: Passed,
  kind: StepKind,
  source: Source,
  now: Date,
): Promise<Progress> {
  const { user, signIn } = passed
  const step = { id: randomTokenId(), kind, expiresAt: secondsAfter(now, lifetimes.step[kind]) }
  const record = {
    id: step.id,
    user_id: user.id,
    kind,
    credentials_version: user.credentials_version,
    token_key_id: deps.keys.ring.primary,
    auth_time: signIn.authTime,
    factors: [...signIn.factors],
    remember_me: signIn.rememberMe,
    token_delivery: signIn.delivery,
    device_id: signIn.deviceId,
    created_at: now,
    expires_at: step.expiresAt,
  }
  const reports = [...(passed.reports ?? []), ownAct('sign_in_step', user.id, { details: { step: kind } })]
  await together(tx, (line) => [
    ...(passed.write?.(line) ?? []),
    insertStep(line, record),
    recordEvents(line, reports, source, now),
  ])
  return { kind: 'step', step, user }
}
