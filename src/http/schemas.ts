/** The schemas that several calls share. Each has an `$id`, under which the OpenAPI document names it. */
import { type Static, type TSchema, Type } from 'typebox'
import { refusals } from '../errors.ts'
import { API_KEY_STATES, type ApiKeyState } from '../policy/api-keys.ts'
import { EVENT_TYPES, type EventType } from '../policy/event-types.ts'
import { LOCALES, type Locale } from '../policy/locales.ts'
import { PASSWORD_INPUT_LIMIT } from '../policy/passwords.ts'
import { USER_ACTIONS, type UserAction } from '../policy/permissions.ts'
import { nameRule, phoneRule } from '../policy/user-fields.ts'
import { PERMISSION_NAME, ROLE_NAME, STORABLE } from './patterns.ts'

/** Refers to a shared schema by its name and keeps its type. */
export function ref<T extends TSchema & { $id: string }>(schema: T) {
  return Type.Unsafe<Static<T>>({ $ref: `${schema.$id}#` })
}

function named<const Id extends string, T extends TSchema>($id: Id, schema: T): T & { $id: Id } {
  return { ...schema, $id }
}

export const closed = { additionalProperties: false } as const

export const nullableString = (options: object = {}) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], ...options })

export const timestamp = (description: string) => Type.String({ format: 'date-time', description })
export const nullableTimestamp = (description: string) => nullableString({ format: 'date-time', description })

export const userId = Type.Integer({
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'The user id: a positive integer, never reused.',
})

/** The length keeps the `urn:uuid:` notation out, which the format allows and PostgreSQL does not read. */
export const uuidInput = (description: string) => Type.String({ format: 'uuid', maxLength: 36, description })

export const emailInput = Type.String({
  minLength: 1,
  maxLength: 1024,
  description: 'The e-mail address. Case and surrounding spaces do not count.',
  examples: ['jane.doe@example.com'],
})

export const storable = (options: object = {}) => Type.String({ pattern: STORABLE, ...options })

export const nameInput = Type.String({
  ...nameRule,
  description: 'Not blank, without control characters.',
})
export const phoneInput = nullableString({
  ...phoneRule,
  description: 'As people write it; null removes it.',
})
export const localeInput = Type.Unsafe<Locale>({
  type: 'string',
  enum: [...LOCALES],
  description: 'The language of mails.',
})

export const newPasswordInput = Type.String({
  maxLength: PASSWORD_INPUT_LIMIT,
  description:
    '8 to 128 characters; no rules on their kind. Not the own e-mail or name, not the name of the product, and not among the most common breached passwords.',
})

export const currentPasswordInput = Type.String({
  maxLength: PASSWORD_INPUT_LIMIT,
  description: 'The current password.',
})

export const linkTokenInput = Type.String({ maxLength: 1024, description: 'The last part of the mailed link.' })

export const codeInput = Type.String({
  minLength: 1,
  maxLength: 64,
  description:
    'The 6 digits of the authenticator app, or a backup code. Case, spaces and hyphens of a backup code do not count.',
})

export const roleNameInput = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: ROLE_NAME,
  description: 'Lower-case letters, digits and `_ . -`.',
})

export const permissionsInput = Type.Array(
  Type.String({
    minLength: 1,
    maxLength: 100,
    pattern: PERMISSION_NAME,
    description: 'Lower-case letters, digits and `_ . : -`; not `admin`.',
  }),
  { maxItems: 200, uniqueItems: true, description: 'Free names; they reach other services in access tokens.' },
)

const Problem = named(
  'Problem',
  Type.Object(
    {
      type: Type.String({ description: 'A URI for the kind of problem.' }),
      title: Type.String({ description: 'What is wrong, in the language of Accept-Language.' }),
      status: Type.Integer(),
      detail: Type.String({ description: 'What to do about it.' }),
      code: Type.Unsafe<keyof typeof refusals>({
        type: 'string',
        enum: Object.keys(refusals),
        description: 'Stable; branch on this.',
      }),
      request_id: Type.String({ description: 'Names this request in the logs.' }),
      errors: Type.Optional(
        Type.Array(Type.Object({ path: Type.String({ examples: ['/email'] }), message: Type.String() }), {
          description: 'With `validation_failed` and `unknown_role`: each field that is wrong.',
        }),
      ),
      attempts_left: Type.Optional(
        Type.Integer({ description: 'With `invalid_code`: codes that may still be tried in this step.' }),
      ),
      permission: Type.Optional(
        Type.String({ description: 'With `permission_required`: the permission that is missing.' }),
      ),
    },
    { description: 'A refusal (RFC 9457).' },
  ),
)

