/**
 * Every way in which the service refuses a call: one closed table of stable codes. Clients branch on `code`. A refusal never carries a secret, SQL or a library's message.
 */

/** Each code and its HTTP status. The texts are in `texts/`. */
export const refusals = {
  validation_failed: 400,
  malformed_request: 400,
  malformed_json: 400,
  invalid_cursor: 400,
  invalid_code: 400,
  password_mismatch: 400,
  password_too_short: 400,
  password_too_long: 400,
  password_breached: 400,
  password_personal: 400,
  password_unchanged: 400,
  reset_link_invalid: 400,
  email_link_invalid: 400,
  unknown_role: 400,
  ambiguous_credentials: 400,
  unsupported_grant_type: 400,
  invalid_scope: 400,
  unsupported_token_type: 400,

  invalid_credentials: 401,
  access_token_missing: 401,
  access_token_invalid: 401,
  access_token_expired: 401,
  session_ended: 401,
  step_token_invalid: 401,
  invalid_refresh_token: 401,
  api_key_missing: 401,
  api_key_invalid: 401,

  wrong_password: 403,
  account_inactive: 403,
  account_locked: 403,
  two_factor_locked: 403,
  permission_required: 403,
  forbidden: 403,
  people_only: 403,
  origin_not_allowed: 403,
  reauthentication_required: 403,
  impersonation_not_allowed: 403,

  not_found: 404,
  account_not_found: 404,

  method_not_allowed: 405,

  request_timeout: 408,

  two_factor_already_enabled: 409,
  two_factor_not_enabled: 409,
  two_factor_not_pending: 409,
  two_factor_required: 409,
  email_taken: 409,
  own_account: 409,
  last_admin: 409,
  user_has_logged_in: 409,
  role_exists: 409,
  role_in_use: 409,
  role_built_in: 409,
  api_key_inactive: 409,

  cursor_gone: 410,

  version_conflict: 412,

  body_too_large: 413,

  unsupported_media_type: 415,

  too_many_attempts: 429,

  headers_too_large: 431,

  internal_error: 500,

  overloaded: 503,
  unavailable: 503,
} as const satisfies Record<string, number>

export type RefusalCode = keyof typeof refusals

/** What is wrong with one field, in a form that every language can say. */
export interface FieldFault {
  /** JSON pointer into the body (or the parameter's name with a slash before it). */
  path: string
  fault: FaultName
  /** The limit, type or values that the fault names. */
  value?: string | number
}

export type FaultName =
  | 'required'
  | 'unknown'
  | 'blank'
  | 'invalid'
  | 'type'
  | 'oneOf'
  | 'constant'
  | 'minLength'
  | 'maxLength'
  | 'minimum'
  | 'maximum'
  | 'minItems'
  | 'maxItems'
  | 'uniqueItems'
  | 'format'
  | 'future'
  | 'address'
  | 'notWithStepToken'
  | 'missing'
  | 'controlCharacters'
  | 'roleName'
  | 'permissionName'

/** What some refusals say beyond their code. */
export interface RefusalExtras {
  /** Overrides the table's status: a wrong code is 401 in `verify`, 400 elsewhere. */
  status?: number
  errors?: FieldFault[]
  /** Codes that may still be tried before the step dies. */
  attemptsLeft?: number
  /** Seconds until a try is heard again. */
  retryAfter?: number
  permission?: string
  allow?: string
  /** Which limit held the call up: for the log and the metrics, never shown. */
  throttle?: string
  /** What the refusal hides: for the log and the metrics, never shown. */
  reason?: string
}

/** The refusal of one field. */
export function fieldRefusal(path: string, fault: FaultName, value?: string | number): Refusal {
  return new Refusal('validation_failed', { errors: [{ path, fault, ...(value === undefined ? {} : { value }) }] })
}

/** A call refused for a reason the caller may know. Thrown, or returned from a transaction that must commit. */
export class Refusal extends Error {
  readonly code: RefusalCode
  readonly extras: RefusalExtras
  constructor(code: RefusalCode, extras: RefusalExtras = {}) {
    super(code)
    this.name = 'Refusal'
    this.code = code
    this.extras = extras
  }
  get status(): number {
    return this.extras.status ?? refusals[this.code]
  }
}
