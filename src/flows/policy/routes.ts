/** What the organisation demands, and whether its mail works. */
import { Type } from 'typebox'
import type { Deps } from '../../deps.ts'
import type { App } from '../../http/app-type.ts'
import { type Guards, sessionOf } from '../../http/authenticate.ts'
import { contract } from '../../http/contract.ts'
import { closed, nullableString, nullableTimestamp, storable } from '../../http/schemas.ts'
import { sourceOf } from '../../http/source.ts'
import type { TwoFactorPolicy } from '../../store/policy.ts'
import { changePolicy } from './change-policy.ts'
import { readMailState, readPolicy } from './read-policy.ts'

const example = { two_factor: { required_for_all: false, required_roles: ['admin'] } }

const twoFactor = {
  required_for_all: Type.Boolean({ description: 'Of everybody but pure customers.' }),
  required_roles: Type.Array(storable({ maxLength: 100 }), { maxItems: 200, uniqueItems: true }),
}
const Policy = Type.Object({ two_factor: Type.Object(twoFactor) })
const PolicyInput = Type.Object({ two_factor: Type.Object(twoFactor, closed) }, { ...closed, examples: [example] })

const MailState = Type.Object({
  transport: Type.Unsafe<'mailjet' | 'file'>({ type: 'string', enum: ['mailjet', 'file'] }),
  queued: Type.Integer({ description: 'On their way.' }),
  failed: Type.Integer({ description: 'Given up.' }),
  last_sent_at: nullableTimestamp('When the last one was accepted.'),
  last_error: nullableString({ description: 'A short code, like `mailjet_401`.' }),
})

export function policyRoutes(app: App, deps: Deps, guards: Guards): void {
  app.get(
    '/admin/policy',
    {
      onRequest: guards.personWith('manage_policy'),
      schema: contract({
        id: 'readPolicy',
        tag: 'Roles and policy',
        summary: 'Read the policy',
        description: 'Whom policy obliges to two-factor authentication.',
        access: 'session',
        permission: 'manage_policy',
        answers: { 200: { description: 'The policy.', schema: Policy, example } },
      }),
    },
    async () => present(await readPolicy(deps)),
  )

  app.put(
    '/admin/policy',
    {
      onRequest: guards.personWith('manage_policy'),
      schema: contract({
        id: 'changePolicy',
        tag: 'Roles and policy',
        summary: 'Change the policy',
        description:
          'Takes effect at the next sign-in or refresh. Never enforced on users whose only role is `customer`.',
        access: 'session',
        permission: 'manage_policy',
        body: PolicyInput,
        answers: { 200: { description: 'The policy as changed.', schema: Policy, example } },
        refuses: ['unknown_role'],
      }),
    },
    async (request) => {
      const { required_for_all: requiredForAll, required_roles: requiredRoles } = request.body.two_factor
      return present(await changePolicy(deps, sessionOf(request), { requiredForAll, requiredRoles }, sourceOf(request)))
    },
  )

  app.get(
    '/admin/mail',
    {
      onRequest: guards.permission('manage_policy'),
      schema: contract({
        id: 'readMailState',
        tag: 'Roles and policy',
        summary: 'Is mail working?',
        description: 'How many mails wait or were given up, when the last one went out, and what went wrong last.',
        access: 'caller',
        permission: 'manage_policy',
        answers: {
          200: {
            description: 'The state of mail.',
            schema: MailState,
            example: {
              transport: 'mailjet',
              queued: 0,
              failed: 0,
              last_sent_at: '2026-05-04T09:30:00.000Z',
              last_error: null,
            },
          },
        },
      }),
    },
    async () => {
      const state = await readMailState(deps)
      return { ...state, last_sent_at: state.last_sent_at?.toISOString() ?? null }
    },
  )
}

function present(policy: TwoFactorPolicy) {
  return { two_factor: { required_for_all: policy.requiredForAll, required_roles: policy.requiredRoles } }
}
