/**
 * The cookie by which a browser is known again to the accounts that have signed in on it. It opens nothing: it only
 * gives this browser a count of failures of its own, so that a stranger's do not hold it up.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../config.ts'
import { lifetimes } from '../policy/lifetimes.ts'
import { cookieScope } from './refresh-cookie.ts'

const DEVICE_COOKIE = 'omnicrm_device'

/** One token an account; whoever shares a browser with more of them is a stranger there now and then. */
const MOST_ACCOUNTS = 5

/** The tokens of the accounts that have signed in on this browser, the newest first. */
export function readDeviceTokens(request: FastifyRequest): string[] {
  const tokens = request.cookies[DEVICE_COOKIE]?.split('.') ?? []
  return tokens.filter((token) => token !== '').slice(0, MOST_ACCOUNTS)
}

/** Adds the token of one more account, beside those that are there. */
export function setDeviceCookie(request: FastifyRequest, reply: FastifyReply, config: Config, token: string): void {
  const others = readDeviceTokens(request).filter((other) => other !== token)
  reply.setCookie(DEVICE_COOKIE, [token, ...others].slice(0, MOST_ACCOUNTS).join('.'), {
    ...cookieScope(config),
    maxAge: lifetimes.knownDevice,
  })
}
