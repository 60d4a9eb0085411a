/** OAuth's calls for services: a token for a key, the state of a token, the end of a token; and the check for proxies. */
import { Type } from 'typebox'
import type { Deps } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import type { App } from '../../http/app-type.ts'
import { callerOf, type Guards, serviceOf } from '../../http/authenticate.ts'
import { readFormBodies } from '../../http/bodies.ts'
import { contract } from '../../http/contract.ts'
import { sourceOf } from '../../http/source.ts'
import type { ApiKeyBearer, SessionBearer } from '../shared/sign-in.ts'
import { introspectToken, type TokenState } from './introspect-token.ts'
import { issueApiKeyToken } from './issue-api-key-token.ts'
import { revokeToken } from './revoke-token.ts'

/** Parameters that are not known here are ignored, as RFC 6749, 3.2 demands. */
const clientFields = {
  client_id: Type.Optional(Type.String({ description: 'The `id` of the API key.' })),
  client_secret: Type.Optional(Type.String({ description: 'The API key, unless it comes in a header.' })),
}
const tokenFields = {
  token: Type.String(),
  token_type_hint: Type.Optional(Type.String({ description: '`access_token` or `refresh_token`; not needed.' })),
  ...clientFields,
}
const TokenRequest = Type.Object({
  grant_type: Type.String({ description: '`client_credentials`.' }),
  scope: Type.Optional(
    Type.String({ description: 'Permissions to narrow the token to, separated by spaces. Left out: all of the key.' }),
  ),
  ...clientFields,
})
const TokenAnswer = Type.Object({
  access_token: Type.String({ description: 'A JWT by RFC 9068.' }),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer({ description: 'Seconds.' }),
  scope: Type.Optional(Type.String({ description: 'Its permissions; absent when there are none.' })),
})

const TokenQuestion = Type.Object(tokenFields, { examples: [{ token: 'eyJhbGciOiJFUzI1NiIs…' }] })
const Introspection = Type.Object(
  {
    active: Type.Boolean({ description: 'Usable at this moment. With `false` nothing else is told.' }),
    token_type: Type.Optional(Type.Literal('Bearer', { description: 'Of access tokens.' })),
    sub: Type.Optional(Type.String({ description: "The user's id, or the id of the API key." })),
    client_id: Type.Optional(Type.String({ description: '`omnicrm`, or the id of the API key.' })),
    scope: Type.Optional(Type.String({ description: 'The permissions, separated by spaces.' })),
    roles: Type.Optional(Type.Array(Type.String())),
    permissions: Type.Optional(Type.Array(Type.String(), { description: '`admin` implies every other.' })),
    sid: Type.Optional(Type.String({ description: "The session; absent for an API key's token." })),
    amr: Type.Optional(Type.Array(Type.String())),
    auth_time: Type.Optional(Type.Integer()),
    act: Type.Optional(Type.Object({ sub: Type.String() }, { description: 'Who really acts as the user.' })),
    iss: Type.Optional(Type.String()),
    aud: Type.Optional(Type.String()),
    iat: Type.Optional(Type.Integer()),
    exp: Type.Optional(Type.Integer()),
    jti: Type.Optional(Type.String()),
  },
  { description: 'By RFC 7662, 2.2.' },
)
const exampleState: TokenState = {
  active: true,
  token_type: 'Bearer',
  sub: '42',
  client_id: 'omnicrm',
  scope: 'view_customer view_user',
  roles: ['customer_service_agent_1'],
  permissions: ['view_customer', 'view_user'],
  sid: '0b6b0c1e-7f55-4c58-9c61-6a1b7bb7c0de',
  amr: ['pwd', 'otp', 'mfa'],
  auth_time: 1777887000,
  iss: 'https://crm.example.com',
  aud: 'omnicrm',
  iat: 1777887000,
  exp: 1777887900,
  jti: 'b1b2c3d4-0000-4000-8000-000000000001',
}

const oauth = { tag: 'Services', oauth: true } as const

export function tokenRoutes(app: App, deps: Deps, guards: Guards): void {
  app.register(async (scope) => {
    readFormBodies(scope as App)
    oauthRoutes(scope as App, deps, guards)
  })

  app.get(
    '/auth/check',
    {
      onRequest: guards.token,
      schema: contract({
        id: 'checkAccessToken',
        tag: 'Services',
        summary: 'Check an access token, for a reverse proxy',
        description:
          "For nginx's `auth_request`, Traefik's `ForwardAuth` and their like: 204 and headers about the bearer as of this moment, or 401. `X-User-Id`, `X-User-Roles`, `X-User-Permissions` (lists separated by commas; characters beyond letters, digits and `_ . : -` are percent-encoded). An API key's token has no user: it comes with `X-Client-Id`, the key's id, and without `X-User-Id`. With `X-Actor-Id` someone acts as the user. Only `Authorization: Bearer …` is read.",
        access: 'token',
        // Some proxies send the query of the call that they ask about.
        querystring: Type.Object({}),
        answers: { 204: { description: 'It is good; see the headers.' } },
      }),
    },
    async (request, reply) => {
      reply.headers(describeBearer(callerOf(request)))
      return reply.code(204).send()
    },
  )
}

