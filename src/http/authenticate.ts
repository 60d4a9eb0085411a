/**
 * Bearer tokens in, callers out. Runs before the body is read. The session and the permissions are looked up at each
 * call, so an ended session or a changed role counts at once.
 */
import type { FastifyRequest } from 'fastify'
import { verifyAccessToken } from '../crypto/access-token.ts'
import { readToken } from '../crypto/opaque-token.ts'
import type { Deps } from '../deps.ts'
import { Refusal } from '../errors.ts'
import type { Bearer, SessionBearer, StepBearer } from '../flows/shared/sign-in.ts'
import { allows, type OwnPermission } from '../policy/permissions.ts'
import { findStandingSession } from '../store/sessions.ts'
import { findStep } from '../store/steps.ts'
import type { StepKind } from '../store/tables.ts'
import { findUser } from '../store/users.ts'

declare module 'fastify' {
  interface FastifyRequest {
    bearer: Bearer | null
  }
}

type Guard = (request: FastifyRequest) => Promise<void>

export interface Guards {
  /** A signed-in user. */
  session: Guard
  /** A signed-in user who holds this permission. */
  permission(permission: OwnPermission): Guard
  /** The step token of this step of a sign-in, and nothing else. */
  step(kind: StepKind): Guard
  /** A signed-in user, or someone at this step. */
  sessionOrStep(kind: StepKind): Guard
}

export function createGuards(deps: Deps): Guards {
  const session: Guard = async (request) => {
    request.bearer = await findSessionBearer(deps, bearerToken(request))
  }
  const permission =
    (name: OwnPermission): Guard =>
    async (request) => {
      await session(request)
      if (!allows(sessionOf(request).user.permissions, name))
        throw new Refusal('permission_required', { permission: name })
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
  return { session, permission, step, sessionOrStep }
}

/** The token of `Authorization: Bearer …`; undefined without one. */
export function bearerToken(request: FastifyRequest): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
}

/** Whoever a guard let in. */
export function bearerOf(request: FastifyRequest): Bearer {
  if (!request.bearer) throw new Error('a route without a guard asked for its caller')
  return request.bearer
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

async function findSessionBearer(deps: Deps, token: string | undefined): Promise<SessionBearer> {
  if (token === undefined) throw new Refusal('access_token_missing')
  const now = deps.clock.now()
  const verified = await verifyAccessToken(token, deps.keys.signing.find, deps.config.token, now)
  if (typeof verified === 'string') throw new Refusal(verified)
  const standing = await findStandingSession(deps.db, verified.sessionId, now)
  if (!standing) throw new Refusal('session_ended')
  return { kind: 'session', ...standing }
}

async function findStepBearer(deps: Deps, token: string, kind: StepKind): Promise<StepBearer> {
  const now = deps.clock.now()
  const read = readToken(deps.keys.ring, 'step', token)
  const step = read && (await findStep(deps.db, read.id, now))
  const user = step?.kind === kind ? await findUser(deps.db, step.user_id) : undefined
  if (!step || !user?.active || user.credentials_version !== step.credentials_version) {
    throw new Refusal('step_token_invalid')
  }
  return { kind: 'step', step, user }
}
