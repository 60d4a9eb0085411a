/** The OpenAPI document for machines, and the page that shows it, where a reader can sign in and try the calls. */
import { readFileSync } from 'node:fs'
import swaggerUi from '@fastify/swagger-ui'
import type { Config } from '../config.ts'
import type { App } from './app-type.ts'
import { DOCUMENTATION_CSP } from './headers.ts'
import { openApiYaml } from './openapi.ts'

/** Where the two functions below run, which are sent to the page as text: beside `sign-in.js` and Swagger UI. */
declare const signInPanel: { start(ui: unknown): void; watch<T>(response: T): T }
declare const ui: unknown

/** `/openapi.json`, `/openapi.yaml` and `/docs`. */
export async function documentationRoutes(app: App, config: Config): Promise<void> {
  const { basePath } = config.http
  app.get(`${basePath}/openapi.json`, { schema: { hide: true } }, async () => app.swagger())
  app.get(`${basePath}/openapi.yaml`, { schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/yaml').send(openApiYaml(app)),
  )
  await app.register(swaggerUi, {
    routePrefix: `${basePath}/docs`,
    staticCSP: DOCUMENTATION_CSP,
    theme: {
      title: 'OmniCRM identity service',
      js: [{ filename: 'sign-in.js', content: partOfPage('sign-in.js') }],
      css: [{ filename: 'sign-in.css', content: partOfPage('sign-in.css') }],
    },
    uiConfig: {
      docExpansion: 'list',
      persistAuthorization: false,
      defaultModelsExpandDepth: 0,
      onComplete: () => signInPanel.start(ui),
      responseInterceptor: (response) => signInPanel.watch(response),
    },
  })
}

function partOfPage(name: string): string {
  return readFileSync(new URL(`documentation/${name}`, import.meta.url), 'utf8')
}
