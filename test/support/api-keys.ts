/** API keys in the states that tests need. */

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
export async function tokenOf(app: TestApp, { id, api_key }: TestKey, scope?: string): Promise<string> {
  const form = { grant_type: 'client_credentials', client_id: id, client_secret: api_key, ...(scope && { scope }) }
  const answer = await app.call('POST', '/auth/token', { form })
  if (answer.status !== 200) throw new Error(`no token was issued: ${answer.text}`)
  return answer.body.access_token
}
