/**
 * The coarse guard in front: how many requests a minute one source may make. Whoever proves who they are is counted as
 * themselves, so that people who share an address, or come through one proxy, do not use up each other's requests; a
 * service with a right API key is not counted at all. Only what proves nothing counts for its address, wrong keys and
 * tokens included, and once an address has used its requests up none of its keys and tokens is looked at. Counted in the
 * memory of each replica.
 */
import rateLimit from '@fastify/rate-limit'
import type { FastifyRequest } from 'fastify'
import { Refusal } from '../errors.ts'
import type { App } from './app-type.ts'
import { networkOf } from './source.ts'

/** Call it before the first route. @param most requests a minute; 0 switches the guard off. */
export async function registerRequestGuard(app: App, most: number): Promise<void> {
  if (most === 0) return
  await app.register(rateLimit, { global: false, max: most, timeWindow: '1 minute', keyGenerator: networkOf })
  const ofSource = app.createRateLimit()
  const ofUser = app.createRateLimit({ keyGenerator: userOf })
  const isFree = (request: FastifyRequest) => request.routeOptions.config.rateLimit === false

  // Before any route's guard, and for paths that lead nowhere too.
  app.addHook('onRequest', async (request) => {
    if (isFree(request)) return
    const claims = claimsSomeone(request)
    const count = await ofSource(request, { increment: !claims })
    if (!count.isAllowed && (count.isExceeded || (claims && count.remaining === 0))) throw refusalOf(count.ttlInSeconds)
  })
  app.addHook('preParsing', async (request) => {
    if (request.bearer?.kind !== 'session') return
    const count = await ofUser(request)
    if (!count.isAllowed && count.isExceeded) throw refusalOf(count.ttlInSeconds)
  })
  app.addHook('onSend', async (request) => {
    if (!isFree(request) && claimsSomeone(request) && !hasProven(request)) await ofSource(request)
  })
}

/** Does it bring what may prove who asks? OAuth's calls may have it in their body. */
function claimsSomeone({ headers, routeOptions }: FastifyRequest): boolean {
  return headers.authorization !== undefined || headers['x-api-key'] !== undefined || routeOptions.config.oauth === true
}

/** Set by the routes' guards. A step of a sign-in proves a password, not a person. */
function hasProven({ bearer }: FastifyRequest): boolean {
  return bearer?.kind === 'session' || bearer?.kind === 'api_key'
}

function userOf({ bearer }: FastifyRequest): string {
  return bearer?.kind === 'session' ? `user:${bearer.user.id}` : ''
}

function refusalOf(seconds: number): Refusal {
  return new Refusal('too_many_attempts', { throttle: 'requests', retryAfter: Math.max(1, seconds) })
}
