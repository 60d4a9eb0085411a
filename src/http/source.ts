/** Where a request came from. */
import { normalizeIP } from '@fastify/rate-limit'
import type { FastifyRequest } from 'fastify'
import type { Source } from '../deps.ts'

const USER_AGENT_LIMIT = 512

export function sourceOf(request: FastifyRequest): Source {
  return {
    ip: request.ip,
    network: normalizeIP(request.ip, 64),
    userAgent: request.headers['user-agent']?.slice(0, USER_AGENT_LIMIT) ?? null,
    requestId: request.id,
  }
}
