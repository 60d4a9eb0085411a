/** Two-factor authentication: enrolment, the second step of a sign-in, backup codes. */
import { Type } from 'typebox'
import type { Deps } from '../../deps.ts'
import type { App } from '../../http/app-type.ts'
import { bearerOf, type Guards, sessionOf, stepOf } from '../../http/authenticate.ts'
import { contract } from '../../http/contract.ts'
import { exampleAuthenticated } from '../../http/examples.ts'
import { textsFor } from '../../http/language.ts'
import { replyOutcome } from '../../http/reply-outcome.ts'
import { closed, codeInput, currentPasswordInput, Message, ref, SignInOutcome, userId } from '../../http/schemas.ts'
import { sourceOf } from '../../http/source.ts'
import { beginEnrolment } from './begin-enrolment.ts'
import { confirmEnrolment } from './confirm-enrolment.ts'
import { disableTwoFactor } from './disable.ts'
import { readTwoFactorStatus } from './read-status.ts'
import { regenerateBackupCodes } from './regenerate-backup-codes.ts'
import { verifySecondFactor } from './verify-second-factor.ts'

const UserId = Type.Object({ user_id: userId }, closed)
const Password = Type.Object(
  { password: currentPasswordInput },
  { ...closed, examples: [{ password: 'current_password' }] },
)
const Code = Type.Object({ code: codeInput }, { ...closed, examples: [{ code: '123456' }, { code: '3fa5b9c2' }] })

const backupCodes = Type.Array(Type.String(), { description: 'Eight codes for one use each, shown only now.' })
const exampleCodes = ['3fa5b9c2', '0c41d7e8', '9b2f6a10', '57e0c3d4', 'e81b4f76', '2d9a05bc', '764fe2a1', 'b03c98d5']

const EnrolmentOffer = Type.Object({
  provisioning_uri: Type.String({ description: 'Draw it as a QR code for the authenticator app.' }),
  secret: Type.String({ description: 'The same secret in base32, to type in by hand.' }),
  backup_codes: backupCodes,
})

const EnrolmentDone = Type.Object({ message: Type.String(), two_factor_enabled: Type.Literal(true) })

const Status = Type.Object({
  enabled: Type.Boolean(),
  required: Type.Boolean({ description: 'Policy demands it, so it cannot be switched off.' }),
  show_prompts: Type.Boolean({
    description: 'False for pure customers, whom front ends do not ask to enrol; they may all the same.',
  }),
  backup_codes_remaining: Type.Integer(),
})

