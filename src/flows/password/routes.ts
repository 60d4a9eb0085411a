/** Passwords: the reset by a mailed link, the voluntary change, and the one that a temporary password forces. */
import { Type } from 'typebox'
import type { Deps } from '../../deps.ts'
import { fieldRefusal } from '../../errors.ts'
import type { App } from '../../http/app-type.ts'
import { bearerOf, type Guards } from '../../http/authenticate.ts'
import { contract } from '../../http/contract.ts'
import { setDeviceCookie } from '../../http/device-cookie.ts'
import { textsFor } from '../../http/language.ts'
import { replyOutcome } from '../../http/reply-outcome.ts'
import {
  closed,
  currentPasswordInput,
  emailInput,
  linkTokenInput,
  Message,
  newPasswordInput,
  ref,
  SignInOutcome,
  timestamp,
} from '../../http/schemas.ts'
import { sourceOf } from '../../http/source.ts'
import { PASSWORD_FAULTS } from '../../policy/passwords.ts'
import { changePassword, changeTemporaryPassword } from './change-password.ts'
import { requestReset } from './request-reset.ts'
import { checkResetLink, resetPassword } from './reset-password.ts'

const Change = Type.Object(
  {
    current_password: Type.Optional(currentPasswordInput),
    new_password: newPasswordInput,
    confirm_password: newPasswordInput,
  },
  {
    ...closed,
    description: 'Leave `current_password` out with a step token.',
    examples: [
      {
        current_password: 'kx7f-2rha-w9ct-e4gs',
        new_password: 'correct horse battery',
        confirm_password: 'correct horse battery',
      },
    ],
  },
)

const Forgot = Type.Object({ email: emailInput }, { ...closed, examples: [{ email: 'jane.doe@example.com' }] })
const Link = Type.Object({ token: linkTokenInput }, { ...closed, examples: [{ token: 'opl_AQNrMQAAAAAAAA…' }] })
const Reset = Type.Object(
  { token: linkTokenInput, new_password: newPasswordInput, confirm_password: newPasswordInput },
  {
    ...closed,
    examples: [
      {
        token: 'opl_AQNrMQAAAAAAAA…',
        new_password: 'correct horse battery',
        confirm_password: 'correct horse battery',
      },
    ],
  },
)
const LinkState = Type.Object({ valid: Type.Literal(true), expires_at: timestamp('When the link stops working.') })

export function passwordRoutes(app: App, deps: Deps, guards: Guards): void {
  app.post(
    '/auth/password/forgot',
    {
      schema: contract({
        id: 'forgotPassword',
        tag: 'Auth',
        summary: 'Have a reset link mailed',
        description:
          'Works also before a password is set and with a temporary one. While the last link has half an hour or more left, the same link is sent again. The answer never waits for the mail. With `ACCOUNT_ENUMERATION=conceal` an unknown address gets the same answer as a known one.',
        access: 'public',
        body: Forgot,
        answers: {
          200: {
            description: 'On its way.',
            schema: ref(Message),
            example: { message: 'Reset instructions have been sent to your email' },
          },
        },
        refuses: ['account_not_found'],
      }),
    },
    async (request) => {
      await requestReset(deps, request.body.email, sourceOf(request))
      return { message: textsFor(request).messages.reset_instructions_sent }
    },
  )

  app.post(
    '/auth/password/reset/check',
    {
      schema: contract({
        id: 'checkResetLink',
        tag: 'Auth',
        summary: 'Look at a reset link',
        description: 'Never uses it up: mail scanners open links. Expired, used and made-up links get one answer.',
        access: 'public',
        body: Link,
        answers: {
          200: {
            description: 'It works.',
            schema: LinkState,
            example: { valid: true, expires_at: '2026-05-04T10:30:00.000Z' },
          },
        },
        refuses: ['reset_link_invalid'],
      }),
    },
    async (request) => {
      const expiresAt = await checkResetLink(deps, request.body.token)
      return { valid: true as const, expires_at: expiresAt.toISOString() }
    },
  )

  app.post(
    '/auth/password/reset',
    {
      schema: contract({
        id: 'resetPassword',
        tag: 'Auth',
        summary: 'Set a password by a link',
        description:
          'Kills every link of the user, ends all sessions, clears a forced change. The second factor is asked for at the next sign-in as ever. A refused password leaves the link usable. Releases a locked account, and makes this browser known to it (cookie `omnicrm_device`) in place of those before, so that the sign-in is heard though strangers go on guessing.',
        access: 'public',
        body: Reset,
        answers: {
          200: {
            description: 'Set; go to sign-in.',
            schema: ref(Message),
            example: { message: 'Password has been reset successfully' },
          },
        },
        refuses: ['reset_link_invalid', ...PASSWORD_FAULTS, 'overloaded'],
      }),
    },
    async (request, reply) => {
      const { token, new_password: newPassword, confirm_password: confirmPassword } = request.body
      const deviceToken = await resetPassword(deps, token, { newPassword, confirmPassword }, sourceOf(request))
      setDeviceCookie(request, reply, deps.config, deviceToken)
      return { message: textsFor(request).messages.password_reset }
    },
  )

  app.post(
    '/auth/password/change',
    {
      onRequest: guards.sessionOrStep('password_change'),
      schema: contract({
        id: 'changePassword',
        tag: 'Auth',
        summary: 'Change the password',
        description:
          'With an access token: needs `current_password`; all other sessions end, this one goes on. With the step token of `password_change_required`: the answer is the next outcome of the sign-in.',
        access: 'session_or_step',
        body: Change,
        answers: {
          200: {
            description: 'Changed; with a step token, how far the sign-in has come.',
            schema: Type.Unsafe<unknown>({ anyOf: [ref(Message), ref(SignInOutcome)] }),
            example: { message: 'The password has been changed.' },
          },
        },
        refuses: [...PASSWORD_FAULTS, 'wrong_password', 'account_locked', 'overloaded'],
      }),
    },
    async (request, reply) => {
      const {
        current_password: currentPassword,
        new_password: newPassword,
        confirm_password: confirmPassword,
      } = request.body
      const bearer = bearerOf(request)
      if (bearer.kind === 'session') {
        if (currentPassword === undefined) throw fieldRefusal('/current_password', 'required')
        await changePassword(deps, bearer, { currentPassword, newPassword, confirmPassword }, sourceOf(request))
        return { message: textsFor(request).messages.password_changed }
      }
      if (currentPassword !== undefined) throw fieldRefusal('/current_password', 'notWithStepToken')
      const outcome = await changeTemporaryPassword(deps, bearer, { newPassword, confirmPassword }, sourceOf(request))
      return replyOutcome(reply, deps.config, outcome)
    },
  )
}
