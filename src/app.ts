/**
 * The service on one page: every plugin and every route, in the order in which a request meets them.
 */
import { randomUUID } from 'node:crypto'
import cookie from '@fastify/cookie'
import cors from '@fastify/cors'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, { LogController } from 'fastify'
import type { Deps } from './deps.ts'
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
import { tokenRoutes } from './flows/tokens/routes.ts'
import { twoFactorRoutes } from './flows/two-factor/routes.ts'
import { userRoutes } from './flows/users/routes.ts'
import type { App } from './http/app-type.ts'
import { createGuards } from './http/authenticate.ts'
import { registerBodies } from './http/bodies.ts'
import { type LastExchanges, refuseBrokenRequest } from './http/broken-requests.ts'
import { buildSerializer, buildValidator } from './http/compilers.ts'
import { registerConnections } from './http/connections.ts'
import { discoveryRoutes } from './http/discovery.ts'
import { registerHeaders } from './http/headers.ts'
import { healthRoutes } from './http/health.ts'
import { registerKeyUses } from './http/key-uses.ts'
import { registerMeasurements } from './http/measure.ts'
import { refuseOtherMethods } from './http/methods.ts'
import { metricsRoutes } from './http/metrics.ts'
import { registerParameters } from './http/parameters.ts'
import { refuseUnreadableUrl, registerProblems } from './http/problems.ts'
import { registerRequestGuard } from './http/request-guard.ts'
import { givenRequestId } from './http/request-id.ts'
import { registerRequestLog } from './http/request-log.ts'
import { sharedSchemas } from './http/schemas.ts'
import { warnOfUnusedForwarding } from './http/source.ts'
import type { Metrics } from './metrics/metrics.ts'
import type { Tracing } from './tracing/tracing.ts'

const KIB = 1024

/**
 * Connections beyond this are closed at once. With the largest body on each the process holds some 70 MB more; four times
 * as many would be more than its container may have.
 */
const MAX_CONNECTIONS = 1024

/** Serves pages below `prefix`; their calls go to `apiUrl`. */
export type WebPages = (app: App, place: { prefix: string; apiUrl: string }) => void

/** What an app is told of the process around it. */
export interface Surroundings {
  /** Absent: nothing is counted, and there is no `/metrics`. */
  metrics?: Metrics
  /** Absent: nothing is traced. */
  tracing?: Tracing | undefined
  /** The reference front end, for those who develop. Absent: there is no `/app`. */
  webPages?: WebPages | undefined
  /** True from the moment the service was told to stop. */
  isDraining?: () => boolean
}

/** Builds the service; listens nowhere and asks the database nothing yet. */
export async function buildApp(deps: Deps, surroundings: Surroundings = {}): Promise<App> {
  const { http } = deps.config
  const { metrics, tracing, webPages, isDraining = () => false } = surroundings
  const app = await buildGround(deps, isDraining)
  const refuseMissingMethods = refuseOtherMethods(app)
  app.decorateRequest('bearer', null)
  tracing?.follow(app)
  if (metrics) registerMeasurements(app, metrics)
  warnOfUnusedForwarding(app, deps)
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
  await registerRequestGuard(app, http.requestsPerMinute)
  // The documentation is loaded only where it is wanted: production has no use for it.
  if (http.docs) await (await import('./http/openapi.ts')).registerOpenApi(app)

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
      tokenRoutes(flows as App, deps, guards)
    },
    { prefix: http.basePath },
  )
  discoveryRoutes(app, deps)
  healthRoutes(app, deps, isDraining)
  if (metrics && http.opsPort === undefined) metricsRoutes(app, metrics)
  refuseMissingMethods()
  if (http.docs) await (await import('./http/documentation.ts')).documentationRoutes(app, deps.config)
  webPages?.(app, { prefix: `${http.basePath}/app`, apiUrl: http.basePath || '/' })
  return app
}

/** What the second port serves, for those who run the service. */
export async function buildOpsApp(deps: Deps, { metrics, isDraining = () => false }: Surroundings): Promise<App> {
  const app = await buildGround(deps, isDraining)
  const refuseMissingMethods = refuseOtherMethods(app)
  healthRoutes(app, deps, isDraining)
  if (metrics) metricsRoutes(app, metrics)
  refuseMissingMethods()
  return app
}

/** What every request meets, on either port. */
async function buildGround({ config, log }: Deps, isDraining: () => boolean): Promise<App> {
  const exchanges: LastExchanges = new WeakMap()
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    bodyLimit: 64 * KIB,
    // How long a whole request may take to arrive, and its headers; looked after every second.
    requestTimeout: 15_000,
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 1_000, maxHeaderSize: 16 * KIB },
    // Also the longest that a connection which never sends anything is kept.
    connectionTimeout: 20_000,
    keepAliveTimeout: 65_000,
    // A request that comes on a kept connection while the service closes is answered like any other.
    return503OnClosing: false,
    trustProxy: trustedProxies(config.http.trustProxy),
    requestIdHeader: false,
    genReqId: ({ headers }) => givenRequestId(headers) ?? randomUUID(),
    // As long as a request line can be: a long id is a bad id, and refused like one.
    routerOptions: { maxParamLength: 16 * KIB },
    frameworkErrors: refuseUnreadableUrl,
    clientErrorHandler: (error, socket) => refuseBrokenRequest(error, socket, exchanges, log, randomUUID),
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: true, useDefaults: false } },
    schemaController: { compilersFactory: { buildSerializer, buildValidator } },
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as App
  app.server.maxConnections = MAX_CONNECTIONS
  app.server.on('request', (request, response) => exchanges.set(request.socket, { request, response }))
  for (const schema of sharedSchemas) app.addSchema(schema)
  registerConnections(app, isDraining)
  registerProblems(app)
  registerRequestLog(app)
  await registerHeaders(app, config.token.issuer.startsWith('https:'))
  return app
}

/** A number counts proxies from the right, nearest first. */
function trustedProxies(setting: string[] | number | false) {
  return typeof setting === 'number' ? (_address: string, hop: number) => hop < setting : setting
}