function oauthRoutes(app: App, deps: Deps, guards: Guards): void {
  app.post(
    '/auth/token',
    {
      preValidation: guards.client,
      config: { oauth: true },
      schema: contract({
        ...oauth,
        id: 'issueToken',
        summary: 'Exchange an API key for an access token',
        description:
          'The client credentials grant (RFC 6749, 4.4): the client id is the `id` of the API key, the client secret the key itself, by HTTP Basic or in the form (or the key alone as `X-API-Key`). The access token lives 15 minutes, and no longer than the key. `sub` and `client_id` are the id of the key; it has no `sid` and no roles. Here it opens what the key opens. Refusals carry `error` and `error_description` beside the members of a problem, as `application/json`.',
        access: 'client',
        body: TokenRequest,
        answers: {
          200: {
            description: 'The access token.',
            schema: TokenAnswer,
            example: { access_token: 'eyJhbGci…', token_type: 'Bearer', expires_in: 900, scope: 'view_user' },
          },
        },
        refuses: ['unsupported_grant_type', 'invalid_scope'],
      }),
    },
    async (request) => {
      const { grant_type, scope } = request.body
      if (grant_type !== 'client_credentials') throw new Refusal('unsupported_grant_type')
      const wanted = scope?.split(' ').filter((name) => name !== '')
      const token = await issueApiKeyToken(deps, serviceOf(request), wanted, sourceOf(request))
      return {
        access_token: token.accessToken,
        token_type: 'Bearer' as const,
        expires_in: token.expiresIn,
        ...(token.permissions.length > 0 && { scope: token.permissions.join(' ') }),
      }
    },
  )

  app.post(
    '/auth/introspect',
    {
      preValidation: guards.client,
      config: { oauth: true },
      schema: contract({
        ...oauth,
        id: 'introspectToken',
        summary: 'Ask whether a token is good at this moment',
        description:
          'Token introspection (RFC 7662) of access and refresh tokens. An ended session, a deactivated user, a revoked key count at once; roles, permissions and `amr` are those of this moment, not those of when the token was issued. Anything unusable is `{ "active": false }`. The service says who it is by `X-API-Key`, HTTP Basic or in the form; it needs no permission. A look at a refresh token does not use it.',
        access: 'client',
        body: TokenQuestion,
        answers: { 200: { description: 'The state of the token.', schema: Introspection, example: exampleState } },
      }),
    },
    async (request) => (await introspectToken(deps, request.body.token)) ?? { active: false },
  )

  app.post(
    '/auth/revoke',
    {
      preValidation: guards.clientIfGiven,
      config: { oauth: true },
      schema: contract({
        ...oauth,
        id: 'revokeToken',
        summary: 'Revoke a token',
        description:
          "Token revocation (RFC 7009): ends the session of an access or refresh token, and with it all its tokens. Whoever holds the token may do so; an API key is checked if one comes along. 200 also for what is no token, or none any more. An API key's access token ends with its key: revoke or regenerate that.",
        access: 'public',
        body: TokenQuestion,
        answers: { 200: { description: 'It opens nothing any more.' } },
        refuses: ['unsupported_token_type', 'api_key_invalid', 'ambiguous_credentials'],
      }),
    },
    async (request, reply) => {
      const service = request.bearer?.kind === 'api_key' ? request.bearer : undefined
      await revokeToken(deps, request.body.token, service, sourceOf(request))
      return reply.code(200).send()
    },
  )
}

/** Who makes a call, in the headers that a proxy passes on. */
function describeBearer(bearer: SessionBearer | ApiKeyBearer): Record<string, string> {
  const { roles, permissions } =
    bearer.kind === 'session' ? bearer.user : { roles: [], permissions: bearer.permissions }
  const lists = { 'x-user-roles': headerList(roles), 'x-user-permissions': headerList(permissions) }
  if (bearer.kind === 'api_key') return { 'x-client-id': bearer.key.id, ...lists }
  const actor = bearer.session.impersonated_by
  return { 'x-user-id': String(bearer.user.id), ...(actor !== null && { 'x-actor-id': String(actor) }), ...lists }
}

/** Names as a list in a header. No name can bring a comma, a line or another header with it. */
function headerList(names: readonly string[]): string {
  return names.map((name) => name.replaceAll(/[^\w.:-]/gu, encodeURIComponent)).join(',')
}