export const User = named(
  'User',
  Type.Object({
    id: userId,
    email: Type.String(),
    first_name: Type.String(),
    last_name: Type.String(),
    phone: nullableString(),
    locale: Type.String({ description: 'The language of mails to this user: `en`, `fr`, `es` or `ar`.' }),
    active: Type.Boolean(),
    roles: Type.Array(Type.String()),
    permissions: Type.Array(Type.String(), { description: 'What the roles give; `admin` implies every other.' }),
    two_factor_enabled: Type.Boolean(),
    login_count: Type.Integer({ description: 'Finished sign-ins.' }),
    last_login_at: nullableTimestamp('The last finished sign-in.'),
    created_at: timestamp('When the account was made.'),
  }),
)

export const AdminUser = named(
  'AdminUser',
  Type.Object({
    ...User.properties,
    actions: Type.Array(Type.Unsafe<UserAction>({ type: 'string', enum: [...USER_ACTIONS] }), {
      description: 'What applies to this user now and is open to this caller: show these icons.',
    }),
    locked: Type.Boolean({ description: 'Wrong passwords or codes hold this account up.' }),
    locked_until: nullableTimestamp('When the wait ends by itself; null with `locked`: only when someone unlocks it.'),
    password_state: Type.Unsafe<'none' | 'temporary' | 'set'>({ type: 'string', enum: ['none', 'temporary', 'set'] }),
    version: Type.Integer({ description: 'The ETag: bumped by edits only.' }),
  }),
)

export const Role = named(
  'Role',
  Type.Object({
    name: Type.String(),
    description: Type.String(),
    permissions: Type.Array(Type.String()),
    built_in: Type.Boolean(),
    user_count: Type.Integer(),
    assignable: Type.Boolean({ description: 'This caller may give it to a user.' }),
  }),
)

const stateOfKey = Type.Unsafe<ApiKeyState>({ type: 'string', enum: [...API_KEY_STATES] })

export const ApiKey = named(
  'ApiKey',
  Type.Object({
    id: Type.String({
      format: 'uuid',
      description: 'Stays the same when the key is regenerated; the `client_id` of its access tokens.',
    }),
    name: Type.String(),
    description: Type.String(),
    masked: Type.String({ description: 'The beginning of the key, to tell it from others.', examples: ['oak_x7Qm…'] }),
    status: stateOfKey,
    permissions: Type.Array(Type.String(), { description: 'What it was given.' }),
    effective_permissions: Type.Array(Type.String(), {
      description:
        'What it may do now: of its permissions those that whoever issued it still holds. None when they are deactivated or deleted.',
    }),
    allowed_addresses: Type.Array(Type.String(), { description: 'From where it may be used; empty: from everywhere.' }),
    created_by: Type.Integer({ description: 'The user who made it.' }),
    issued_by: Type.Integer({
      description: 'The user who has seen the present secret: who made the key or regenerated it last.',
    }),
    created_at: timestamp('When it was made.'),
    expires_at: nullableTimestamp('From when on it opens nothing; null: never.'),
    revoked_at: nullableTimestamp('When it was revoked.'),
    previous_valid_until: nullableTimestamp('Until when the key before the last regeneration goes on.'),
    last_used_at: nullableTimestamp('The last use, up to a minute late.'),
    last_used_ip: nullableString({ description: 'From where.' }),
  }),
)

export const AuditEvent = named(
  'AuditEvent',
  Type.Object({
    id: Type.Integer(),
    at: timestamp('When it happened.'),
    type: Type.Unsafe<EventType>({ type: 'string', enum: [...EVENT_TYPES] }),
    outcome: Type.Unsafe<'success' | 'failure'>({ type: 'string', enum: ['success', 'failure'] }),
    actor: Type.Object({
      kind: Type.Unsafe<string>({ type: 'string', enum: ['user', 'api_key', 'cli', 'system', 'anonymous'] }),
      id: nullableString(),
    }),
    subject: Type.Unsafe<number | null>({ type: ['integer', 'null'], description: 'The user id that it is about.' }),
    session_id: nullableString(),
    ip: nullableString(),
    user_agent: nullableString(),
    request_id: nullableString(),
    details: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
  }),
)

