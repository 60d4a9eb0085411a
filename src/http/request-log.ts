/** One log line a request, and the headers that every answer carries. No personal data: the route, not the URL. */
import type { App } from './app-type.ts'
import { routeOf } from './measure.ts'
import { traceIdOf } from './request-id.ts'

export function registerRequestLog(app: App): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  // Answers carry tokens or personal data unless their route says otherwise.
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: routeOf(request),
        status: reply.statusCode,
        code: request.refusal?.code,
        throttle: request.refusal?.extras.throttle,
        reason: request.refusal?.extras.reason,
        trace_id: traceIdOf(request.headers),
        duration_ms: Math.round(reply.elapsedTime * 10) / 10,
      },
      'answered',
    )
  })
}
