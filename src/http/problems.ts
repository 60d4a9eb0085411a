/** Every error leaves the service here, as problem+json (RFC 9457). */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type FaultName, type FieldFault, Refusal, type RefusalCode } from '../errors.ts'
import { isUnavailable } from '../store/database.ts'
import type { Texts } from '../texts/texts.ts'
import { bearerToken } from './authenticate.ts'
import { sayFault, textsFor } from './language.ts'
import { oauthMembers } from './oauth-errors.ts'
import { patternFault } from './patterns.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** How this call was refused. */
    refusal: Refusal | null
  }
}

/** Seconds after which a caller may try again when the database is away. */
const RETRY_UNAVAILABLE = 2

export function registerProblems(app: FastifyInstance): void {
  app.decorateRequest('refusal', null)
  app.setErrorHandler((error: FastifyError, request, reply) => sendProblem(request, reply, toRefusal(error, request)))
  app.setNotFoundHandler((request, reply) => sendProblem(request, reply, new Refusal('not_found')))
}

/** For a URL that meets no route and no hook: it gets the headers here that hooks set elsewhere. */
export function refuseUnreadableUrl(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({ 'x-request-id': request.id, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  sendProblem(request, reply, toRefusal(error, request))
}

function sendProblem(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  request.refusal = refusal
  const language = textsFor(request)
  const { retryAfter, allow } = refusal.extras
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter))
  if (allow !== undefined) reply.header('allow', allow)
  // RFC 6749, 5.2 prescribes application/json, and clients insist on it.
  const { oauth } = request.routeOptions.config
  const type = oauth ? 'application/json' : 'application/problem+json'
  const challenge = oauth ? basicChallenge(refusal) : bearerChallenge(request, refusal)
  if (challenge !== undefined) reply.header('www-authenticate', challenge)
  const problem = { ...problemOf(refusal, language, request.id), ...(oauth && oauthMembers(refusal)) }
  return reply.code(refusal.status).type(type).send(JSON.stringify(problem))
}

function basicChallenge(refusal: Refusal): string | undefined {
  return refusal.status === 401 ? 'Basic realm="API keys"' : undefined
}

/** What may be wrong with a token that was sent. */
const OF_TOKEN: RefusalCode[] = [
  'access_token_invalid',
  'access_token_expired',
  'session_ended',
  'step_token_invalid',
  'api_key_invalid',
]

/** Why a token did not do; without one, or when something else is wrong, only how to authenticate (RFC 6750, 3). */
function bearerChallenge(request: FastifyRequest, { code, status, extras }: Refusal): string | undefined {
  const wasSent = bearerToken(request) !== undefined
  if (wasSent && OF_TOKEN.includes(code)) return 'Bearer error="invalid_token"'
  if (wasSent && code === 'permission_required')
    return `Bearer error="insufficient_scope", scope="${extras.permission}"`
  return status === 401 ? 'Bearer' : undefined
}

/** A refusal as its caller sees it. */
export function problemOf(refusal: Refusal, language: Texts, requestId: string): object {
  const { title, detail } = language.refusals[refusal.code]
  const { errors, attemptsLeft, permission } = refusal.extras
  return {
    type: `urn:omnicrm:problem:${refusal.code}`,
    title,
    status: refusal.status,
    detail,
    code: refusal.code,
    request_id: requestId,
    errors: errors?.map(({ path, fault, value }) => ({ path, message: sayFault(language, fault, value) })),
    attempts_left: attemptsLeft,
    permission,
  }
}

/** Codes of Fastify's own refusals. Anything that is not known here is an internal error. */
const FRAMEWORK_CODES: Record<string, RefusalCode> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_json',
  FST_ERR_BAD_URL: 'not_found',
}

function toRefusal(error: FastifyError, request: FastifyRequest): Refusal {
  if (error instanceof Refusal) return error
  if (error.validation) return new Refusal('validation_failed', { errors: fieldFaults(error, request) })
  const code = FRAMEWORK_CODES[error.code]
  if (code) return new Refusal(code)
  if (isUnavailable(error)) {
    request.log.warn({ error_code: error.code }, 'the database is not available')
    return new Refusal('unavailable', { retryAfter: RETRY_UNAVAILABLE })
  }
  request.log.error({ err: error }, 'internal error')
  return new Refusal('internal_error')
}

type Validation = NonNullable<FastifyError['validation']>[number]

function fieldFaults(error: FastifyError, request: FastifyRequest): FieldFault[] {
  const given = error.validationContext === 'body' ? request.body : undefined
  return (error.validation ?? []).map(({ keyword, instancePath, params }) => {
    const extra = params['missingProperty'] ?? params['additionalProperty']
    const path = typeof extra === 'string' ? `${instancePath}/${extra}` : instancePath || '/'
    return { path, ...faultOf(keyword, params, valueAt(given, instancePath)) }
  })
}

/** What a JSON pointer points to. */
function valueAt(whole: unknown, pointer: string): unknown {
  const names = pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  return names.reduce<unknown>((value, name) => Object(value)[name], whole)
}

/** The validator's finding in our own terms: its words are its own. */
function faultOf(
  keyword: string,
  params: Validation['params'],
  given: unknown,
): { fault: FaultName; value?: string | number } {
  const limit = Number(params['limit'])
  switch (keyword) {
    case 'required':
      return { fault: 'required' }
    case 'additionalProperties':
      return { fault: 'unknown' }
    case 'type':
      return { fault: 'type', value: [params['type']].flat().join(' | ') }
    case 'enum':
      return { fault: 'oneOf', value: String(params['allowedValues']) }
    case 'const':
      return { fault: 'constant', value: String(params['allowedValue']) }
    case 'format':
      return { fault: 'format', value: String(params['format']) }
    case 'pattern':
      return { fault: patternFault(String(params['pattern']), given) }
    case 'uniqueItems':
      return { fault: 'uniqueItems' }
    case 'minLength':
    case 'maxLength':
    case 'minimum':
    case 'maximum':
    case 'minItems':
    case 'maxItems':
      return { fault: keyword, value: limit }
    default:
      return { fault: 'invalid' }
  }
}