export const Session = named(
  'Session',
  Type.Object({
    id: Type.String({ format: 'uuid', description: 'The `sid` of its access tokens.' }),
    current: Type.Boolean({ description: 'The session that made this call.' }),
    ip: nullableString({ description: 'Where it was opened from.' }),
    user_agent: nullableString(),
    created_at: timestamp('When it was opened.'),
    last_used_at: timestamp('The last refresh.'),
    expires_at: timestamp('When it ends unless it is used before.'),
    remember_me: Type.Boolean(),
    impersonated_by: Type.Optional(
      Type.Integer({ description: 'Someone else acts as the user: the user id of who does. Absent otherwise.' }),
    ),
  }),
)

export const Authenticated = named(
  'Authenticated',
  Type.Object(
    {
      status: Type.Literal('authenticated'),
      access_token: Type.String({ description: 'A JWT by RFC 9068. Send it as `Authorization: Bearer …`.' }),
      token_type: Type.Literal('Bearer'),
      expires_in: Type.Integer({ description: 'Seconds until the access token expires.' }),
      refresh_token: Type.Optional(Type.String({ description: 'Opaque. Absent with `token_delivery: "cookie"`.' })),
      refresh_expires_in: Type.Integer({ description: 'Seconds until the session ends unless it is refreshed.' }),
      redirect_to: Type.String({ description: 'Where the front end goes now.', examples: ['/customers'] }),
      user: ref(User),
    },
    { description: 'The user is signed in.' },
  ),
)

const stepFields = {
  user_id: userId,
  step_token: Type.String({
    description: 'Opens this step once. Send it as `Authorization: Bearer …`. It is no access token.',
  }),
  expires_in: Type.Integer({ description: 'Seconds until the step token expires.' }),
}

const TwoFactorRequired = named(
  'TwoFactorRequired',
  Type.Object(
    {
      status: Type.Literal('two_factor_required'),
      ...stepFields,
      methods: Type.Array(Type.Unsafe<string>({ type: 'string', enum: ['totp', 'backup_code'] })),
    },
    {
      description:
        'Show the 2FA screen; the code goes to `POST /2fa/verify/user/{user_id}`. To cancel, forget the token.',
    },
  ),
)

const PasswordChangeRequired = named(
  'PasswordChangeRequired',
  Type.Object(
    { status: Type.Literal('password_change_required'), ...stepFields },
    { description: 'Show the "change password" screen; the new password goes to `POST /auth/password/change`.' },
  ),
)

const TwoFactorSetupRequired = named(
  'TwoFactorSetupRequired',
  Type.Object(
    { status: Type.Literal('two_factor_setup_required'), ...stepFields },
    { description: 'Show the 2FA enrolment; it starts at `POST /2fa/enable/user/{user_id}`.' },
  ),
)

/** A page of a list. */
export const pageOf = <T extends TSchema & { $id: string }>(schema: T) =>
  Type.Object({
    items: Type.Array(ref(schema)),
    next_cursor: nullableString({ description: 'Send it as `cursor` for the next page; null on the last one.' }),
  })

/** How many entries a page has unless `limit` says so: defaults in the contract are told, not filled in. */
export const PAGE_SIZE = 50

export const pageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: PAGE_SIZE })),
  cursor: Type.Optional(Type.String({ maxLength: 1024, description: 'The `next_cursor` of the page before.' })),
}

const outcomes = [Authenticated, TwoFactorRequired, PasswordChangeRequired, TwoFactorSetupRequired] as const

export const SignInOutcome = named(
  'SignInOutcome',
  Type.Unsafe<Static<(typeof outcomes)[number]>>({
    description: 'How far the sign-in has come. Branch on `status`.',
    oneOf: outcomes.map(ref),
    discriminator: {
      propertyName: 'status',
      mapping: Object.fromEntries(
        outcomes.map((outcome) => [outcome.properties.status.const, `#/components/schemas/${outcome.$id}`]),
      ),
    },
  }),
)

export const Message = named(
  'Message',
  Type.Object({ message: Type.String({ description: 'For people, in the language of Accept-Language.' }) }),
)

export const sharedSchemas = [
  Problem,
  User,
  AdminUser,
  Role,
  ApiKey,
  AuditEvent,
  Session,
  ...outcomes,
  SignInOutcome,
  Message,
]
