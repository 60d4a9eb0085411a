/** API keys in the states that tests need. */

import { signApiKeyToken } from '../../src/crypto/access-token.ts'
import { hashApiKey } from '../../src/crypto/api-key.ts'
import { randomTokenId } from '../../src/crypto/opaque-token.ts'
import { adminOf, type Staff } from './admin.ts'
import type { TestApp } from './app.ts'
import type { Answer } from './client.ts'

export interface TestKey {
  id: string
  api_key: string
}

const admins = new WeakMap<TestApp, Promise<Staff>>()

/** An administrator who makes keys, one for each app. */
export function keyMaker(app: TestApp): Promise<Staff> {
  const known = admins.get(app) ?? adminOf(app)
  admins.set(app, known)
  return known
}

/** A key with these permissions, made over HTTP by an administrator or by this caller. */
export async function keyWith(
  app: TestApp,
  permissions: string[],
  settings: object = {},
  maker?: Pick<Staff, 'token'>,
): Promise<TestKey> {
  const { token } = maker ?? (await keyMaker(app))
  const body = { name: 'A service', permissions, ...settings }
  const made = await app.call('POST', '/admin/api-keys', { token, body })
  if (made.status !== 201) throw new Error(`no key was made: ${made.text}`)
  return made.body
}

/** The calls on keys, in the name of this caller. */
export function keysAs({ call }: TestApp, { token }: { token: string }) {
  const on = (id: string) => `/admin/api-keys/${id}`
  return {
    list: (query = '') => call('GET', `/admin/api-keys${query}`, { token }),
    create: (body: object) => call('POST', '/admin/api-keys', { token, body }),
    read: (id: string) => call('GET', on(id), { token }),
    edit: (id: string, body: object) => call('PATCH', on(id), { token, body }),
    regenerate: (id: string, body: object = {}) => call('POST', `${on(id)}/regenerate`, { token, body }),
    revoke: (id: string) => call('DELETE', on(id), { token }),
  } satisfies Record<string, (...args: never[]) => Promise<Answer>>
}

/** The access token that the key is exchanged for. */
export async function tokenOf(app: TestApp, key: TestKey): Promise<string> {
  const { permissions, generation } = await app.db
    .selectFrom('api_key_secrets')
    .innerJoin('api_keys', 'api_keys.id', 'api_key_secrets.api_key_id')
    .where('hash', '=', hashApiKey(key.api_key) ?? Buffer.alloc(0))
    .select(['permissions', 'generation'])
    .executeTakeFirstOrThrow()
  const now = app.clock.now()
  const claims = { keyId: key.id, generation, permissions, jti: randomTokenId() }
  const signer = await app.deps.keys.signing.signer()
  return signApiKeyToken(signer, app.deps.config.token, claims, now, new Date(now.getTime() + 900_000))
}
