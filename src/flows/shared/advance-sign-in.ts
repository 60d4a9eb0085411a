import { randomTokenId } from '../../crypto/opaque-token.ts'
import type { Deps, Source } from '../../deps.ts'
import { lifetimes, secondsAfter } from '../../policy/lifetimes.ts'
import { nextStep } from '../../policy/next-step.ts'
import { mustHaveSecondFactor } from '../../policy/two-factor.ts'
import type { OpenTransaction } from '../../store/database.ts'
import { readTwoFactorPolicy } from '../../store/policy.ts'
import { insertStep } from '../../store/steps.ts'
import type { StepKind } from '../../store/tables.ts'
import type { UserRecord } from '../../store/users.ts'
import { openSession } from './open-session.ts'
import { recordEvent, userActor } from './record-event.ts'
import type { Progress, SignIn } from './sign-in.ts'

/**
 * Takes a sign-in one step on: computes from the account's present state what is still missing and opens that step, or
 * the session when nothing is. The caller holds the user's lock.
 * @param user as they are by now, the caller's own changes included.
 */
export async function advanceSignIn(
  tx: OpenTransaction,
  deps: Deps,
  user: UserRecord,
  signIn: SignIn,
  source: Source,
  now: Date,
): Promise<Progress> {
  const secondFactorOn = user.totp_secret !== null
  const next = nextStep({
    factors: signIn.factors,
    secondFactorOn,
    // Whoever has one is not asked to set one up.
    secondFactorDemanded: !secondFactorOn && mustHaveSecondFactor(await readTwoFactorPolicy(tx), user.roles),
    temporaryPassword: user.password_state === 'temporary',
  })
  return next === 'authenticated'
    ? openSession(tx, deps, user, signIn, source, now)
    : openStep(tx, deps, user, next, signIn, source, now)
}

async function openStep(
  tx: OpenTransaction,
  deps: Deps,
  user: UserRecord,
  kind: StepKind,
  signIn: SignIn,
  source: Source,
  now: Date,
): Promise<Progress> {
  const step = { id: randomTokenId(), kind, expiresAt: secondsAfter(now, lifetimes.step[kind]) }
  await insertStep(tx, {
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
  })
  await recordEvent(
    tx,
    {
      type: 'sign_in_step',
      outcome: 'success',
      actor: userActor(user.id),
      subjectId: user.id,
      details: { step: kind },
    },
    source,
    now,
  )
  return { kind: 'step', step, user }
}
