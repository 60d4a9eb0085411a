/** The administration's callers and calls, as tests make them. */
import type { TestApp } from './app.ts'
import type { Answer } from './client.ts'
import { createUser, signIn, type TestUser, type UserOptions } from './users.ts'

export interface Staff extends TestUser {
  token: string
}

let roles = 0

/** A role with these permissions. @returns its name. */
export async function createRole({ db }: TestApp, permissions: string[]): Promise<string> {
  roles += 1
  const name = `role_${roles}`
  await db.insertInto('roles').values({ name, permissions }).execute()
  return name
}

/** A signed-in user who holds these permissions and no others; with `admin` an administrator. */
export async function staffWith(app: TestApp, permissions: string[], options: UserOptions = {}): Promise<Staff> {
  const role = permissions.includes('admin') ? 'admin' : await createRole(app, permissions)
  const user = await createUser(app, { ...options, roles: [role] })
  const { access_token } = await signIn(app, user)
  return { ...user, token: access_token }
}

export const adminOf = (app: TestApp) => staffWith(app, ['admin'])

/** The administration's calls on users, in the name of this caller. */
export function usersAs({ call }: TestApp, { token }: { token: string }) {
  const on = (id: number) => `/admin/users/${id}`
  return {
    list: (query = '') => call('GET', `/admin/users${query}`, { token }),
    create: (body: object) => call('POST', '/admin/users', { token, body }),
    read: (id: number) => call('GET', on(id), { token }),
    edit: (id: number, body: object, ifMatch?: string) =>
      call('PATCH', on(id), { token, body, ...(ifMatch === undefined ? {} : { headers: { 'if-match': ifMatch } }) }),
    remove: (id: number, reason?: string) =>
      call('DELETE', on(id) + (reason === undefined ? '' : `?reason=${encodeURIComponent(reason)}`), { token }),
    resetPassword: (id: number, body: object = {}) => call('POST', `${on(id)}/reset-password`, { token, body }),
    resetTwoFactor: (id: number, body: object = {}) => call('POST', `${on(id)}/reset-2fa`, { token, body }),
    unlock: (id: number, body: object = {}) => call('POST', `${on(id)}/unlock`, { token, body }),
    welcome: (id: number) => call('POST', `${on(id)}/welcome-email`, { token }),
    sessions: (id: number) => call('GET', `${on(id)}/sessions`, { token }),
    endSessions: (id: number) => call('DELETE', `${on(id)}/sessions`, { token }),
  } satisfies Record<string, (...args: never[]) => Promise<Answer>>
}

/** All that the database holds about a user, to show that a refused act has changed nothing. */
export async function stateOf({ db }: TestApp, id: number) {
  const of = (table: 'sessions' | 'steps' | 'links' | 'user_roles' | 'mails') =>
    db.selectFrom(table).selectAll().where('user_id', '=', id).execute()
  return {
    user: await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst(),
    sessions: await of('sessions'),
    steps: await of('steps'),
    links: await of('links'),
    roles: await of('user_roles'),
    mails: await of('mails'),
    events: await db.selectFrom('events').select(['type', 'details']).where('subject_id', '=', id).execute(),
  }
}

/** The newest event of this type about a user, or about nobody. */
export async function lastEvent({ db }: TestApp, type: string, subjectId?: number) {
  let query = db.selectFrom('events').selectAll().where('type', '=', type)
  if (subjectId !== undefined) query = query.where('subject_id', '=', subjectId)
  return query.orderBy('id', 'desc').executeTakeFirstOrThrow()
}
