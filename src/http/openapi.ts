/** The OpenAPI 3.1 document, made from the routes' contracts. */
import swagger from '@fastify/swagger'
import { stringify } from 'yaml'
import type { App } from './app-type.ts'

const about = `The identity service of OmniCRM: sign-in with e-mail and password, two-factor authentication, sessions, and
the access tokens that every other OmniCRM service verifies.

A sign-in answers with one of four outcomes; branch on \`status\`. Everything that is refused is a problem+json with a
stable \`code\`. Access tokens are JWTs (RFC 9068); their keys are at \`/.well-known/jwks.json\`.`

export async function registerOpenApi(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'OmniCRM identity service',
        version: '1.0.0',
        description: about,
        license: { name: 'Proprietary', url: 'https://omnicrm.example/license' },
      },
      servers: [{ url: '/', description: 'This service' }],
      tags: [
        { name: 'Auth', description: 'Sign-in, tokens, the own account.' },
        { name: 'Sessions', description: 'Where a user is signed in.' },
        { name: 'Two-factor', description: 'Authenticator apps and backup codes.' },
        { name: 'Users', description: 'The administration of users.' },
        { name: 'Roles and policy', description: 'Who may do what, and what is demanded.' },
        { name: 'Audit', description: 'Who did what.' },
        { name: 'Discovery', description: 'What verifiers of tokens look up.' },
        { name: 'Services', description: 'For the other services of OmniCRM: keys, and what they ask about tokens.' },
        { name: 'Operations', description: 'For those who run the service.' },
      ],
      components: {
        securitySchemes: {
          apiKey: {
            type: 'apiKey',
            in: 'header',
            name: 'X-API-Key',
            description: 'An API key, as `POST /admin/api-keys` shows it once.',
          },
          clientCredentials: {
            type: 'http',
            scheme: 'basic',
            description:
              "The key's `id` as user name and the API key as password (RFC 6749, 2.3.1). The same in the body is accepted: `client_id` and `client_secret`.",
          },
          accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token.' },
          stepToken: {
            type: 'http',
            scheme: 'bearer',
            description: 'The step token of a sign-in; opens its step once.',
          },
        },
      },
    },
    refResolver: { buildLocalReference: (json, _base, _fragment, index) => String(json['$id'] ?? `def-${index}`) },
    transformObject: (document) => {
      const { openapiObject } = document as { openapiObject: OpenApiDocument }
      markOptionalBodies(openapiObject)
      return openapiObject
    },
  })
}

type OpenApiDocument = ReturnType<App['swagger']> & {
  paths?: Record<string, Record<string, { requestBody?: { required: boolean; content: Record<string, Media> } }>>
}
type Media = { schema?: { required?: string[] } }

/** An empty body counts as `{}`: it may be left out where no field is required. */
function markOptionalBodies(document: OpenApiDocument): void {
  for (const { requestBody } of Object.values(document.paths ?? {}).flatMap((path) => Object.values(path))) {
    if (!requestBody) continue
    requestBody.required = Object.values(requestBody.content).some(({ schema }) => (schema?.required ?? []).length > 0)
  }
}

export function openApiYaml(app: App): string {
  return stringify(app.swagger(), { lineWidth: 0, aliasDuplicateObjects: false })
}
