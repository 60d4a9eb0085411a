/** API keys: how other services call this one. */
import { Type } from 'typebox'
import type { Deps } from '../../deps.ts'
import type { App } from '../../http/app-type.ts'
import { type Guards, sessionOf } from '../../http/authenticate.ts'
import { contract } from '../../http/contract.ts'
import { readCursor, writeCursor } from '../../http/cursor.ts'
import { exampleApiKey } from '../../http/examples.ts'
import { readTime } from '../../http/parameters.ts'
import { presentApiKey } from '../../http/present.ts'
import {
  ApiKey,
  closed,
  nameInput,
  nullableTimestamp,
  PAGE_SIZE,
  pageOf,
  pageQuery,
  permissionsInput,
  ref,
  storable,
  uuidInput,
} from '../../http/schemas.ts'
import { sourceOf } from '../../http/source.ts'
import { API_KEY_STATES, type ApiKeyState, LONGEST_OVERLAP } from '../../policy/api-keys.ts'
import {
  type ApiKeyEdit,
  createApiKey,
  editApiKey,
  type IssuedApiKey,
  regenerateApiKey,
  revokeApiKey,
} from './edit-api-keys.ts'
import { listApiKeys, readApiKey } from './list-api-keys.ts'

const KeyId = Type.Object({ id: uuidInput('The `id` of the key.') }, closed)
const KeyQuery = Type.Object(
  {
    ...pageQuery,
    status: Type.Optional(Type.Unsafe<ApiKeyState>({ type: 'string', enum: [...API_KEY_STATES] })),
    expiring_soon: Type.Optional(Type.Boolean({ description: '`true`: only active keys that expire within 30 days.' })),
  },
  closed,
)

const settings = {
  description: Type.Optional(storable({ maxLength: 500 })),
  allowed_addresses: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 50, examples: ['10.20.0.0/16', '2001:db8::7'] }), {
      maxItems: 100,
      description:
        'Addresses and networks (CIDR; IPv4 and IPv6) from which the key may be used; empty: from everywhere. The address is the one that trusted proxies report (`TRUST_PROXY`).',
    }),
  ),
  expires_at: Type.Optional(nullableTimestamp('From then on it opens nothing; null: never.')),
}
const NewKey = Type.Object(
  { name: nameInput, permissions: permissionsInput, ...settings },
  {
    ...closed,
    examples: [
      {
        name: 'Invoices',
        permissions: ['view_user'],
        allowed_addresses: ['10.20.0.0/16'],
        expires_at: '2027-01-15T08:00:00.000Z',
      },
    ],
  },
)
const Edit = Type.Object(
  { name: Type.Optional(nameInput), permissions: Type.Optional(permissionsInput), ...settings },
  { ...closed, examples: [{ expires_at: '2028-01-15T08:00:00.000Z' }] },
)
const Regeneration = Type.Object(
  {
    overlap_seconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: LONGEST_OVERLAP,
        default: 0,
        description: 'How long the present key goes on beside the new one, at most 30 days. 0: it ends at once.',
      }),
    ),
  },
  { ...closed, examples: [{ overlap_seconds: 86_400 }] },
)
const IssuedKey = Type.Object({
  api_key: Type.String({ description: 'The key itself. Shown once; nobody can show it again.' }),
  ...ApiKey.properties,
})

const access = { access: 'session', permission: 'manage_api_keys' } as const
const exampleIssued = { api_key: 'oak_x7QmB0d…', ...exampleApiKey }

