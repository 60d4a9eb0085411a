/**
 * Bearer tokens and API keys in, callers out. Runs before the body is read. The session or key and the permissions are
 * looked up at each call, so an ended session, a revoked key or a changed role counts at once.
 */
import type { FastifyRequest } from 'fastify'
import { type VerifiedAccessToken, verifyAccessToken } from '../crypto/access-token.ts'
import { readToken } from '../crypto/opaque-token.ts'
import type { Deps } from '../deps.ts'
import { Refusal } from '../errors.ts'
import { checkApiKey, findStandingApiKey } from '../flows/shared/check-api-key.ts'
import type { ApiKeyBearer, Bearer, SessionBearer, StepBearer } from '../flows/shared/sign-in.ts'
import { isAddressAllowed } from '../policy/addresses.ts'
import { allows, mayImpersonate, type OwnPermission } from '../policy/permissions.ts'
import { findStandingSession } from '../store/standing-sessions.ts'
import { findStandingStep } from '../store/steps.ts'
import type { StepKind } from '../store/tables.ts'
import { readClientCredentials } from './client-credentials.ts'
import { sourceOf } from './source.ts'

declare module 'fastify' {
  interface FastifyRequest {
    bearer: Bearer | ApiKeyBearer | null
  }
}

type Guard = (request: FastifyRequest) => Promise<void>

export interface Guards {
  /** A signed-in user, or someone who acts as one. */
  anySession: Guard
  /** A signed-in user in person: whoever acts as someone else is refused. */
  session: Guard
  /** A signed-in user or a service (API key, or its access token) that holds this permission. */
  permission(permission: OwnPermission): Guard
  /** A signed-in user who holds this permission; no service. */
  personWith(permission: OwnPermission): Guard
  /** Whoever the access token belongs to, person or service, however the call comes by it. */
  token: Guard
  /** A service, by the API key itself. */
  apiKey: Guard
  /** The same by any of OAuth's ways for clients. Runs once the body has been read: as `preValidation`. */
  client: Guard
  /** The same where a call needs no key, but refuses a wrong one. */
  clientIfGiven: Guard
  /** The step token of this step of a sign-in, and nothing else. */
  step(kind: StepKind): Guard
  /** A signed-in user, or someone at this step. */
  sessionOrStep(kind: StepKind): Guard
}

export function createGuards(deps: Deps): Guards {
  const anySession: Guard = async (request) => {
    const bearer = await findTokenBearer(deps, requireToken(request, 'people_only'), sourceOf(request).ip)
    if (bearer.kind === 'api_key') throw new Refusal('people_only')
    request.bearer = bearer
  }
  const session: Guard = async (request) => {
    await anySession(request)
    refuseImpersonator(callerOf(request))
  }
  const caller: Guard = async (request) => {
    const key = apiKeyOf(request)
    request.bearer =
      key === undefined
        ? await findTokenBearer(deps, requireToken(request, 'access_token_missing'), sourceOf(request).ip)
        : await checkApiKey(deps, key, sourceOf(request))
    refuseImpersonator(callerOf(request))
  }
  const apiKey: Guard = async (request) => {
    const key = apiKeyOf(request)
    if (key === undefined) throw new Refusal('api_key_missing')
    request.bearer = await checkApiKey(deps, key, sourceOf(request))
  }
  const clientIfGiven: Guard = async (request) => {
    const given = readClientCredentials(request)
    if (given) request.bearer = await checkApiKey(deps, given.key, sourceOf(request), given.id)
  }
  const client: Guard = async (request) => {
    await clientIfGiven(request)
    if (!request.bearer) throw new Refusal('api_key_missing')
  }
  const token: Guard = async (request) => {
    request.bearer = await findTokenBearer(deps, requireToken(request, 'access_token_missing'))
  }
  const holding = (guard: Guard, permission: OwnPermission): Guard => {
    return async (request) => {
      await guard(request)
      if (!allows(viewerOf(request).permissions, permission)) throw new Refusal('permission_required', { permission })
    }
  }
  const step =
    (kind: StepKind): Guard =>
    async (request) => {
      request.bearer = await findStepBearer(deps, bearerToken(request) ?? '', kind)
    }
  const sessionOrStep = (kind: StepKind): Guard => {
    const atStep = step(kind)
    return (request) => (bearerToken(request)?.startsWith('ost_') ? atStep(request) : session(request))
  }
  return {
    anySession,
    session,
    permission: (name) => holding(caller, name),
    personWith: (name) => holding(session, name),
    token,
    apiKey,
    client,
    clientIfGiven,
    step,
    sessionOrStep,
  }
}

/** The token of `Authorization: Bearer …`; undefined without one. */
export function bearerToken(request: FastifyRequest): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
}

