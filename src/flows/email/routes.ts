/** The change of the own e-mail address, confirmed from the new one. */
import { Type } from 'typebox'
import type { Deps } from '../../deps.ts'
import type { App } from '../../http/app-type.ts'
import { type Guards, sessionOf } from '../../http/authenticate.ts'
import { contract } from '../../http/contract.ts'
import { textsFor } from '../../http/language.ts'
import { closed, currentPasswordInput, emailInput, linkTokenInput, Message, ref } from '../../http/schemas.ts'
import { sourceOf } from '../../http/source.ts'
import { confirmEmailChange, requestEmailChange } from './change-email.ts'

const Change = Type.Object(
  { new_email: emailInput, password: currentPasswordInput },
  { ...closed, examples: [{ new_email: 'jane.smith@example.com', password: 'current_password' }] },
)
const Confirm = Type.Object({ token: linkTokenInput }, { ...closed, examples: [{ token: 'oel_AQRrMQAAAAAAAA…' }] })

export function emailRoutes(app: App, deps: Deps, guards: Guards): void {
  app.post(
    '/auth/email/change',
    {
      onRequest: guards.session,
      schema: contract({
        id: 'changeEmail',
        tag: 'Auth',
        summary: 'Ask for a new e-mail address',
        description:
          'Mails a link to the new address (1 hour, one use), and tells the old one, whose owner can void it by a reset of the password. The address changes when the link is opened. A newer request voids the older link.',
        access: 'session',
        body: Change,
        answers: {
          202: {
            description: 'The link is on its way.',
            schema: ref(Message),
            example: { message: 'A confirmation link has been sent to the new address.' },
          },
        },
        refuses: ['wrong_password', 'account_locked', 'email_taken', 'overloaded'],
      }),
    },
    async (request, reply) => {
      const input = { newEmail: request.body.new_email, password: request.body.password }
      await requestEmailChange(deps, sessionOf(request), input, sourceOf(request))
      reply.code(202)
      return { message: textsFor(request).messages.email_change_requested }
    },
  )

  app.post(
    '/auth/email/confirm',
    {
      schema: contract({
        id: 'confirmEmail',
        tag: 'Auth',
        summary: 'Confirm a new e-mail address',
        description: 'With the token of the link. The old address is told.',
        access: 'public',
        body: Confirm,
        answers: {
          200: {
            description: 'Changed.',
            schema: ref(Message),
            example: { message: 'The email address has been changed.' },
          },
        },
        refuses: ['email_link_invalid', 'email_taken'],
      }),
    },
    async (request) => {
      await confirmEmailChange(deps, request.body.token, sourceOf(request))
      return { message: textsFor(request).messages.email_changed }
    },
  )
}
