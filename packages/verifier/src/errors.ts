/** Why a request goes no further. The names are those of the identity service, where it has one for it. */
export type RefusalCode =
  | 'access_token_missing'
  | 'access_token_invalid'
  | 'access_token_expired'
  | 'session_ended'
  | 'permission_required'
  | 'unavailable'

const STATUS: Record<RefusalCode, 401 | 403 | 503> = {
  access_token_missing: 401,
  access_token_invalid: 401,
  access_token_expired: 401,
  session_ended: 401,
  permission_required: 403,
  unavailable: 503,
}

/** A token that is not accepted (401), a permission that is missing (403), or neither can be told now (503). */
export class VerificationError extends Error {
  readonly code: RefusalCode
  /** The HTTP status that fits. */
  readonly status: 401 | 403 | 503
  /** With `permission_required`: which one. */
  readonly permission: string | undefined

  constructor(code: RefusalCode, options: { permission?: string; cause?: unknown } = {}) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'VerificationError'
    this.code = code
    this.status = STATUS[code]
    this.permission = options.permission
  }
}
