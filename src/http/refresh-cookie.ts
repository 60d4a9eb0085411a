/** The refresh token as an HttpOnly cookie, and the guard against calls that another site makes a browser send. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../config.ts'
import { Refusal } from '../errors.ts'
import type { IssuedTokens } from '../flows/shared/sign-in.ts'

const REFRESH_COOKIE = 'omnicrm_refresh'

/** Sets the cookie unless the session's tokens go by body only. Persistent with `remember_me`, else gone with the browser. */
export function setRefreshCookie(reply: FastifyReply, config: Config, tokens: IssuedTokens): void {
  if (tokens.delivery === 'body') return
  reply.setCookie(REFRESH_COOKIE, tokens.refreshToken, {
    ...cookieScope(config),
    ...(tokens.rememberMe ? { maxAge: tokens.refreshExpiresIn } : {}),
  })
}

export function clearRefreshCookie(reply: FastifyReply, config: Config): void {
  reply.clearCookie(REFRESH_COOKIE, cookieScope(config))
}

/**
 * The refresh token of the cookie.
 * @throws Refusal `origin_not_allowed` when the cookie came with a request from a foreign origin.
 */
export function readRefreshCookie(request: FastifyRequest, config: Config): string | undefined {
  const token = request.cookies[REFRESH_COOKIE]
  if (token !== undefined && !isOriginAllowed(request, config)) throw new Refusal('origin_not_allowed')
  return token
}

function isOriginAllowed(request: FastifyRequest, config: Config): boolean {
  const { origin } = request.headers
  if (origin === undefined) return request.headers['sec-fetch-site'] !== 'cross-site'
  return origin === new URL(config.token.issuer).origin || config.http.corsOrigins.includes(origin)
}

/** Where the service's cookies go: to its own calls, out of reach of scripts and other sites. */
export function cookieScope(config: Config) {
  return {
    httpOnly: true,
    secure: config.http.secureCookies,
    sameSite: 'strict',
    path: `${config.http.basePath}/auth`,
  } as const
}