export function twoFactorRoutes(app: App, deps: Deps, guards: Guards): void {
  app.post(
    '/2fa/enable/user/:user_id',
    {
      onRequest: guards.sessionOrStep('two_factor_setup'),
      schema: contract({
        id: 'enableTwoFactor',
        tag: 'Two-factor',
        summary: 'Begin enrolment',
        description:
          'Makes a secret and backup codes. They open nothing until `verify-setup` confirms them; calling again replaces them. `user_id` must be your own.',
        access: 'session_or_step',
        params: UserId,
        body: Password,
        answers: {
          200: {
            description: 'What the authenticator app needs, and the backup codes.',
            schema: EnrolmentOffer,
            example: {
              provisioning_uri:
                'otpauth://totp/OmniCRM:jane.doe%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=OmniCRM',
              secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
              backup_codes: exampleCodes,
            },
          },
        },
        refuses: ['wrong_password', 'account_locked', 'forbidden', 'two_factor_already_enabled', 'overloaded'],
      }),
    },
    async (request) => {
      const input = { userId: request.params.user_id, password: request.body.password }
      const offer = await beginEnrolment(deps, bearerOf(request), input, sourceOf(request))
      return { provisioning_uri: offer.provisioningUri, secret: offer.secret, backup_codes: offer.backupCodes }
    },
  )

  app.post(
    '/2fa/verify-setup/user/:user_id',
    {
      onRequest: guards.sessionOrStep('two_factor_setup'),
      schema: contract({
        id: 'confirmTwoFactor',
        tag: 'Two-factor',
        summary: 'Confirm enrolment with a code',
        description:
          'Switches two-factor authentication on and ends all other sessions. With a step token the answer is the next outcome of the sign-in.',
        access: 'session_or_step',
        params: UserId,
        body: Code,
        answers: {
          200: {
            description: 'It is on; or, with a step token, how far the sign-in has come.',
            schema: Type.Unsafe<unknown>({ anyOf: [EnrolmentDone, ref(SignInOutcome)] }),
            example: { message: 'Two-factor authentication is on.', two_factor_enabled: true },
          },
        },
        refuses: ['invalid_code', 'two_factor_locked', 'forbidden', 'two_factor_not_pending'],
      }),
    },
    async (request, reply) => {
      const input = { userId: request.params.user_id, code: request.body.code }
      const outcome = await confirmEnrolment(deps, bearerOf(request), input, sourceOf(request))
      if (!outcome) return { message: textsFor(request).messages.two_factor_enabled, two_factor_enabled: true }
      return replyOutcome(reply, deps.config, outcome)
    },
  )

  app.post(
    '/2fa/verify/user/:user_id',
    {
      onRequest: guards.step('two_factor'),
      schema: contract({
        id: 'verifyTwoFactor',
        tag: 'Two-factor',
        summary: 'The second factor of a sign-in',
        description:
          'Takes the step token of `two_factor_required` and the current code, or a backup code. A wrong code leaves the step usable until the fifth. After 100 wrong codes in a row none is heard (403 `two_factor_locked`) until an administrator unlocks the account or resets its second factor.',
        access: 'step',
        params: UserId,
        body: Code,
        answers: {
          200: {
            description: 'How far the sign-in has come.',
            schema: ref(SignInOutcome),
            example: exampleAuthenticated,
          },
        },
        refuses: [[401, 'invalid_code'], 'two_factor_locked', 'forbidden'],
      }),
    },
    async (request, reply) => {
      const input = { userId: request.params.user_id, code: request.body.code }
      const outcome = await verifySecondFactor(deps, stepOf(request), input, sourceOf(request))
      return replyOutcome(reply, deps.config, outcome)
    },
  )

  app.post(
    '/2fa/backup-codes/regenerate/user/:user_id',
    {
      onRequest: guards.session,
      schema: contract({
        id: 'regenerateBackupCodes',
        tag: 'Two-factor',
        summary: 'New backup codes',
        description:
          'Makes eight new codes; all old ones are dead. Send the password when you signed in more than 15 minutes ago.',
        access: 'session',
        params: UserId,
        body: Type.Object(
          { password: Type.Optional(currentPasswordInput) },
          { ...closed, examples: [{}, { password: 'current_password' }] },
        ),
        answers: {
          200: {
            description: 'The new codes, shown only now.',
            schema: Type.Object({ backup_codes: backupCodes }),
            example: { backup_codes: exampleCodes },
          },
        },
        refuses: [
          'reauthentication_required',
          'wrong_password',
          'account_locked',
          'forbidden',
          'two_factor_not_enabled',
          'overloaded',
        ],
      }),
    },
    async (request) => {
      const input = { userId: request.params.user_id, password: request.body.password }
      return { backup_codes: await regenerateBackupCodes(deps, sessionOf(request), input, sourceOf(request)) }
    },
  )

  app.get(
    '/2fa/status/user/:user_id',
    {
      onRequest: guards.session,
      schema: contract({
        id: 'readTwoFactorStatus',
        tag: 'Two-factor',
        summary: 'Is it on?',
        description: 'The state of two-factor authentication for the caller.',
        access: 'session',
        params: UserId,
        answers: {
          200: {
            description: 'The state.',
            schema: Status,
            example: { enabled: true, required: false, show_prompts: true, backup_codes_remaining: 8 },
          },
        },
        refuses: ['forbidden'],
      }),
    },
    async (request) => {
      const status = await readTwoFactorStatus(deps, sessionOf(request), request.params.user_id)
      return {
        enabled: status.enabled,
        required: status.required,
        show_prompts: status.showPrompts,
        backup_codes_remaining: status.backupCodesRemaining,
      }
    },
  )

  app.post(
    '/2fa/disable/user/:user_id',
    {
      onRequest: guards.session,
      schema: contract({
        id: 'disableTwoFactor',
        tag: 'Two-factor',
        summary: 'Switch it off',
        description: 'Needs the password and a code. Ends all other sessions.',
        access: 'session',
        params: UserId,
        body: Type.Object(
          { password: currentPasswordInput, code: codeInput },
          { ...closed, examples: [{ password: 'current_password', code: '123456' }] },
        ),
        answers: {
          200: {
            description: 'It is off.',
            schema: ref(Message),
            example: { message: 'Two-factor authentication is off.' },
          },
        },
        refuses: [
          'wrong_password',
          'account_locked',
          'invalid_code',
          'two_factor_locked',
          'forbidden',
          'two_factor_not_enabled',
          'two_factor_required',
          'overloaded',
        ],
      }),
    },
    async (request) => {
      const input = { userId: request.params.user_id, ...request.body }
      await disableTwoFactor(deps, sessionOf(request), input, sourceOf(request))
      return { message: textsFor(request).messages.two_factor_disabled }
    },
  )
}