export function apiKeyRoutes(app: App, deps: Deps, guards: Guards): void {
  const onRequest = guards.personWith('manage_api_keys')
  const presentIssued = ({ key, listed }: IssuedApiKey) => ({
    api_key: key,
    ...presentApiKey(listed, deps.clock.now()),
  })

  app.get(
    '/admin/api-keys',
    {
      onRequest,
      schema: contract({
        id: 'listApiKeys',
        tag: 'Services',
        summary: 'List API keys',
        description: 'Newest first; revoked and expired ones stay listed. The keys themselves are never shown again.',
        ...access,
        querystring: KeyQuery,
        answers: {
          200: {
            description: 'A page.',
            schema: pageOf(ApiKey),
            example: { items: [exampleApiKey], next_cursor: null },
          },
        },
        refuses: ['invalid_cursor'],
      }),
    },
    async (request) => {
      const { limit = PAGE_SIZE, cursor, status, expiring_soon: expiringSoon = false } = request.query
      const before = cursor === undefined ? undefined : readCursor('api-keys', cursor).id
      const { keys, more, now } = await listApiKeys(deps, { status, expiringSoon }, limit, before)
      const last = keys.at(-1)
      return {
        items: keys.map((key) => presentApiKey(key, now)),
        next_cursor: more && last ? writeCursor('api-keys', '', last.serial) : null,
      }
    },
  )

  app.post(
    '/admin/api-keys',
    {
      onRequest,
      schema: contract({
        id: 'createApiKey',
        tag: 'Services',
        summary: 'Create an API key',
        description:
          'With permissions that lie within your own; it loses each of them when you do. Send the key as `X-API-Key` on every call that names a permission, except those on roles, policy and keys, or exchange it at `POST /auth/token`. It looks like `oak_…` and ends in a checksum (CRC-32 in base 62), so that secret scanners recognise it.',
        ...access,
        body: NewKey,
        answers: { 201: { description: 'Created; the key is shown once.', schema: IssuedKey, example: exampleIssued } },
        refuses: ['forbidden'],
      }),
    },
    async (request, reply) => {
      const { name, description = '', permissions, allowed_addresses: allowedAddresses = [] } = request.body
      const expiresAt = readExpiry(request.body.expires_at) ?? null
      const draft = { name: name.trim(), description, permissions, allowedAddresses, expiresAt }
      const issued = await createApiKey(deps, sessionOf(request), draft, sourceOf(request))
      reply.code(201).header('location', `${deps.config.http.basePath}/admin/api-keys/${issued.listed.id}`)
      return presentIssued(issued)
    },
  )

  app.get(
    '/admin/api-keys/:id',
    {
      onRequest,
      schema: contract({
        id: 'readApiKey',
        tag: 'Services',
        summary: 'Read an API key',
        description: 'What it may do, and when it was last used.',
        ...access,
        params: KeyId,
        answers: { 200: { description: 'The key, masked.', schema: ref(ApiKey), example: exampleApiKey } },
        refuses: ['not_found'],
      }),
    },
    async (request) => presentApiKey(await readApiKey(deps, request.params.id), deps.clock.now()),
  )

  app.patch(
    '/admin/api-keys/:id',
    {
      onRequest,
      schema: contract({
        id: 'editApiKey',
        tag: 'Services',
        summary: 'Edit an API key',
        description:
          'Fields left out stay as they are; the key itself stays the same. Its permissions must lie within your own, before and after. An expired key can be extended, a revoked one cannot.',
        ...access,
        params: KeyId,
        body: Edit,
        answers: { 200: { description: 'The key as changed, masked.', schema: ref(ApiKey), example: exampleApiKey } },
        refuses: ['not_found', 'forbidden', 'api_key_inactive'],
      }),
    },
    async (request) => {
      const { allowed_addresses: allowedAddresses, expires_at, ...plain } = request.body
      const expiresAt = readExpiry(expires_at)
      const edit: ApiKeyEdit = {
        ...plain,
        ...(plain.name !== undefined && { name: plain.name.trim() }),
        ...(allowedAddresses && { allowedAddresses }),
        ...(expiresAt !== undefined && { expiresAt }),
      }
      const key = await editApiKey(deps, sessionOf(request), request.params.id, edit, sourceOf(request))
      return presentApiKey(key, deps.clock.now())
    },
  )

  app.post(
    '/admin/api-keys/:id/regenerate',
    {
      onRequest,
      schema: contract({
        id: 'regenerateApiKey',
        tag: 'Services',
        summary: 'Replace an API key by a new one',
        description:
          'Id, settings and permissions stay; the key is new and shown once. The present one goes on for `overlap_seconds`, so that services can be moved over. From now on the key does what *you* could do, so this is also how to take over the key of someone who has left. After a leak, leave the overlap at 0: every earlier key ends at once, and here the access tokens that were got with it. Services that verify tokens by themselves refuse those of the new key from its first two seconds, too.',
        ...access,
        params: KeyId,
        body: Regeneration,
        answers: { 200: { description: 'The new key, shown once.', schema: IssuedKey, example: exampleIssued } },
        refuses: ['not_found', 'forbidden', 'api_key_inactive'],
      }),
    },
    async (request) => {
      const { overlap_seconds: overlap = 0 } = request.body
      return presentIssued(
        await regenerateApiKey(deps, sessionOf(request), request.params.id, overlap, sourceOf(request)),
      )
    },
  )

  app.delete(
    '/admin/api-keys/:id',
    {
      onRequest,
      schema: contract({
        id: 'revokeApiKey',
        tag: 'Services',
        summary: 'Revoke an API key',
        description:
          'For good, and at once; here also for its access tokens. It stays listed as `revoked`. Revoking it again changes nothing.',
        ...access,
        params: KeyId,
        answers: { 204: { description: 'Revoked.' } },
        refuses: ['not_found', 'forbidden'],
      }),
    },
    async (request, reply) => {
      await revokeApiKey(deps, sessionOf(request), request.params.id, sourceOf(request))
      return reply.code(204).send()
    },
  )
}

/** Undefined where the field was left out. */
function readExpiry(text: string | null | undefined): Date | null | undefined {
  return typeof text === 'string' ? readTime('expires_at', text) : text
}
