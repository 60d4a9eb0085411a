import { numericDate, signAccessToken } from '../../crypto/access-token.ts'
import { randomTokenId, writeToken } from '../../crypto/opaque-token.ts'
import type { Deps } from '../../deps.ts'
import { landingPath } from '../../policy/landing.ts'
import { lifetimes, secondsAfter, secondsUntil } from '../../policy/lifetimes.ts'
import type { TokenSession } from '../../store/sessions.ts'
import type { UserProfile } from '../../store/users.ts'
import type { IssuedTokens, Outcome, Progress, StepStatus } from './sign-in.ts'

const STATUS_OF_STEP: Record<string, StepStatus> = {
  two_factor: 'two_factor_required',
  password_change: 'password_change_required',
  two_factor_setup: 'two_factor_setup_required',
}

/** What the caller is told of a sign-in's progress, with the tokens that go with it. Called after the commit. */
export async function describeProgress(deps: Deps, progress: Progress, now: Date): Promise<Outcome> {
  if (progress.kind === 'session') {
    return { status: 'authenticated', tokens: await issueTokens(deps, progress.session, progress.user, now) }
  }
  const { step, user } = progress
  return {
    status: STATUS_OF_STEP[step.kind] ?? 'two_factor_required',
    userId: user.id,
    stepToken: writeToken(deps.keys.ring, 'step', step.id),
    expiresIn: secondsUntil(step.expiresAt, now),
  }
}

/** A new access token of the session, which never outlives it. @returns its life in seconds with it. */
export async function issueAccessToken(
  deps: Deps,
  session: TokenSession,
  user: UserProfile,
  now: Date,
): Promise<{ accessToken: string; expiresIn: number }> {
  const life = Math.min(lifetimes.accessToken, secondsUntil(session.expires_at, now))
  const claims = {
    sub: String(user.id),
    sid: session.id,
    authTime: numericDate(session.auth_time),
    amr: session.factors,
    roles: user.roles,
    permissions: user.permissions,
    jti: randomTokenId(),
    ...(session.impersonated_by === null ? {} : { act: { sub: String(session.impersonated_by) } }),
  }
  const signer = await deps.keys.signing.signer()
  const accessToken = signAccessToken(signer, deps.config.token, claims, now, secondsAfter(now, life))
  return { accessToken, expiresIn: life }
}

/** The session's current refresh token and a new access token. */
export async function issueTokens(
  deps: Deps,
  session: TokenSession,
  user: UserProfile,
  now: Date,
): Promise<IssuedTokens> {
  return {
    ...(await issueAccessToken(deps, session, user, now)),
    refreshToken: writeToken(deps.keys.ring, 'refresh', session.id, session.generation),
    refreshExpiresIn: secondsUntil(session.expires_at, now),
    redirectTo: landingPath(user.roles, deps.config.uiMode),
    user,
    delivery: session.token_delivery,
    rememberMe: session.remember_me,
  }
}
