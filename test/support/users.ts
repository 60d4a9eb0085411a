/** Users in the states that tests need, set up in the database, and the ways in which they sign in. */
import { sql } from 'kysely'
import { emailKey } from '../../src/policy/email-key.ts'
import type { TestApp } from './app.ts'
import { Authenticator } from './authenticator.ts'
import type { Answer } from './client.ts'

export const PASSWORD = 'plum-tractor-Quilt-9'
export const NEW_PASSWORD = 'violet-anchor-Maple-4'

export interface TestUser {
  id: number
  email: string
  password: string
}

export interface UserOptions {
  email?: string
  roles?: string[]
  password?: string
  state?: 'set' | 'temporary' | 'none'
  active?: boolean
  firstName?: string
  lastName?: string
  locale?: string
}

let count = 0

/** Staff with a password, unless told otherwise. */
export async function createUser({ db, deps }: TestApp, options: UserOptions = {}): Promise<TestUser> {
  count += 1
  const email = options.email ?? `user${count}@example.com`
  const password = options.password ?? PASSWORD
  const state = options.state ?? 'set'
  const now = deps.clock.now()
  const { id } = await db
    .insertInto('users')
    .values({
      email,
      email_key: emailKey(email) ?? email,
      first_name: options.firstName ?? 'Jane',
      last_name: options.lastName ?? 'Doe',
      locale: options.locale ?? 'en',
      active: options.active ?? true,
      password_state: state,
      password_hash: state === 'none' ? null : await deps.hasher.hash(password),
      temporary_password_expires_at: state === 'temporary' ? new Date(now.getTime() + 72 * 3_600_000) : null,
      created_at: now,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const roles = options.roles ?? ['customer_service_agent_1']
  if (roles.length > 0) {
    await db
      .insertInto('user_roles')
      .values(roles.map((role_name) => ({ user_id: id, role_name })))
      .execute()
  }
  return { id, email, password }
}

export function login(
  { call }: TestApp,
  user: Pick<TestUser, 'email' | 'password'>,
  more: object = {},
): Promise<Answer> {
  return call('POST', '/auth/login', { body: { email: user.email, password: user.password, ...more } })
}

/** Signs in, through the second factor where there is one, and returns the body of `authenticated`. */
export async function signIn(
  app: TestApp,
  user: TestUser,
  authenticator?: Authenticator,
  more: object = {},
): Promise<Answer['body']> {
  const first = await login(app, user, more)
  if (first.body.status !== 'two_factor_required' || !authenticator) return expectAuthenticated(first)
  // A code opens once: move on to the next one, as a person would wait for it.
  app.clock.advance(30)
  const code = authenticator.code(app.clock.now())
  return expectAuthenticated(
    await app.call('POST', `/2fa/verify/user/${user.id}`, { token: first.body.step_token, body: { code } }),
  )
}

/** Enrols the user over HTTP; afterwards a sign-in asks for a code. */
export async function enrol(app: TestApp, user: TestUser) {
  const { access_token: token } = await signIn(app, user)
  const offer = await app.call('POST', `/2fa/enable/user/${user.id}`, { token, body: { password: user.password } })
  const authenticator = new Authenticator(offer.body.provisioning_uri)
  const code = authenticator.code(app.clock.now())
  const done = await app.call('POST', `/2fa/verify-setup/user/${user.id}`, { token, body: { code } })
  if (done.status !== 200) throw new Error(`enrolment failed: ${done.text}`)
  return {
    authenticator,
    backupCodes: offer.body.backup_codes as string[],
    token: token as string,
    confirmedWith: code,
  }
}

export async function demandSecondFactor({ db }: TestApp, policy: { all?: boolean; roles?: string[] }): Promise<void> {
  await db
    .updateTable('policy')
    .set({ two_factor_required_for_all: policy.all ?? false, two_factor_required_roles: policy.roles ?? [] })
    .execute()
}

/** Types of the events about this user, oldest first. */
export async function eventsAbout({ db }: TestApp, userId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('events')
    .select(['type', 'outcome'])
    .where('subject_id', '=', userId)
    .orderBy('id')
    .execute()
  return rows.map((row) => (row.outcome === 'success' ? row.type : `${row.type}!`))
}

/** Runs the same call many times at once and counts the answers by status and code. */
export async function race(
  times: number,
  act: (n: number) => Promise<Answer>,
): Promise<{ answers: Answer[]; tally: Record<string, number> }> {
  const answers = await Promise.all(Array.from({ length: times }, (_, n) => act(n)))
  const tally: Record<string, number> = {}
  for (const answer of answers) tally[gist(answer)] = (tally[gist(answer)] ?? 0) + 1
  return { answers, tally }
}

/** An answer in two words: `403 forbidden`, `200 authenticated`; the status alone where there is no more to say. */
export function gist({ status, body }: Answer): string {
  return [status, body?.code ?? body?.status].filter(Boolean).join(' ')
}

export async function deactivate({ db }: TestApp, userId: number): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`update users set active = false, credentials_version = credentials_version + 1 where id = ${userId}`.execute(
      tx,
    )
    await tx.deleteFrom('sessions').where('user_id', '=', userId).execute()
    await tx.deleteFrom('steps').where('user_id', '=', userId).execute()
  })
}

function expectAuthenticated(answer: Answer): Answer['body'] {
  if (answer.body?.status !== 'authenticated')
    throw new Error(`expected a signed-in user, got ${answer.status} ${answer.text}`)
  return answer.body
}
