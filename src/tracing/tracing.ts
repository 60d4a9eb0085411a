/**
 * Traces of requests and their queries, by OpenTelemetry and its standard OTEL_* variables. Loaded only where they are
 * wanted. The two places where spans begin are written here by hand: instrumentation that patches modules while they load
 * is brittle with ES modules, and would trace more than anybody reads.
 */

import type { Context } from '@opentelemetry/api'
import {
  context,
  DiagLogLevel,
  diag,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import type { FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { App } from '../http/app-type.ts'
import { VERSION } from '../release.ts'
import type { QueryReport } from '../store/database.ts'

export interface Tracing {
  /** A span for each request, in the trace of its `traceparent`. Call it before any hook whose work shall be seen. */
  follow(app: App): void
  /** A span for a query of a request, without its parameters. */
  noteQuery(report: QueryReport): void
  /** Sends what is left, for a few seconds at most. */
  stop(): Promise<void>
}

const NAME = 'omnicrm-identity'

/** Milliseconds that the end waits for a collector. */
const PATIENCE = 5_000

/** Probes and scrapes would outnumber everything else. */
const UNFOLLOWED = /^\/(health\/|metrics$)/

export function startTracing(log: Logger): Tracing {
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': NAME, 'service.version': VERSION }))
    .merge(detectResources({ detectors: [envDetector] }))
  const provider = new NodeTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  })
  provider.register()
  const complain = () => log.warn('traces cannot be sent')
  const silent = () => {}
  diag.setLogger({ error: complain, warn: silent, info: silent, debug: silent, verbose: silent }, DiagLogLevel.ERROR)
  const tracer = provider.getTracer(NAME, VERSION)
  const contexts = new WeakMap<FastifyRequest, Context>()

  return {
    follow(app) {
      app.addHook('onRequest', (request, _reply, done) => {
        const route = request.routeOptions.url
        if (route !== undefined && UNFOLLOWED.test(route)) return done()
        const parent = propagation.extract(ROOT_CONTEXT, request.headers)
        const attributes = {
          'http.request.method': request.method,
          ...(route !== undefined && { 'http.route': route }),
          'url.scheme': request.protocol,
          'omnicrm.request_id': request.id,
        }
        const name = route === undefined ? request.method : `${request.method} ${route}`
        const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent)
        const own = trace.setSpan(parent, span)
        contexts.set(request, own)
        context.with(own, done)
      })
      // A body arrives in the context of its connection.
      app.addHook('preValidation', (request, _reply, done) =>
        context.with(contexts.get(request) ?? context.active(), done),
      )
      app.addHook('onResponse', async (request, reply) => {
        const own = contexts.get(request)
        const span = own && trace.getSpan(own)
        if (!span) return
        span.setAttribute('http.response.status_code', reply.statusCode)
        if (request.refusal) span.setAttribute('error.type', request.refusal.code)
        if (reply.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
        span.end()
      })
    },
    noteQuery({ text, milliseconds, failure }) {
      if (!trace.getActiveSpan()) return
      const end = Date.now()
      const operation = /^\s*(\w+)/.exec(text)?.[1] ?? 'query'
      const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': operation, 'db.query.text': text }
      const options = { kind: SpanKind.CLIENT, startTime: end - milliseconds, attributes }
      const span = tracer.startSpan(operation, options)
      if (failure !== undefined) {
        span.setAttribute('error.type', failure)
        span.setStatus({ code: SpanStatusCode.ERROR })
      }
      span.end(end)
    },
    async stop() {
      const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE).unref())
      await Promise.race([provider.shutdown().catch(complain), patience])
      for (const part of [trace, context, propagation, diag]) part.disable()
    },
  }
}