/**
 * The key of `X-API-Key`; undefined without one.
 * @throws Refusal `ambiguous_credentials` beside an `Authorization` header (RFC 6750, 2: one method a call).
 */
function apiKeyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['x-api-key']
  if (key === undefined) return undefined
  if (request.headers.authorization !== undefined) throw new Refusal('ambiguous_credentials')
  return String(key)
}

/** @param withKey what a call is told that comes with an API key instead. */
function requireToken(request: FastifyRequest, withKey: 'people_only' | 'access_token_missing'): string {
  const token = bearerToken(request)
  if (token !== undefined) return token
  throw new Refusal(request.headers['x-api-key'] === undefined ? 'access_token_missing' : withKey)
}

/** Whoever a guard let in. */
function anyoneOf(request: FastifyRequest): Bearer | ApiKeyBearer {
  if (!request.bearer) throw new Error('a route without a guard asked for its caller')
  return request.bearer
}

/** The person that a guard let in. */
export function bearerOf(request: FastifyRequest): Bearer {
  const bearer = anyoneOf(request)
  if (bearer.kind === 'api_key') throw new Error('a route that is open to services asked for a person')
  return bearer
}

export function sessionOf(request: FastifyRequest): SessionBearer {
  const bearer = bearerOf(request)
  if (bearer.kind !== 'session') throw new Error('a route guarded for a step asked for a session')
  return bearer
}

export function stepOf(request: FastifyRequest): StepBearer {
  const bearer = bearerOf(request)
  if (bearer.kind !== 'step') throw new Error('a route guarded for a session asked for a step')
  return bearer
}

/** The signed-in user or the service that a guard let in. */
export function callerOf(request: FastifyRequest): SessionBearer | ApiKeyBearer {
  const bearer = anyoneOf(request)
  if (bearer.kind === 'step') throw new Error('a route guarded for a step asked for a session or an API key')
  return bearer
}

/** The service that a guard let in. */
export function serviceOf(request: FastifyRequest): ApiKeyBearer {
  const bearer = anyoneOf(request)
  if (bearer.kind !== 'api_key') throw new Error('a route that is open to people asked for a service')
  return bearer
}

/** By whose permissions an answer is made. */
export interface Viewer {
  /** Whose account counts as their own: a service's is that of whoever holds its secret. */
  id: number
  permissions: readonly string[]
}

export function viewerOf(request: FastifyRequest): Viewer {
  const caller = callerOf(request)
  if (caller.kind === 'api_key') return { id: caller.key.issued_by, permissions: caller.permissions }
  return { id: caller.user.id, permissions: caller.user.permissions }
}

/** @param ip where the call is made from; a token of an API key opens nothing from where the key itself may not be used. */
async function findTokenBearer(deps: Deps, token: string, ip?: string | null): Promise<SessionBearer | ApiKeyBearer> {
  const now = deps.clock.now()
  const verified = await verifyAccessToken(token, deps.keys.signing.find, deps.config.token, now)
  if (typeof verified === 'string') throw new Refusal(verified)
  if (verified.kind === 'session') return findSessionBearer(deps, verified, now)
  const { keyId: id, generation, permissions } = verified
  const bearer = await findStandingApiKey(deps.db, { id, generation }, permissions, now)
  if (!bearer || (ip !== undefined && !isAddressAllowed(bearer.key.allowed_addresses, ip)))
    throw new Refusal('api_key_invalid')
  return bearer
}

async function findSessionBearer(
  deps: Deps,
  { sessionId }: Extract<VerifiedAccessToken, { kind: 'session' }>,
  now: Date,
): Promise<SessionBearer> {
  const standing = await findStandingSession(deps.db, sessionId, now)
  if (!standing) throw new Refusal('session_ended')
  const { session, user, impersonator } = standing
  if (impersonator && !mayImpersonate(impersonator, user)) throw new Refusal('session_ended')
  return { kind: 'session', session, user }
}

/** Whoever acts as someone else reaches only what is open to them by name. */
function refuseImpersonator(bearer: SessionBearer | ApiKeyBearer): void {
  if (bearer.kind === 'session' && bearer.session.impersonated_by !== null) {
    throw new Refusal('impersonation_not_allowed')
  }
}

async function findStepBearer(deps: Deps, token: string, kind: StepKind): Promise<StepBearer> {
  const now = deps.clock.now()
  const read = readToken(deps.keys.ring, 'step', token)
  const step = read && (await findStandingStep(deps.db, read.id, now))
  if (step?.kind !== kind) throw new Refusal('step_token_invalid')
  return { kind: 'step', step, user: { id: step.user_id } }
}
