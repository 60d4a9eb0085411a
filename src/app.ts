/**
 * The service on one page: every plugin and every route, in the order in which a request meets them.
 */
import { randomUUID } from 'node:crypto'
import cookie from '@fastify/cookie'
import cors from '@fastify/cors'
import rateLimit from '@fastify/rate-limit'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, { LogController } from 'fastify'
import type { Deps } from './deps.ts'
import { Refusal } from './errors.ts'
import { apiKeyRoutes } from './flows/api-keys/routes.ts'
import { auditRoutes } from './flows/audit/routes.ts'
import { emailRoutes } from './flows/email/routes.ts'
import { impersonationRoutes } from './flows/impersonation/routes.ts'
import { passwordRoutes } from './flows/password/routes.ts'
import { policyRoutes } from './flows/policy/routes.ts'
import { profileRoutes } from './flows/profile/routes.ts'
import { revocationRoutes } from './flows/revocations/routes.ts'
import { roleRoutes } from './flows/roles/routes.ts'
import { sessionRoutes } from './flows/sessions/routes.ts'
import { signInRoutes } from './flows/sign-in/routes.ts'
import { twoFactorRoutes } from './flows/two-factor/routes.ts'
import { userRoutes } from './flows/users/routes.ts'
import type { App } from './http/app-type.ts'
import { createGuards } from './http/authenticate.ts'
import { registerBodies } from './http/bodies.ts'
import { discoveryRoutes } from './http/discovery.ts'
import { healthRoutes } from './http/health.ts'
import { registerKeyUses } from './http/key-uses.ts'
import { refuseOtherMethods } from './http/methods.ts'
import { documentationRoutes, registerOpenApi } from './http/openapi.ts'
import { registerParameters } from './http/parameters.ts'
import { refuseUnreadableUrl, registerProblems } from './http/problems.ts'
import { registerRequestLog } from './http/request-log.ts'
import { sharedSchemas } from './http/schemas.ts'

const KIB = 1024

/** Builds the service; listens nowhere and asks the database nothing yet. */
export async function buildApp(deps: Deps): Promise<App> {
  const { http } = deps.config
  const app = fastify({
    loggerInstance: deps.log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    bodyLimit: 64 * KIB,
    requestTimeout: 15_000,
    // Also the longest that a connection which never sends anything can hold up the end of the service.
    connectionTimeout: 20_000,
    keepAliveTimeout: 65_000,
    trustProxy: trustedProxies(http.trustProxy),
    requestIdHeader: false,
    genReqId: (request) => givenRequestId(request.headers['x-request-id']) ?? randomUUID(),
    // As long as a request line can be: a long id is a bad id, and refused like one.
    routerOptions: { maxParamLength: 16 * KIB },
    frameworkErrors: refuseUnreadableUrl,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: true, useDefaults: false } },
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as App

  let closing = false
  app.addHook('preClose', async () => {
    closing = true
  })
  const refuseMissingMethods = refuseOtherMethods(app)
  app.decorateRequest('bearer', null)
  for (const schema of sharedSchemas) app.addSchema(schema)

  registerProblems(app)
  registerRequestLog(app)
  registerKeyUses(app, deps)
  registerParameters(app)
  registerBodies(app)
  await app.register(cookie)
  await app.register(cors, {
    origin: http.corsOrigins,
    credentials: true,
    exposedHeaders: ['ETag', 'Retry-After', 'X-Request-Id'],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    maxAge: 600,
    strictPreflight: false,
  })
  if (http.requestsPerMinute > 0) {
    await app.register(rateLimit, {
      global: false,
      max: http.requestsPerMinute,
      timeWindow: '1 minute',
      allowList: (request) => request.routeOptions.config.rateLimit === false,
      addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
      errorResponseBuilder: (_request, context) =>
        new Refusal('too_many_attempts', { retryAfter: Math.ceil(context.ttl / 1000) }),
    })
    // Before any route's guard, and for paths that lead nowhere too.
    app.addHook('onRequest', app.rateLimit())
  }
  await registerOpenApi(app)

  const guards = createGuards(deps)
  await app.register(
    async (flows) => {
      signInRoutes(flows as App, deps)
      sessionRoutes(flows as App, deps, guards)
      profileRoutes(flows as App, deps, guards)
      passwordRoutes(flows as App, deps, guards)
      emailRoutes(flows as App, deps, guards)
      twoFactorRoutes(flows as App, deps, guards)
      userRoutes(flows as App, deps, guards)
      roleRoutes(flows as App, deps, guards)
      policyRoutes(flows as App, deps, guards)
      auditRoutes(flows as App, deps, guards)
      apiKeyRoutes(flows as App, deps, guards)
      impersonationRoutes(flows as App, deps, guards)
      revocationRoutes(flows as App, deps, guards)
    },
    { prefix: http.basePath },
  )
  discoveryRoutes(app, deps)
  healthRoutes(app, deps, () => closing)
  refuseMissingMethods()
  await documentationRoutes(app, deps.config)
  return app
}

/** A caller's own request id, when it is harmless to log and send back. */
function givenRequestId(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && /^[\w.:-]{1,64}$/.test(header) ? header : undefined
}

/** A number counts proxies from the right, nearest first. */
function trustedProxies(setting: string[] | number | false) {
  return typeof setting === 'number' ? (_address: string, hop: number) => hop < setting : setting
}
