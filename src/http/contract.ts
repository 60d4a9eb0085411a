/**
 * A route's contract, written once: Fastify validates by it and the OpenAPI document shows it, with every refusal that
 * the call can give and its codes.
 */
import type { FastifySchema } from 'fastify'
import { type TSchema, Type } from 'typebox'
import { Refusal, type RefusalCode, refusals } from '../errors.ts'
import type { OwnPermission } from '../policy/permissions.ts'
import { en } from '../texts/en.ts'
import { oauthMembers } from './oauth-errors.ts'
import { closed } from './schemas.ts'

type Tag =
  | 'Auth'
  | 'Sessions'
  | 'Two-factor'
  | 'Users'
  | 'Roles and policy'
  | 'Audit'
  | 'Services'
  | 'Discovery'
  | 'Operations'
/**
 * `caller`: a signed-in user or a service. `session`: a signed-in user; a service is told so. `any_session` lets in who
 * acts as someone else, too. `token`: an access token, whosever it is. `client`: a service, by any of OAuth's ways for
 * clients.
 */
type Access =
  | 'public'
  | 'session'
  | 'any_session'
  | 'step'
  | 'session_or_step'
  | 'caller'
  | 'api_key'
  | 'token'
  | 'client'

interface Answer {
  description: string
  /** Absent: no body. */
  schema?: TSchema
  example?: unknown
  contentType?: string
}

export interface ContractInput<Body extends TSchema, Params extends TSchema, Query extends TSchema> {
  id: string
  tag: Tag
  summary: string
  description: string
  access: Access
  /** With `session` and `caller`: the permission that the caller needs. */
  permission?: OwnPermission
  body?: Body
  /** A call of OAuth's: a form as its body, and refusals as RFC 6749 writes them. */
  oauth?: true
  params?: Params
  querystring?: Query
  answers: Record<number, Answer>
  /** What this call refuses, beyond what its parts imply. `[status, code]` where the status is not the table's. */
  refuses?: (RefusalCode | readonly [number, RefusalCode])[]
}

/** Always possible: the guard per source address, and a database that is away. */
const ALWAYS: RefusalCode[] = ['too_many_attempts', 'internal_error', 'unavailable']
const WITH_BODY: RefusalCode[] = ['validation_failed', 'malformed_json', 'body_too_large', 'unsupported_media_type']
const OF_TOKEN: RefusalCode[] = [
  'access_token_missing',
  'access_token_invalid',
  'access_token_expired',
  'session_ended',
]
const OF_ACCESS: Record<Access, RefusalCode[]> = {
  public: [],
  session: [...OF_TOKEN, 'people_only', 'impersonation_not_allowed'],
  any_session: [...OF_TOKEN, 'people_only'],
  step: ['step_token_invalid'],
  session_or_step: [...OF_TOKEN, 'step_token_invalid', 'people_only', 'impersonation_not_allowed'],
  caller: [...OF_TOKEN, 'impersonation_not_allowed', 'api_key_invalid', 'ambiguous_credentials'],
  api_key: ['api_key_missing', 'api_key_invalid', 'ambiguous_credentials'],
  token: [...OF_TOKEN, 'api_key_invalid'],
  client: ['api_key_missing', 'api_key_invalid', 'ambiguous_credentials'],
}
const SECURITY: Record<Access, Record<string, string[]>[]> = {
  public: [],
  session: [{ accessToken: [] }],
  any_session: [{ accessToken: [] }],
  step: [{ stepToken: [] }],
  session_or_step: [{ accessToken: [] }, { stepToken: [] }],
  caller: [{ accessToken: [] }, { apiKey: [] }],
  api_key: [{ apiKey: [] }],
  token: [{ accessToken: [] }],
  client: [{ clientCredentials: [] }, { apiKey: [] }],
}

