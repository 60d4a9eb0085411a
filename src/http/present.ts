/** What the service shows of its records: named fields only, snake_case, RFC 3339 times. */
import type { Static } from 'typebox'
import type { IssuedTokens, Outcome } from '../flows/shared/sign-in.ts'
import type { SessionRecord } from '../store/sessions.ts'
import type { UserRecord } from '../store/users.ts'
import type { Authenticated, Session, SignInOutcome, User } from './schemas.ts'

export function presentUser(user: UserRecord): Static<typeof User> {
  return {
    id: user.id,
    email: user.email,
    first_name: user.first_name,
    last_name: user.last_name,
    phone: user.phone,
    locale: user.locale,
    active: user.active,
    roles: user.roles,
    permissions: user.permissions,
    two_factor_enabled: user.totp_secret !== null,
    login_count: user.login_count,
    last_login_at: user.last_login_at?.toISOString() ?? null,
    created_at: user.created_at.toISOString(),
  }
}

export function presentSession(session: SessionRecord, currentId: string): Static<typeof Session> {
  return {
    id: session.id,
    current: session.id === currentId,
    ip: session.ip,
    user_agent: session.user_agent,
    created_at: session.created_at.toISOString(),
    last_used_at: session.last_used_at.toISOString(),
    expires_at: session.expires_at.toISOString(),
    remember_me: session.remember_me,
  }
}

/** With cookie delivery the refresh token is in no body. */
export function presentTokens(tokens: IssuedTokens): Static<typeof Authenticated> {
  return {
    status: 'authenticated',
    access_token: tokens.accessToken,
    token_type: 'Bearer',
    expires_in: tokens.expiresIn,
    ...(tokens.delivery === 'cookie' ? {} : { refresh_token: tokens.refreshToken }),
    refresh_expires_in: tokens.refreshExpiresIn,
    redirect_to: tokens.redirectTo,
    user: presentUser(tokens.user),
  }
}

export function presentOutcome(outcome: Outcome): Static<typeof SignInOutcome> {
  if (outcome.status === 'authenticated') return presentTokens(outcome.tokens)
  const step = { user_id: outcome.userId, step_token: outcome.stepToken, expires_in: outcome.expiresIn }
  if (outcome.status === 'two_factor_required') {
    return { status: outcome.status, ...step, methods: ['totp', 'backup_code'] }
  }
  return { status: outcome.status, ...step }
}
