/** Refusals in the words of OAuth (RFC 6749, 5.2), for the calls that its clients make. */
import type { Refusal, RefusalCode } from '../errors.ts'
import { en } from '../texts/en.ts'
import { sayFault } from './language.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A call of OAuth's clients. */
    oauth?: true
  }
}

const ERRORS: Partial<Record<RefusalCode, string>> = {
  api_key_missing: 'invalid_client',
  api_key_invalid: 'invalid_client',
  unsupported_grant_type: 'unsupported_grant_type',
  invalid_scope: 'invalid_scope',
  unsupported_token_type: 'unsupported_token_type',
  too_many_attempts: 'temporarily_unavailable',
  overloaded: 'temporarily_unavailable',
  unavailable: 'temporarily_unavailable',
  internal_error: 'server_error',
}

/** Always in English: the description is for developers, in ASCII without quotes and backslashes. */
export function oauthMembers(refusal: Refusal): { error: string; error_description: string } {
  const faults = (refusal.extras.errors ?? []).map(
    ({ path, fault, value }) => `${path.slice(1)} ${sayFault(en, fault, value)}.`,
  )
  const description = faults.length > 0 ? faults.join(' ') : en.refusals[refusal.code].detail
  return {
    error: ERRORS[refusal.code] ?? 'invalid_request',
    error_description: description.replaceAll(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '?'),
  }
}
