/** Where a request came from, through whatever proxies are trusted. */
import { isIP } from 'node:net'
import { normalizeIP } from '@fastify/rate-limit'
import type { FastifyRequest } from 'fastify'
import type { Deps, Source } from '../deps.ts'
import type { App } from './app-type.ts'

const USER_AGENT_LIMIT = 512

export function sourceOf(request: FastifyRequest): Source {
  return {
    ip: addressOf(request),
    network: networkOf(request),
    userAgent: request.headers['user-agent']?.slice(0, USER_AGENT_LIMIT) ?? null,
    requestId: request.id,
  }
}

/** What guards and throttles count as one source. One /64 is one: its holder has 2^64 addresses. */
export function networkOf(request: FastifyRequest): string {
  return normalizeIP(addressOf(request), 64)
}

/** What a proxy forwards is text: some write a port behind the address, and a wrong TRUST_PROXY lets anything through. */
function addressOf(request: FastifyRequest): string {
  const [, withoutPort = request.ip] = /^\[?([^\]]+?)\]?:\d+$/.exec(request.ip) ?? []
  const address = [request.ip, withoutPort].find((candidate) => isIP(candidate) !== 0)
  // The zone of a link-local address names an interface of this machine; PostgreSQL takes none.
  return (address ?? request.socket.remoteAddress ?? '0.0.0.0').replace(/%.*$/, '')
}

/**
 * Says once when addresses are forwarded and none is believed: then all callers are one source, and one caller's
 * failures hold up everybody.
 */
export function warnOfUnusedForwarding(app: App, { config, log }: Pick<Deps, 'config' | 'log'>): void {
  if (config.http.trustProxy !== false) return
  let warned = false
  app.addHook('onRequest', async ({ headers }) => {
    if (warned || (headers['x-forwarded-for'] ?? headers.forwarded) === undefined) return
    warned = true
    log.warn(
      'requests arrive with forwarded addresses, but TRUST_PROXY is not set, so all that come through one proxy count as one source; set TRUST_PROXY to the number of proxies in front, or to their addresses',
    )
  })
}
