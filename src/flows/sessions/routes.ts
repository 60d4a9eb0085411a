/** The life of a session: refresh, sign-out, the user's list of sessions. */
import { Type } from 'typebox'
import type { Deps } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import type { App } from '../../http/app-type.ts'
import { bearerToken, type Guards, sessionOf } from '../../http/authenticate.ts'
import { contract } from '../../http/contract.ts'
import { exampleAuthenticated, exampleSession } from '../../http/examples.ts'
import { presentSession, presentTokens } from '../../http/present.ts'
import { clearRefreshCookie, readRefreshCookie, setRefreshCookie } from '../../http/refresh-cookie.ts'
import { Authenticated, closed, ref, Session, uuidInput } from '../../http/schemas.ts'
import { sourceOf } from '../../http/source.ts'
import { endOtherSessions, endOwnSession } from './end-sessions.ts'
import { listOwnSessions } from './list-sessions.ts'
import { refreshSession } from './refresh-session.ts'
import { endImpersonation, signOut } from './sign-out.ts'

const RefreshToken = Type.Object(
  {
    refresh_token: Type.Optional(
      Type.String({ maxLength: 1024, description: 'Wins over the cookie. Left out: the cookie is read.' }),
    ),
  },
  { ...closed, examples: [{ refresh_token: 'ort_AQFrMQAAAAAAAA…' }, {}] },
)

const SessionId = Type.Object({ session_id: uuidInput('The `id` of the session.') }, closed)

const SessionList = Type.Object({
  items: Type.Array(ref(Session)),
  next_cursor: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'Always null: a user has at most 100 sessions.',
  }),
})

export function sessionRoutes(app: App, deps: Deps, guards: Guards): void {
  app.post(
    '/auth/refresh',
    {
      schema: contract({
        id: 'refresh',
        tag: 'Auth',
        summary: 'Exchange the refresh token for new tokens',
        description:
          'A session rotates its refresh token at most once in 10 seconds: within them the previous and the current token both give the current one, so a lost answer or a parallel tab signs nobody out. An older token is reuse and ends the session. Call it on page load; 401 means: show sign-in.',
        access: 'public',
        body: RefreshToken,
        answers: { 200: { description: 'New tokens.', schema: ref(Authenticated), example: exampleAuthenticated } },
        refuses: ['invalid_refresh_token', 'origin_not_allowed'],
      }),
    },
    async (request, reply) => {
      const given = request.body.refresh_token
      const token = given ?? readRefreshCookie(request, deps.config)
      try {
        if (token === undefined) throw new Refusal('invalid_refresh_token')
        const tokens = await refreshSession(deps, token, sourceOf(request))
        setRefreshCookie(reply, deps.config, tokens)
        return presentTokens(tokens)
      } catch (error) {
        if (given === undefined && error instanceof Refusal && error.code === 'invalid_refresh_token') {
          clearRefreshCookie(reply, deps.config)
        }
        throw error
      }
    },
  )

  app.post(
    '/auth/logout',
    {
      schema: contract({
        id: 'logout',
        tag: 'Auth',
        summary: 'Sign out',
        description:
          'Ends the session of the refresh token, in the body or else in the cookie, and that of the bearer access token: mostly the same. Answers 204 also when already signed out. Clears the cookie. The access token of an impersonation, without a refresh token in the body, ends only that: the cookie is neither read nor cleared.',
        access: 'public',
        body: RefreshToken,
        answers: { 204: { description: 'Signed out.' } },
        refuses: ['origin_not_allowed'],
      }),
    },
    async (request, reply) => {
      const given = { refreshToken: request.body.refresh_token, accessToken: bearerToken(request) }
      if (!(await endImpersonation(deps, given, sourceOf(request)))) {
        const refreshToken = given.refreshToken ?? readRefreshCookie(request, deps.config)
        await signOut(deps, { ...given, refreshToken }, sourceOf(request))
        clearRefreshCookie(reply, deps.config)
      }
      return reply.code(204).send()
    },
  )

  app.get(
    '/auth/sessions',
    {
      onRequest: guards.anySession,
      schema: contract({
        id: 'listSessions',
        tag: 'Sessions',
        summary: 'List your sessions',
        description: 'The standing sessions of the caller, last used first.',
        access: 'any_session',
        answers: {
          200: {
            description: 'The sessions.',
            schema: SessionList,
            example: { items: [exampleSession], next_cursor: null },
          },
        },
      }),
    },
    async (request) => {
      const bearer = sessionOf(request)
      const sessions = await listOwnSessions(deps, bearer)
      return { items: sessions.map((entry) => presentSession(entry, bearer.session.id)), next_cursor: null }
    },
  )

  app.delete(
    '/auth/sessions',
    {
      onRequest: guards.session,
      schema: contract({
        id: 'endOtherSessions',
        tag: 'Sessions',
        summary: 'End all your other sessions',
        description: 'Ends every session of the caller but the one that makes this call.',
        access: 'session',
        answers: { 204: { description: 'The others have ended.' } },
      }),
    },
    async (request, reply) => {
      await endOtherSessions(deps, sessionOf(request), sourceOf(request))
      return reply.code(204).send()
    },
  )

  app.delete(
    '/auth/sessions/:session_id',
    {
      onRequest: guards.session,
      schema: contract({
        id: 'endSession',
        tag: 'Sessions',
        summary: 'End one of your sessions',
        description: 'Ends a session of the caller, also the one that makes this call.',
        access: 'session',
        params: SessionId,
        answers: { 204: { description: 'It has ended.' } },
        refuses: ['not_found'],
      }),
    },
    async (request, reply) => {
      await endOwnSession(deps, sessionOf(request), request.params.session_id, sourceOf(request))
      return reply.code(204).send()
    },
  )
}
