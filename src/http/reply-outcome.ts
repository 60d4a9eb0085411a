import type { FastifyReply } from 'fastify'
import type { Static } from 'typebox'
import type { Config } from '../config.ts'
import type { Outcome } from '../flows/shared/sign-in.ts'
import { presentTokens } from './present.ts'
import { setRefreshCookie } from './refresh-cookie.ts'
import type { SignInOutcome } from './schemas.ts'

/** The answer of every step of a sign-in: how far it has come; the last one also sets the cookie. */
export function replyOutcome(reply: FastifyReply, config: Config, outcome: Outcome): Static<typeof SignInOutcome> {
  if (outcome.status === 'authenticated') {
    setRefreshCookie(reply, config, outcome.tokens)
    return presentTokens(outcome.tokens)
  }
  const step = { user_id: outcome.userId, step_token: outcome.stepToken, expires_in: outcome.expiresIn }
  if (outcome.status === 'two_factor_required') {
    return { status: outcome.status, ...step, methods: ['totp', 'backup_code'] }
  }
  return { status: outcome.status, ...step }
}
