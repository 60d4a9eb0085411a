/**
 * The tables as Kysely sees them. The migrations say what the columns mean. Those of type bigint are read as numbers: ids
 * stay far below 2^53.
 */
import type { Generated, GeneratedAlways, JSONColumnType } from 'kysely'

export type StepKind = 'two_factor' | 'password_change' | 'two_factor_setup'
export type TokenDelivery = 'both' | 'cookie' | 'body'
export type PasswordState = 'none' | 'temporary' | 'set'
export type ActorKind = 'user' | 'api_key' | 'cli' | 'system' | 'anonymous'

export type LinkKind = 'password_reset' | 'welcome' | 'email_change'
type MailState = 'queued' | 'sent' | 'dropped' | 'failed'

export interface Tables {
  links: {
    id: string
    user_id: number
    kind: LinkKind
    new_email: string | null
    token_key_id: string
    created_at: Date
    expires_at: Date
  }
  mails: {
    id: string
    kind: string
    user_id: number
    recipient: string
    locale: string
    link_id: string | null
    parameters: JSONColumnType<Record<string, string>>
    state: Generated<MailState>
    attempts: Generated<number>
    uncertain: Generated<boolean>
    last_error: string | null
    created_at: Date
    finished_at: Date | null
  }
  deleted_users: { id: number }
  schema_floor: { only_row: Generated<boolean>; migration: string }
  instance: {
    only_row: Generated<boolean>
    epoch: string
    lookup_key: string
    created_at: Date
  }
  secret_keys: { key_id: string; check_value: Buffer; created_at: Date; ordinal: GeneratedAlways<number> }
  signing_keys: {
    kid: string
    algorithm: string
    public_jwk: JSONColumnType<Record<string, unknown>>
    private_key: string
    created_at: Date
    active_from: Date
    retired_at: Date | null
  }
  roles: {
    name: string
    description: Generated<string>
    permissions: Generated<string[]>
    built_in: Generated<boolean>
    created_at: Generated<Date>
  }
  users: {
    id: Generated<number>
    email: string
    email_key: string
    first_name: string
    last_name: string
    phone: string | null
    locale: Generated<string>
    active: Generated<boolean>
    password_hash: string | null
    password_state: Generated<PasswordState>
    temporary_password_expires_at: Date | null
    temporary_password_used_at: Date | null
    totp_secret: string | null
    totp_last_step: number | null
    totp_pending: string | null
    credentials_version: Generated<number>
    version: Generated<number>
    login_count: Generated<number>
    last_login_at: Date | null
    created_at: Date
    search_text: GeneratedAlways<string>
  }
  user_roles: { user_id: number; role_name: string }
  backup_codes: { user_id: number; code_hash: Buffer; pending: boolean }
  sessions: {
    id: string
    user_id: number
    generation: number
    rotated_at: Date
    token_key_id: string
    auth_time: Date
    factors: string[]
    remember_me: boolean
    token_delivery: TokenDelivery
    ip: string | null
    user_agent: string | null
    created_at: Date
    last_used_at: Date
    expires_at: Date
    absolute_limit_at: Date
    impersonated_by: number | null
    opened_by_session: string | null
  }
  steps: {
    id: string
    user_id: number
    kind: StepKind
    credentials_version: number
    token_key_id: string
    auth_time: Date
    factors: string[]
    remember_me: boolean
    token_delivery: TokenDelivery
    device_id: string | null
    wrong_codes: Generated<number>
    created_at: Date
    expires_at: Date
  }
  attempts: {
    key: Buffer
    failures: number
    throttled: Generated<number>
    last_failure_at: Date
    blocked_until: Date | null
    forget_at: Date | null
    user_id: number | null
    in_a_row: Generated<number>
    locked_at: Date | null
    recent_until: Date | null
    device_id: string | null
  }
  known_devices: {
    id: string
    user_id: number
    user_agent: string | null
    network: string
    created_at: Date
    last_used_at: Date
  }
  api_keys: {
    id: string
    serial: GeneratedAlways<number>
    name: string
    description: Generated<string>
    permissions: string[]
    allowed_addresses: Generated<string[]>
    created_by: number
    created_at: Date
    expires_at: Date | null
    revoked_at: Date | null
    last_used_at: Date | null
    last_used_ip: string | null
  }
  api_key_secrets: {
    api_key_id: string
    generation: number
    hash: Buffer
    hint: string
    issued_by: number
    created_at: Date
    valid_until: Date | null
  }
  policy: {
    only_row: Generated<boolean>
    two_factor_required_for_all: Generated<boolean>
    two_factor_required_roles: Generated<string[]>
  }
  events: {
    id: Generated<number>
    at: Date
    type: string
    outcome: 'success' | 'failure'
    actor_kind: ActorKind
    actor_id: string | null
    subject_id: number | null
    session_id: string | null
    ip: string | null
    user_agent: string | null
    request_id: string | null
    details: JSONColumnType<Record<string, unknown>>
  }
  unsealed_events: { event_id: number; event_at: Date }
  event_seals: { position: number; event_id: number; event_at: Date; digest: Buffer; revokes: boolean | null }
  event_retention: { only_row: Generated<boolean>; days: number | null }
  event_checkpoints: {
    id: GeneratedAlways<number>
    position: number
    digest: Buffer
    gaps: number[]
    dropped_before: Date
    mac: Buffer
    created_at: Generated<Date>
  }
}
