/** `/metrics`, at the root whatever the base path. */
import { Type } from 'typebox'
import type { Metrics } from '../metrics/metrics.ts'
import type { App } from './app-type.ts'
import { contract } from './contract.ts'

export function metricsRoutes(app: App, metrics: Metrics): void {
  app.get(
    '/metrics',
    {
      config: { rateLimit: false },
      schema: contract({
        id: 'readMetrics',
        tag: 'Operations',
        summary: 'What the service counts',
        description:
          'In the text format of Prometheus, without any personal data. `METRICS=off` switches it off, `OPS_PORT` moves it to another port.',
        access: 'public',
        answers: {
          200: { description: 'The metrics.', schema: Type.String(), contentType: 'text/plain' },
        },
      }),
    },
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.render()),
  )
}
