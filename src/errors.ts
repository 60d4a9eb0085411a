/**
 * Every way in which the service refuses a call: one closed table of stable codes. Clients branch on `code`;
 * title and detail are for people. A refusal never carries a secret, SQL or a library's message.
 */

interface Entry {
  status: number
  title: string
  /** Says what is wrong and what to do about it. */
  detail: string
}

export const refusals = {
  validation_failed: entry(400, 'The request is not valid', 'Correct the fields listed in errors and send it again.'),
  malformed_json: entry(400, 'The body is not JSON', 'Send one well-formed JSON object, encoded in UTF-8.'),
  invalid_cursor: entry(400, 'The cursor is not valid', 'Start again without a cursor.'),
  invalid_code: entry(
    400,
    'The code is not right',
    'Enter the current code of your authenticator app, or an unused backup code.',
  ),
  password_mismatch: entry(400, 'The passwords do not match', 'Enter the same password in both fields.'),
  password_too_short: entry(400, 'The password is too short', 'Use at least 8 characters.'),
  password_too_long: entry(400, 'The password is too long', 'Use at most 128 characters.'),
  password_breached: entry(
    400,
    'The password is too common',
    'It is on the list of passwords known from data breaches. Choose another one.',
  ),
  password_personal: entry(
    400,
    'The password is too personal',
    'It contains your e-mail address or name. Choose another one.',
  ),
  password_unchanged: entry(400, 'The password is the old one', 'Choose a password that differs from the current one.'),

  invalid_credentials: entry(401, 'Invalid email or password', 'Check both and try again, or reset the password.'),
  access_token_missing: entry(401, 'Sign-in is needed', 'Send an access token: Authorization: Bearer …'),
  access_token_invalid: entry(401, 'The access token is not valid', 'Sign in again.'),
  access_token_expired: entry(401, 'The access token has expired', 'Refresh once, then send the call again.'),
  session_ended: entry(401, 'The session has ended', 'Sign in again.'),
  step_token_invalid: entry(401, 'This step of the sign-in is over', 'Start again at sign-in.'),
  invalid_refresh_token: entry(401, 'The session cannot be refreshed', 'Sign in.'),

  wrong_password: entry(403, 'The password is not right', 'Enter your current password.'),
  account_inactive: entry(403, 'The account is deactivated', 'Ask an administrator to activate it.'),
  account_locked: entry(
    403,
    'The account is locked',
    'Too many attempts have failed. Reset the password by e-mail, or ask an administrator to unlock the account.',
  ),
  permission_required: entry(
    403,
    'A permission is missing',
    'Ask an administrator for the permission named in permission.',
  ),
  forbidden: entry(403, 'Not allowed', 'This belongs to someone else, or goes beyond your own permissions.'),
  origin_not_allowed: entry(
    403,
    'The origin is not allowed',
    'Calls with the refresh cookie may come only from the origins of the front ends (CORS_ORIGINS).',
  ),
  reauthentication_required: entry(
    403,
    'Please confirm your password',
    'You signed in more than 15 minutes ago. Send your password with the call.',
  ),

  not_found: entry(404, 'Not found', 'There is nothing at this address.'),
  method_not_allowed: entry(405, 'Method not allowed', 'Use one of the methods in the Allow header.'),
  two_factor_already_enabled: entry(
    409,
    'Two-factor authentication is already on',
    'Switch it off first, or go on using it.',
  ),
  two_factor_not_enabled: entry(409, 'Two-factor authentication is off', 'Enable it first.'),
  two_factor_not_pending: entry(
    409,
    'No enrolment is waiting for a code',
    'Start with the call that enables two-factor authentication.',
  ),
  two_factor_required: entry(
    409,
    'Two-factor authentication is required',
    'Your organisation demands it for your roles, so it cannot be switched off.',
  ),
  body_too_large: entry(413, 'The body is too large', 'Send at most 64 KiB.'),
  unsupported_media_type: entry(415, 'Unsupported media type', 'Send the body as application/json.'),
  too_many_attempts: entry(429, 'Too many attempts', 'Wait for the number of seconds in Retry-After, then try again.'),

  internal_error: entry(
    500,
    'Something went wrong',
    'It has been logged. Try again; if it happens again, report the request_id.',
  ),
  overloaded: entry(503, 'The service is busy', 'Wait for the number of seconds in Retry-After, then try again.'),
  unavailable: entry(
    503,
    'The service is not available',
    'Wait for the number of seconds in Retry-After, then try again.',
  ),
} satisfies Record<string, Entry>

export type RefusalCode = keyof typeof refusals

export interface FieldError {
  /** JSON pointer into the body (or the parameter's name with a slash before it). */
  path: string
  message: string
}

/** What some refusals say beyond their code. */
export interface RefusalExtras {
  /** Overrides the table's status: a wrong code is 401 in `verify`, 400 elsewhere. */
  status?: number
  errors?: FieldError[]
  /** Codes that may still be tried before the step dies. */
  attemptsLeft?: number
  /** Seconds until a try is heard again. */
  retryAfter?: number
  permission?: string
  allow?: string
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
    return this.extras.status ?? refusals[this.code].status
  }
}

function entry(status: number, title: string, detail: string): Entry {
  return { status, title, detail }
}
