/** The verifier as a Fastify plugin: hooks for routes, and answers by RFC 6750 and RFC 9457. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { VerificationError } from './errors.ts'
import { type Caller, createVerifier, requirePermission, type Verifier, type VerifierOptions } from './verifier.ts'

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

export interface Identity {
  verifier: Verifier
  /** `onRequest` of a route that needs a caller. Sets `request.caller`. */
  authenticate: Hook
  /** `onRequest` of a route that needs a caller with this permission. */
  require(permission: string): Hook
}

declare module 'fastify' {
  interface FastifyInstance {
    identity: Identity
  }
  interface FastifyRequest {
    /** Whom `identity.authenticate` or `identity.require` let in; null on other routes. */
    caller: Caller | null
  }
}

/** Sets `app.identity` and `request.caller`; stops with the app. */
export const identityVerifier = fastifyPlugin<VerifierOptions>(
  async (app, options) => {
    const verifier = createVerifier({
      onError: (error) => app.log.warn({ err: error }, 'identity service'),
      ...options,
    })
    app.addHook('onClose', async () => verifier.close())
    app.decorateRequest('caller', null)
    const guard =
      (permission?: string): Hook =>
      async (request, reply) => {
        try {
          const caller = await verifier.verify(bearerToken(request))
          if (permission !== undefined) requirePermission(caller, permission)
          request.caller = caller
        } catch (error) {
          if (!(error instanceof VerificationError)) throw error
          return refuse(reply, error)
        }
      }
    app.decorate('identity', { verifier, authenticate: guard(), require: guard })
  },
  { name: '@omnicrm/identity-verifier', fastify: '5.x' },
)

function bearerToken(request: FastifyRequest): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
}

const TITLES: Record<VerificationError['code'], string> = {
  access_token_missing: 'Sign-in is needed',
  access_token_invalid: 'The access token is not valid',
  access_token_expired: 'The access token has expired',
  session_ended: 'The session has ended',
  permission_required: 'A permission is missing',
  unavailable: 'The service is not available',
}

function refuse(reply: FastifyReply, { code, status, permission }: VerificationError): FastifyReply {
  if (status === 401) {
    reply.header('www-authenticate', code === 'access_token_missing' ? 'Bearer' : 'Bearer error="invalid_token"')
  }
  if (status === 403) reply.header('www-authenticate', 'Bearer error="insufficient_scope"')
  if (status === 503) reply.header('retry-after', '5')
  return reply
    .code(status)
    .type('application/problem+json')
    .send({ type: `urn:omnicrm:problem:${code}`, title: TITLES[code], status, code, ...(permission && { permission }) })
}
