/** Acting as a user, to see what they see. */
import { Type } from 'typebox'
import type { Deps } from '../../deps.ts'
import type { App } from '../../http/app-type.ts'
import { type Guards, sessionOf } from '../../http/authenticate.ts'
import { contract } from '../../http/contract.ts'
import { exampleAuthenticated, exampleUser } from '../../http/examples.ts'
import { STORABLE_NOT_BLANK } from '../../http/patterns.ts'
import { presentUser } from '../../http/present.ts'
import { closed, ref, storable, User, userId } from '../../http/schemas.ts'
import { sourceOf } from '../../http/source.ts'
import { impersonate } from './impersonate.ts'

const Request = Type.Object(
  {
    user_id: userId,
    reason: storable({
      minLength: 1,
      maxLength: 500,
      pattern: STORABLE_NOT_BLANK,
      description: 'Why. Not blank; kept in the audit event.',
    }),
  },
  { ...closed, examples: [{ user_id: 42, reason: 'Ticket 4711: the customer does not see the invoice' }] },
)

const Impersonation = Type.Object({
  access_token: Type.String({ description: "The user's access token, with `act: { sub }`: who really acts." }),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer({ description: 'Seconds until it is over; it cannot be refreshed.' }),
  redirect_to: Type.String({ description: 'Where the front end goes now.', examples: ['/self-care'] }),
  user: ref(User),
})

export function impersonationRoutes(app: App, deps: Deps, guards: Guards): void {
  app.post(
    '/auth/impersonate',
    {
      onRequest: guards.personWith('can_impersonate'),
      schema: contract({
        id: 'impersonate',
        tag: 'Services',
        summary: 'Act as a user',
        description:
          "Gives an access token of the user for 15 minutes, without a refresh token. Only for users who have no permission that the caller lacks, and not while impersonating. The user sees it among their sessions and can end it; it ends with the caller's session, by `POST /auth/logout` with its token, and when the caller impersonates again. While it lasts, calls on passwords, e-mail, two-factor authentication, sessions and the administration are refused. The audit trail names both.",
        access: 'session',
        permission: 'can_impersonate',
        body: Request,
        answers: {
          200: {
            description: 'The token.',
            schema: Impersonation,
            example: {
              access_token: exampleAuthenticated.access_token,
              token_type: 'Bearer',
              expires_in: 900,
              redirect_to: '/customers',
              user: exampleUser,
            },
          },
        },
        refuses: ['not_found', 'own_account', 'account_inactive', 'forbidden'],
      }),
    },
    async (request) => {
      const { user_id: targetId, reason } = request.body
      const issued = await impersonate(deps, sessionOf(request), { userId: targetId, reason }, sourceOf(request))
      return {
        access_token: issued.accessToken,
        token_type: 'Bearer' as const,
        expires_in: issued.expiresIn,
        redirect_to: issued.redirectTo,
        user: presentUser(issued.user),
      }
    },
  )
}