/** A call that reads no query takes none. */
const NO_QUERY = Type.Object({}, closed)
/** OAuth ignores parameters that it does not know (RFC 6749, 3.1); readers of what is public and monitors add their own. */
const readsAnyQuery = ({ oauth, tag }: { oauth?: true; tag: Tag }) =>
  oauth === true || tag === 'Discovery' || tag === 'Operations'

type Contract<Body, Params, Query> = FastifySchema & { body: Body; params: Params; querystring: Query }

export function contract<Body extends TSchema, Params extends TSchema, Query extends TSchema>(
  input: ContractInput<Body, Params, Query>,
): Contract<Body, Params, Query> {
  const querystring = input.querystring ?? (readsAnyQuery(input) ? undefined : NO_QUERY)
  const implied = [
    ...ALWAYS,
    ...(input.body ? WITH_BODY.filter((code) => !input.oauth || code !== 'malformed_json') : []),
    ...(input.params || querystring ? (['validation_failed'] as const) : []),
    ...OF_ACCESS[input.access],
    ...(input.permission ? (['permission_required'] as const) : []),
  ]
  const schema = {
    operationId: input.id,
    tags: [input.tag],
    summary: input.summary,
    description: input.permission
      ? `${input.description}\n\nNeeds the permission \`${input.permission}\`.`
      : input.description,
    security: SECURITY[input.access],
    response: { ...answersOf(input.answers), ...problemsOf([...(input.refuses ?? []), ...implied], input.oauth) },
    ...(input.body && { body: input.body }),
    ...(input.oauth && { consumes: ['application/x-www-form-urlencoded'] }),
    ...(input.params && { params: input.params }),
    ...(querystring && { querystring }),
  }
  return schema as unknown as Contract<Body, Params, Query>
}

function answersOf(answers: Record<number, Answer>): Record<number, object> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => {
      const { description, schema, example, contentType = 'application/json' } = answer
      if (!schema) return [status, { description, type: 'null' }]
      const media = { schema, ...(example === undefined ? {} : { examples: { example: { value: example } } }) }
      return [status, { description, content: { [contentType]: media } }]
    }),
  )
}

/** One response a status, listing its codes. */
function problemsOf(
  entries: (RefusalCode | readonly [number, RefusalCode])[],
  oauth: true | undefined,
): Record<number, object> {
  const byStatus = new Map<number, Set<RefusalCode>>()
  for (const entry of entries) {
    const [status, code] = typeof entry === 'string' ? [refusals[entry], entry] : entry
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code))
  }
  return Object.fromEntries(
    [...byStatus].sort(([a], [b]) => a - b).map(([status, codes]) => [status, problem(status, [...codes], oauth)]),
  )
}

function problem(status: number, codes: RefusalCode[], oauth: true | undefined): object {
  const description = codes.map((code) => `\`${code}\`: ${en.refusals[code].title}.`).join(' ')
  const examples = Object.fromEntries(
    codes.map((code) => [
      code,
      { value: { ...exampleProblem(status, code), ...(oauth && oauthMembers(new Refusal(code))) } },
    ]),
  )
  const schema = {
    allOf: [{ $ref: 'Problem#' }, { type: 'object', properties: { code: { type: 'string', enum: codes } } }],
  }
  const waits = codes.some((code) => ['too_many_attempts', 'overloaded', 'unavailable'].includes(code))
  return {
    description,
    ...(waits && {
      headers: { 'Retry-After': { type: 'integer', description: 'Seconds until a try is heard again.' } },
    }),
    content: { [oauth ? 'application/json' : 'application/problem+json']: { schema, examples } },
  }
}

function exampleProblem(status: number, code: RefusalCode): object {
  const { title, detail } = en.refusals[code]
  return {
    type: `urn:omnicrm:problem:${code}`,
    title,
    status,
    detail,
    code,
    request_id: 'b1b2c3d4-0000-4000-8000-000000000001',
    ...(code === 'validation_failed' && { errors: [{ path: '/email', message: 'is required' }] }),
    ...(code === 'invalid_code' && { attempts_left: 4 }),
  }
}
