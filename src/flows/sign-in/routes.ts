/** Sign-in with e-mail and password. The second factor is in `two-factor`, the forced change in `password`. */
import { Type } from 'typebox'
import type { Deps } from '../../deps.ts'
import type { App } from '../../http/app-type.ts'
import { contract } from '../../http/contract.ts'
import { readDeviceTokens, setDeviceCookie } from '../../http/device-cookie.ts'
import { exampleStep } from '../../http/examples.ts'
import { replyOutcome } from '../../http/reply-outcome.ts'
import { closed, emailInput, ref, SignInOutcome } from '../../http/schemas.ts'
import { sourceOf } from '../../http/source.ts'
import { checkPassword } from './check-password.ts'

const Login = Type.Object(
  {
    email: emailInput,
    password: Type.String({ description: 'Any length; one that is too long is simply not right.' }),
    remember_me: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'Keep the session for 30 days. Without effect where `REMEMBER_ME=off`; `refresh_expires_in` tells.',
      }),
    ),
    token_delivery: Type.Optional(
      Type.Unsafe<'both' | 'cookie' | 'body'>({
        type: 'string',
        enum: ['both', 'cookie', 'body'],
        default: 'both',
        description:
          'How the refresh token is handed over. Browser front ends send `cookie`: no script ever sees it then.',
      }),
    ),
  },
  {
    ...closed,
    examples: [
      { email: 'jane.doe@example.com', password: 'correct horse battery', remember_me: true, token_delivery: 'cookie' },
    ],
  },
)

export function signInRoutes(app: App, deps: Deps): void {
  app.post(
    '/auth/login',
    {
      schema: contract({
        id: 'login',
        tag: 'Auth',
        summary: 'Sign in with e-mail and password',
        description:
          "Answers with the outcome: `authenticated`, or the step that comes next. An unknown account and a wrong password get the same answer.\n\nAfter a few failures each further one makes the next try wait (429 with `Retry-After`), and after 100 in a row none is heard (403 `account_locked`, for unknown addresses alike) until a mailed reset, an administrator or the command line releases the account. A browser that has signed in to the account before is known by the cookie `omnicrm_device` (HttpOnly, SameSite=Strict, 180 days, set with a right password unless `token_delivery` is `body`): strangers' failures do not hold it up; it has a count of its own, and is a stranger again after 10 failures in a row.",
        access: 'public',
        body: Login,
        answers: {
          200: { description: 'How far the sign-in has come.', schema: ref(SignInOutcome), example: exampleStep },
        },
        refuses: ['invalid_credentials', 'account_inactive', 'account_locked', 'overloaded'],
      }),
    },
    async (request, reply) => {
      const {
        email,
        password,
        remember_me: asksToBeRemembered = false,
        token_delivery: delivery = 'both',
      } = request.body
      const rememberMe = asksToBeRemembered && deps.config.rememberMe
      const credentials = { email, password, rememberMe, delivery, deviceTokens: readDeviceTokens(request) }
      const { outcome, deviceToken } = await checkPassword(deps, credentials, sourceOf(request))
      if (delivery !== 'body') setDeviceCookie(request, reply, deps.config, deviceToken)
      return replyOutcome(reply, deps.config, outcome)
    },
  )
}
