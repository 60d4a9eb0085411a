/** Counts what was answered: requests by route, and what sign-ins, steps and refreshes came to. */
import type { FastifyRequest } from 'fastify'
import type { Metrics } from '../metrics/metrics.ts'
import type { App } from './app-type.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** How far a sign-in has come with this call; null where it is no step of one. */
    signInStatus: string | null
  }
}

export function registerMeasurements(app: App, metrics: Metrics): void {
  app.decorateRequest('signInStatus', null)
  app.addHook('preSerialization', async (request, _reply, payload) => {
    if (stepOf(request) && typeof payload === 'object' && payload !== null && 'status' in payload) {
      request.signInStatus = String(payload.status)
    }
    return payload
  })
  app.addHook('onResponse', async (request, reply) => {
    const labels = { method: request.method, route: routeOf(request), status: reply.statusCode }
    metrics.requestDuration.observe(labels, reply.elapsedTime / 1000)
    countRefusal(metrics, request)
    countSignIn(metrics, request)
    if (operationOf(request) === 'refresh') {
      metrics.refreshes.inc({ outcome: request.refusal?.code ?? 'refreshed' })
    }
  })
}

/** The route's template; never the URL, which may hold anything. */
export function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'none'
}

function countRefusal(metrics: Metrics, { refusal }: FastifyRequest): void {
  if (refusal?.extras.throttle) metrics.throttled.inc({ kind: refusal.extras.throttle })
  if (refusal?.extras.reason === 'refresh_token_reuse') metrics.refreshReuse.inc()
}

function countSignIn(metrics: Metrics, request: FastifyRequest): void {
  const step = stepOf(request)
  const refused = request.refusal?.code
  // A step's call that neither ends it nor is refused only prepares it.
  if (!step || (!refused && !request.signInStatus)) return
  metrics.signInSteps.inc({ step, outcome: refused ?? 'passed' })
  if (request.signInStatus === 'authenticated') metrics.signIns.inc({ outcome: 'authenticated' })
  if (step === 'password' && refused) metrics.signIns.inc({ outcome: refused })
}

/** Which step of a sign-in this call takes. */
function stepOf(request: FastifyRequest): string | undefined {
  if (operationOf(request) === 'login') return 'password'
  return request.bearer?.kind === 'step' ? request.bearer.step.kind : undefined
}

function operationOf(request: FastifyRequest): string | undefined {
  const schema = request.routeOptions.schema as { operationId?: string } | undefined
  return schema?.operationId
}
