/** Helping a user: temporary password, lost second factor, welcome mail, waits and sessions. */
import { Type } from 'typebox'
import type { Deps } from '../../deps.ts'
import type { App } from '../../http/app-type.ts'
import { callerOf, type Guards } from '../../http/authenticate.ts'
import { contract } from '../../http/contract.ts'
import { exampleSession } from '../../http/examples.ts'
import { textsFor } from '../../http/language.ts'
import { presentSession } from '../../http/present.ts'
import { closed, Message, pageOf, ref, Session, storable, timestamp, userId } from '../../http/schemas.ts'
import { sourceOf } from '../../http/source.ts'
import { resetUserPassword, resetUserTwoFactor, unlockUser } from './reset-credentials.ts'
import { sendWelcomeMail } from './send-welcome-mail.ts'
import { endUserSessions, listUserSessions } from './user-sessions.ts'

export const UserId = Type.Object({ id: userId }, closed)
export const Reason = Type.Object(
  { reason: Type.Optional(storable({ maxLength: 500, description: 'Kept in the audit event.' })) },
  { ...closed, examples: [{ reason: 'Lost telephone, identity checked in the shop' }] },
)

const TemporaryPassword = Type.Object({
  temporary_password: Type.String({ description: 'Shown once. Pass it on by a secure channel.' }),
  expires_at: timestamp('When it stops opening the step that changes it.'),
  message: Type.String(),
})

const told = (description: string, message: string) => ({ description, schema: ref(Message), example: { message } })

export function userCareRoutes(app: App, deps: Deps, guards: Guards): void {
  app.post(
    '/admin/users/:id/reset-password',
    {
      onRequest: guards.permission('reset_user_password'),
      schema: contract({
        id: 'resetUserPassword',
        tag: 'Users',
        summary: 'Give a temporary password',
        description:
          'Shown once, readable aloud, 72 hours. It opens only the step that changes it, for 10 more minutes from its first use. Ends all sessions of the user.',
        access: 'caller',
        permission: 'reset_user_password',
        params: UserId,
        body: Reason,
        answers: {
          200: {
            description: 'The temporary password.',
            schema: TemporaryPassword,
            example: {
              temporary_password: 'kx7f-2rha-w9ct-e4gs',
              expires_at: '2026-05-07T09:30:00.000Z',
              message: 'Temporary password for Jane Doe.',
            },
          },
        },
        refuses: ['not_found', 'forbidden', 'own_account', 'last_admin', 'overloaded'],
      }),
    },
    async (request) => {
      const { id } = request.params
      const given = await resetUserPassword(deps, callerOf(request), id, request.body.reason, sourceOf(request))
      return {
        temporary_password: given.password,
        expires_at: given.expiresAt.toISOString(),
        message: textsFor(request).messages.temporary_password_set(nameOf(given.user)),
      }
    },
  )

  app.post(
    '/admin/users/:id/reset-2fa',
    {
      onRequest: guards.permission('reset_user_2fa'),
      schema: contract({
        id: 'resetUserTwoFactor',
        tag: 'Users',
        summary: 'Reset two-factor authentication',
        description:
          'For someone who has lost both authenticator and backup codes. Check who they are first. Ends all sessions of the user.',
        access: 'caller',
        permission: 'reset_user_2fa',
        params: UserId,
        body: Reason,
        answers: { 200: told('It is off.', 'Jane Doe can now sign in with only their password.') },
        refuses: ['not_found', 'forbidden', 'own_account', 'two_factor_not_enabled'],
      }),
    },
    async (request) => {
      const user = await resetUserTwoFactor(
        deps,
        callerOf(request),
        request.params.id,
        request.body.reason,
        sourceOf(request),
      )
      return { message: textsFor(request).messages.two_factor_reset(nameOf(user)) }
    },
  )

  app.post(
    '/admin/users/:id/welcome-email',
    {
      onRequest: guards.permission('send_welcome_email'),
      schema: contract({
        id: 'sendWelcomeEmail',
        tag: 'Users',
        summary: 'Send the welcome mail',
        description:
          'Sign-in instructions, a link to set a password where there is none (7 days), and whom to ask. Only while the user has never signed in.',
        access: 'caller',
        permission: 'send_welcome_email',
        params: UserId,
        answers: { 202: told('On its way.', 'The welcome email to jane.doe@example.com is on its way.') },
        refuses: ['not_found', 'forbidden', 'user_has_logged_in'],
      }),
    },
    async (request, reply) => {
      const user = await sendWelcomeMail(deps, callerOf(request), request.params.id, sourceOf(request))
      reply.code(202)
      return { message: textsFor(request).messages.welcome_email_queued(user.email) }
    },
  )

  app.post(
    '/admin/users/:id/unlock',
    {
      onRequest: guards.permission('edit_user'),
      schema: contract({
        id: 'unlockUser',
        tag: 'Users',
        summary: 'Unlock an account',
        description:
          'Lifts every wait and lock that failed attempts have put on the account, the second factor included. Not on your own.',
        access: 'caller',
        permission: 'edit_user',
        params: UserId,
        body: Reason,
        answers: { 200: told('Unlocked.', 'Jane Doe can try to sign in again.') },
        refuses: ['not_found', 'forbidden', 'own_account'],
      }),
    },
    async (request) => {
      const user = await unlockUser(deps, callerOf(request), request.params.id, request.body.reason, sourceOf(request))
      return { message: textsFor(request).messages.account_unlocked(nameOf(user)) }
    },
  )

  app.get(
    '/admin/users/:id/sessions',
    {
      onRequest: guards.permission('edit_user'),
      schema: contract({
        id: 'listUserSessions',
        tag: 'Users',
        summary: "List a user's sessions",
        description: 'Where the user is signed in, last used first.',
        access: 'caller',
        permission: 'edit_user',
        params: UserId,
        answers: {
          200: {
            description: 'The sessions.',
            schema: pageOf(Session),
            example: { items: [exampleSession], next_cursor: null },
          },
        },
        refuses: ['not_found'],
      }),
    },
    async (request) => {
      const sessions = await listUserSessions(deps, request.params.id)
      const caller = callerOf(request)
      const current = caller.kind === 'session' ? caller.session.id : undefined
      return { items: sessions.map((session) => presentSession(session, current)), next_cursor: null }
    },
  )

  app.delete(
    '/admin/users/:id/sessions',
    {
      onRequest: guards.permission('edit_user'),
      schema: contract({
        id: 'endUserSessions',
        tag: 'Users',
        summary: 'Sign a user out everywhere',
        description: 'Ends all sessions and sign-ins under way of the user.',
        access: 'caller',
        permission: 'edit_user',
        params: UserId,
        answers: { 204: { description: 'Ended.' } },
        refuses: ['not_found', 'forbidden'],
      }),
    },
    async (request, reply) => {
      await endUserSessions(deps, callerOf(request), request.params.id, sourceOf(request))
      return reply.code(204).send()
    },
  )
}

function nameOf(user: { first_name: string; last_name: string }): string {
  return `${user.first_name} ${user.last_name}`
}
