/** What verifiers of access tokens look up: the key set (RFC 7517) and the metadata (RFC 8414). */
import { Type } from 'typebox'
import { SIGNING_ALGORITHM } from '../crypto/signing-keys.ts'
import type { Deps } from '../deps.ts'
import type { App } from './app-type.ts'
import { contract } from './contract.ts'

/** How services authenticate (RFC 6749, 2.3.1). */
const CLIENT_METHODS = ['client_secret_basic', 'client_secret_post']

const CACHED = 'public, max-age=300'

const KeySet = Type.Object({
  keys: Type.Array(Type.Object({ kty: Type.String(), kid: Type.String() }, { additionalProperties: true })),
})

const Metadata = Type.Object({
  issuer: Type.String(),
  jwks_uri: Type.String(),
  response_types_supported: Type.Array(Type.String()),
  grant_types_supported: Type.Array(Type.String()),
  token_endpoint: Type.String(),
  token_endpoint_auth_methods_supported: Type.Array(Type.String()),
  introspection_endpoint: Type.String(),
  introspection_endpoint_auth_methods_supported: Type.Array(Type.String()),
  revocation_endpoint: Type.String(),
  revocation_endpoint_auth_methods_supported: Type.Array(Type.String()),
  access_token_signing_alg_values_supported: Type.Array(Type.String()),
  service_documentation: Type.Optional(Type.String()),
})

export function discoveryRoutes(app: App, deps: Deps): void {
  const { issuer } = deps.config.token
  const { basePath, docs } = deps.config.http
  const metadata = {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: [],
    grant_types_supported: ['client_credentials'],
    token_endpoint: `${issuer}/auth/token`,
    token_endpoint_auth_methods_supported: CLIENT_METHODS,
    introspection_endpoint: `${issuer}/auth/introspect`,
    introspection_endpoint_auth_methods_supported: CLIENT_METHODS,
    revocation_endpoint: `${issuer}/auth/revoke`,
    revocation_endpoint_auth_methods_supported: ['none', ...CLIENT_METHODS],
    access_token_signing_alg_values_supported: [SIGNING_ALGORITHM],
    ...(docs && { service_documentation: `${issuer}/docs` }),
  }

  app.get(
    `${basePath}/.well-known/jwks.json`,
    {
      schema: contract({
        id: 'readKeySet',
        tag: 'Discovery',
        summary: 'The keys that verify access tokens',
        description: 'A JSON Web Key Set. Keep it for 5 minutes; fetch it again for an unknown `kid`.',
        access: 'public',
        answers: {
          200: {
            description: 'The keys.',
            schema: KeySet,
            example: { keys: [{ kty: 'EC', crv: 'P-256', x: '…', y: '…', kid: '…', alg: 'ES256', use: 'sig' }] },
          },
        },
      }),
    },
    async (_request, reply) => {
      reply.header('cache-control', CACHED)
      return { keys: await deps.keys.signing.published() }
    },
  )

  const places = new Set([
    `${basePath}/.well-known/oauth-authorization-server`,
    `/.well-known/oauth-authorization-server${basePath}`,
    `${basePath}/.well-known/openid-configuration`,
  ])
  for (const [index, path] of [...places].entries()) {
    app.get(
      path,
      {
        schema: contract({
          id: `readMetadata${index === 0 ? '' : index + 1}`,
          tag: 'Discovery',
          summary: 'Metadata of this authorization server',
          description: 'By RFC 8414. The same document stands wherever middlewares look for it.',
          access: 'public',
          answers: { 200: { description: 'The metadata.', schema: Metadata, example: metadata } },
        }),
      },
      async (_request, reply) => {
        reply.header('cache-control', CACHED)
        return metadata
      },
    )
  }
}
