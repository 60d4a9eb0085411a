/** Passwords: the voluntary change, and the one that a temporary password forces. */
import { Type } from 'typebox'
import type { Deps } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import type { App } from '../../http/app-type.ts'
import { bearerOf, type Guards } from '../../http/authenticate.ts'
import { contract } from '../../http/contract.ts'
import { presentOutcome } from '../../http/present.ts'
import { setRefreshCookie } from '../../http/refresh-cookie.ts'
import { closed, currentPasswordInput, Message, newPasswordInput, ref, SignInOutcome } from '../../http/schemas.ts'
import { sourceOf } from '../../http/source.ts'
import { changePassword, changeTemporaryPassword } from './change-password.ts'

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

export function passwordRoutes(app: App, deps: Deps, guards: Guards): void {
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
        refuses: [
          'password_mismatch',
          'password_too_short',
          'password_too_long',
          'password_breached',
          'password_personal',
          'password_unchanged',
          'wrong_password',
          'overloaded',
        ],
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
        if (currentPassword === undefined) throw fieldProblem('/current_password', 'is required')
        await changePassword(deps, bearer, { currentPassword, newPassword, confirmPassword }, sourceOf(request))
        return { message: 'The password has been changed.' }
      }
      if (currentPassword !== undefined) throw fieldProblem('/current_password', 'must be left out with a step token')
      const outcome = await changeTemporaryPassword(deps, bearer, { newPassword, confirmPassword }, sourceOf(request))
      if (outcome.status === 'authenticated') setRefreshCookie(reply, deps.config, outcome.tokens)
      return presentOutcome(outcome)
    },
  )
}

function fieldProblem(path: string, message: string): Refusal {
  return new Refusal('validation_failed', { errors: [{ path, message }] })
}
