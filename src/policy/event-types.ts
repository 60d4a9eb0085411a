/** Every kind of event that the log knows. Names are stable: other systems filter on them. */
const EVENT_TYPES = [
  'sign_in',
  'sign_in_step',
  'second_factor',
  'password_check',
  'attempts_throttled',
  'refresh_token_reuse',
  'session_ended',
  'sign_out',
  'password_changed',
  'two_factor_enrolment_started',
  'two_factor_enabled',
  'two_factor_disabled',
  'backup_codes_regenerated',
  'profile_changed',
  'user_created',
  'temporary_password_set',
  'signing_key_created',
  'secret_key_added',
  'instance_created',
] as const

export type EventType = (typeof EVENT_TYPES)[number]
