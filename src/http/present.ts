/** What the service shows of its records: named fields only, snake_case, RFC 3339 times. */
import type { Static } from 'typebox'
import { maskApiKey } from '../crypto/api-key.ts'
import type { IssuedTokens } from '../flows/shared/sign-in.ts'
import { apiKeyState, effectivePermissions } from '../policy/api-keys.ts'
import type { EventType } from '../policy/event-types.ts'
import { covers, openActions } from '../policy/permissions.ts'
import type { ListedApiKey } from '../store/api-keys.ts'
import type { EventRecord } from '../store/events.ts'
import type { CountedRole } from '../store/roles.ts'
import type { SessionRecord } from '../store/sessions.ts'
import type { ListedUser } from '../store/user-list.ts'
import type { UserProfile } from '../store/users.ts'
import type { Viewer } from './authenticate.ts'
import type { AdminUser, ApiKey, AuditEvent, Authenticated, Role, Session, User } from './schemas.ts'

export function presentUser(user: UserProfile): Static<typeof User> {
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

/** A user as the administration sees it, with the acts that are open to this caller. */
export function presentAdminUser(user: ListedUser, caller: Viewer): Static<typeof AdminUser> {
  const target = {
    id: user.id,
    permissions: user.permissions,
    active: user.active,
    secondFactorOn: user.totp_secret !== null,
    loginCount: user.login_count,
    locked: user.locked,
  }
  return {
    ...presentUser(user),
    actions: openActions(caller, target),
    locked: user.locked,
    locked_until: user.locked_until?.toISOString() ?? null,
    password_state: user.password_state,
    version: user.version,
  }
}

export function presentRole(role: CountedRole, caller: Viewer): Static<typeof Role> {
  return {
    name: role.name,
    description: role.description,
    permissions: role.permissions,
    built_in: role.built_in,
    user_count: role.user_count,
    assignable: covers(caller.permissions, role.permissions),
  }
}

export function presentApiKey(key: ListedApiKey, now: Date): Static<typeof ApiKey> {
  return {
    id: key.id,
    name: key.name,
    description: key.description,
    masked: maskApiKey(key.hint),
    status: apiKeyState(key, now),
    permissions: key.permissions,
    effective_permissions: effectivePermissions(key.permissions, key.issuer_permissions),
    allowed_addresses: key.allowed_addresses,
    created_by: key.created_by,
    issued_by: key.issued_by,
    created_at: key.created_at.toISOString(),
    expires_at: key.expires_at?.toISOString() ?? null,
    revoked_at: key.revoked_at?.toISOString() ?? null,
    previous_valid_until: key.previous_valid_until?.toISOString() ?? null,
    last_used_at: key.last_used_at?.toISOString() ?? null,
    last_used_ip: key.last_used_ip,
  }
}

export function presentEvent(event: EventRecord): Static<typeof AuditEvent> {
  return {
    id: event.id,
    at: event.at.toISOString(),
    type: event.type as EventType,
    outcome: event.outcome,
    actor: { kind: event.actor_kind, id: event.actor_id },
    subject: event.subject_id,
    session_id: event.session_id,
    ip: event.ip,
    user_agent: event.user_agent,
    request_id: event.request_id,
    details: event.details,
  }
}

export function presentSession(session: SessionRecord, currentId: string | undefined): Static<typeof Session> {
  return {
    id: session.id,
    current: session.id === currentId,
    ip: session.ip,
    user_agent: session.user_agent,
    created_at: session.created_at.toISOString(),
    last_used_at: session.last_used_at.toISOString(),
    expires_at: session.expires_at.toISOString(),
    remember_me: session.remember_me,
    ...(session.impersonated_by === null ? {} : { impersonated_by: session.impersonated_by }),
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
