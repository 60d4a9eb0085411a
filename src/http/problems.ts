/** Every error leaves the service here, as problem+json (RFC 9457). */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type FieldError, Refusal, type RefusalCode, refusals } from '../errors.ts'
import { isUnavailable } from '../store/database.ts'

/** Seconds after which a caller may try again when the database is away. */
const RETRY_UNAVAILABLE = 2

export function registerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => sendProblem(request, reply, toRefusal(error, request)))
  app.setNotFoundHandler((request, reply) => sendProblem(request, reply, new Refusal('not_found')))
}

/** For a URL that meets no route and no hook: it gets the headers here that hooks set elsewhere. */
export function refuseUnreadableUrl(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id).header('cache-control', 'no-store')
  sendProblem(request, reply, toRefusal(error, request))
}

function sendProblem(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  const { title, detail } = refusals[refusal.code]
  const { errors, attemptsLeft, permission, retryAfter, allow } = refusal.extras
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter))
  if (allow !== undefined) reply.header('allow', allow)
  if (refusal.status === 401) reply.header('www-authenticate', 'Bearer')
  const problem = {
    type: `urn:omnicrm:problem:${refusal.code}`,
    title,
    status: refusal.status,
    detail,
    code: refusal.code,
    request_id: request.id,
    errors,
    attempts_left: attemptsLeft,
    permission,
  }
  return reply.code(refusal.status).type('application/problem+json').send(JSON.stringify(problem))
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
  if (error.validation) return new Refusal('validation_failed', { errors: fieldErrors(error) })
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

function fieldErrors(error: FastifyError): FieldError[] {
  return (error.validation ?? []).map((fault) => ({ path: pathOf(fault), message: messageOf(fault) }))
}

function pathOf(fault: Validation): string {
  const extra = fault.params['missingProperty'] ?? fault.params['additionalProperty']
  return typeof extra === 'string' ? `${fault.instancePath}/${extra}` : fault.instancePath || '/'
}

/** In our own words: the validator's are its own. */
function messageOf({ keyword, params }: Validation): string {
  const say: Record<string, () => string> = {
    required: () => 'is required',
    additionalProperties: () => 'is not a known field',
    type: () => `must be of type ${[params['type']].flat().join(' or ')}`,
    enum: () => `must be one of ${String(params['allowedValues'])}`,
    const: () => `must be ${String(params['allowedValue'])}`,
    minLength: () => `must have at least ${params['limit']} characters`,
    maxLength: () => `must have at most ${params['limit']} characters`,
    minimum: () => `must be at least ${params['limit']}`,
    maximum: () => `must be at most ${params['limit']}`,
    minItems: () => `must have at least ${params['limit']} entries`,
    maxItems: () => `must have at most ${params['limit']} entries`,
    uniqueItems: () => 'must not have the same entry twice',
    pattern: () => 'must not be blank or hold control characters',
    format: () => `must be a valid ${params['format']}`,
  }
  return say[keyword]?.() ?? 'is not valid'
}
