/** Users: who they are, their credentials, the roles and permissions they hold. */
import { type Selectable, sql } from 'kysely'
import { type Database, isUniqueViolation, type OpenTransaction, together, type Within } from './database.ts'
import { type Held, heldBy, withRoles } from './held-roles.ts'
import { inPlace, padded, shared } from './shared.ts'
import { type Askable, statement, statementForOne } from './statement.ts'
import type { PasswordState, Tables } from './tables.ts'

/** A user with roles and the permissions that these give, both sorted. */
export type UserRecord = Omit<Selectable<Tables['users']>, 'email_key' | 'search_text'> & {
  roles: string[]
  permissions: string[]
}

/** Who they are: what is shown of a user. */
export const profileColumns = [
  'users.id',
  'users.email',
  'users.first_name',
  'users.last_name',
  'users.phone',
  'users.locale',
  'users.active',
  'users.totp_secret',
  'users.login_count',
  'users.last_login_at',
  'users.created_at',
] as const

const userColumns = [
  ...profileColumns,
  'users.password_hash',
  'users.password_state',
  'users.temporary_password_expires_at',
  'users.temporary_password_used_at',
  'users.totp_last_step',
  'users.totp_pending',
  'users.credentials_version',
  'users.version',
] as const

type NameOf<Column extends string> = Column extends `users.${infer Name}` ? Name : never

/** A user without what is needed only to change credentials: all that most calls ask of whoever makes them. */
export type UserProfile = Pick<UserRecord, NameOf<(typeof profileColumns)[number]> | 'roles' | 'permissions'>

/** Users with what they hold, to be narrowed by the question asked. */
export const selectUsers = (db: Database) => db.selectFrom('users').select(userColumns).select(heldBy)

type UserRow = Omit<UserRecord, 'roles' | 'permissions'> & { held: Held }

const byEmailKey = statementForOne<{ emailKey: string }, UserRow>((db, value) =>
  selectUsers(db).where('users.email_key', '=', value('emailKey')),
)

export async function findUserByEmailKey(db: Database, emailKey: string): Promise<UserRecord | undefined> {
  const row = await byEmailKey(db, { emailKey })
  return row && withRoles(row)
}

const findAll = statement<{ ids: (number | undefined)[] }, UserRow>((db, value) =>
  selectUsers(db).where(sql<boolean>`users.id = any (${value('ids')}::bigint[])`),
)

const byId = shared(async (db, ids: readonly number[]) => inPlace(ids, await findAll(db, { ids: padded(ids, ids[0]) })))

export async function findUser(db: Askable, id: number): Promise<UserRecord | undefined> {
  const row = await byId(db, id)
  return row && withRoles(row)
}

/** A user whom the caller has locked, and may have changed since. */
export async function readUser(tx: OpenTransaction, id: number): Promise<UserRecord> {
  const user = await findUser(tx, id)
  if (!user) throw new Error('a locked user has gone')
  return user
}

const lock = statementForOne<{ id: number }, { id: number }>((db, value) =>
  db.selectFrom('users').select('id').where('id', '=', value('id')).forNoKeyUpdate(),
)

/**
 * First in the lock order: every change of a user's credentials or sessions holds this lock. Reads after locking, in a
 * second statement, because a statement that waited for the lock still sees the other tables as they were before.
 */
export async function lockUser(tx: Within, id: number): Promise<UserRecord | undefined> {
  const [locked, user] = await together(tx, (line) => [lock(line, { id }), findUser(line, id)])
  return locked && user
}

export interface NewUser {
  email: string
  emailKey: string
  firstName: string
  lastName: string
  phone: string | null
  locale: string
  roles: string[]
}

/** @returns the new id; undefined when the e-mail is taken. */
export async function insertUser(tx: OpenTransaction, user: NewUser, now: Date): Promise<number | undefined> {
  const row = await tx
    .insertInto('users')
    .values({
      email: user.email,
      email_key: user.emailKey,
      first_name: user.firstName,
      last_name: user.lastName,
      phone: user.phone,
      locale: user.locale,
      created_at: now,
    })
    .onConflict((conflict) => conflict.column('email_key').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (!row) return undefined
  if (user.roles.length > 0) {
    await tx
      .insertInto('user_roles')
      .values(user.roles.map((role_name) => ({ user_id: row.id, role_name })))
      .execute()
  }
  return row.id
}

export interface ProfileChange {
  first_name?: string
  last_name?: string
  phone?: string | null
  locale?: string
}

export async function updateProfile(tx: OpenTransaction, id: number, change: ProfileChange): Promise<void> {
  await tx
    .updateTable('users')
    .set({ ...change, version: sql`version + 1` })
    .where('id', '=', id)
    .execute()
}

/**
 * Sets a password and makes every step token of the user invalid. An enrolment that was begun with the old one and is not
 * confirmed ends with it: its secret may be somebody else's.
 * @param temporaryUntil when a temporary password stops opening the step that changes it.
 */
export async function setPassword(
  tx: OpenTransaction,
  id: number,
  hash: string,
  state: Exclude<PasswordState, 'none'>,
  temporaryUntil: Date | null = null,
): Promise<void> {
  await tx
    .updateTable('users')
    .set({
      password_hash: hash,
      password_state: state,
      temporary_password_expires_at: temporaryUntil,
      temporary_password_used_at: null,
      totp_pending: null,
      credentials_version: sql`credentials_version + 1`,
    })
    .where('id', '=', id)
    .execute()
}

/** Writes the same password's new hash, only where the old one still stands. */
export async function rehashPassword(tx: OpenTransaction, id: number, oldHash: string, newHash: string): Promise<void> {
  await tx
    .updateTable('users')
    .set({ password_hash: newHash })
    .where('id', '=', id)
    .where('password_hash', '=', oldHash)
    .execute()
}

/** From its first use a temporary password has only a short time left. */
export async function markTemporaryPasswordUsed(
  tx: OpenTransaction,
  id: number,
  now: Date,
  until: Date,
): Promise<void> {
  await tx
    .updateTable('users')
    .set({
      temporary_password_used_at: now,
      temporary_password_expires_at: sql`least(temporary_password_expires_at, ${until})`,
    })
    .where('id', '=', id)
    .where('temporary_password_used_at', 'is', null)
    .execute()
}

/**
 * Changes the address that the user signs in with. A collision aborts the transaction.
 * @returns false when another account has it.
 */
export async function setEmail(tx: OpenTransaction, id: number, email: string, key: string): Promise<boolean> {
  const result = await sql`
    update users set email = ${email}, email_key = ${key}, credentials_version = credentials_version + 1
    where id = ${id}`
    .execute(tx)
    .catch((error: unknown) => {
      if (isUniqueViolation(error)) return undefined
      throw error
    })
  return result !== undefined
}

export async function setPendingEnrolment(tx: OpenTransaction, id: number, sealed: string): Promise<void> {
  await tx.updateTable('users').set({ totp_pending: sealed }).where('id', '=', id).execute()
}

/** Switches two-factor authentication on. The confirming code's step counts as used. */
export async function confirmEnrolment(tx: OpenTransaction, id: number, sealed: string, step: number): Promise<void> {
  await tx
    .updateTable('users')
    .set({
      totp_secret: sealed,
      totp_last_step: step,
      totp_pending: null,
      credentials_version: sql`credentials_version + 1`,
    })
    .where('id', '=', id)
    .execute()
}

/** Switches two-factor authentication off. */
export async function clearEnrolment(tx: OpenTransaction, id: number): Promise<void> {
  await tx
    .updateTable('users')
    .set({
      totp_secret: null,
      totp_last_step: null,
      totp_pending: null,
      credentials_version: sql`credentials_version + 1`,
    })
    .where('id', '=', id)
    .execute()
}

const accept = statementForOne<{ id: number; step: number }, { id: number }>((db, value) =>
  db
    .updateTable('users')
    .set({ totp_last_step: value('step') })
    .where('id', '=', value('id'))
    .where((eb) => eb.or([eb('totp_last_step', 'is', null), eb('totp_last_step', '<', value('step'))]))
    .returning('id'),
)

/**
 * Uses up the code of this step. The caller has found it later than the last one, under the user's lock.
 * @throws Error when it is not.
 */
export async function acceptTotpStep(tx: Within, id: number, step: number): Promise<void> {
  if (!(await accept(tx, { id, step }))) throw new Error('a TOTP step was to be used a second time')
}

export interface UserEdit {
  first_name?: string
  last_name?: string
  phone?: string | null
  locale?: string
  active?: boolean
}

/** An administrator's edit. A change of `active` makes step tokens invalid. */
export async function editUser(tx: OpenTransaction, id: number, edit: UserEdit): Promise<void> {
  await tx
    .updateTable('users')
    .set({
      ...edit,
      version: sql`version + 1`,
      ...(edit.active === undefined ? {} : { credentials_version: sql`credentials_version + 1` }),
    })
    .where('id', '=', id)
    .execute()
}

export async function setRoles(tx: OpenTransaction, userId: number, roles: string[]): Promise<void> {
  await tx.deleteFrom('user_roles').where('user_id', '=', userId).execute()
  if (roles.length === 0) return
  await tx
    .insertInto('user_roles')
    .values(roles.map((role_name) => ({ user_id: userId, role_name })))
    .execute()
}

/** Account, credentials, second factor, sessions, links: gone for good. Events stay. */
export async function deleteUser(tx: OpenTransaction, id: number): Promise<void> {
  await tx.deleteFrom('users').where('id', '=', id).execute()
}

/** Is there an active administrator with a password, other than this one? */
export async function hasOtherAdmin(tx: OpenTransaction, userId: number): Promise<boolean> {
  const row = await anActiveAdmin(tx)
    .where('users.password_state', '=', 'set')
    .where('users.id', '!=', userId)
    .executeTakeFirst()
  return row !== undefined
}

/** Is there an active administrator who could sign in now? */
export async function hasUsableAdmin(db: Database, now: Date): Promise<boolean> {
  const row = await anActiveAdmin(db)
    .where((eb) =>
      eb.or([
        eb('users.password_state', '=', 'set'),
        eb.and([eb('users.password_state', '=', 'temporary'), eb('users.temporary_password_expires_at', '>', now)]),
      ]),
    )
    .executeTakeFirst()
  return row !== undefined
}

const anActiveAdmin = (db: Database) =>
  db
    .selectFrom('users')
    .innerJoin('user_roles', 'user_roles.user_id', 'users.id')
    .where('user_roles.role_name', '=', 'admin')
    .where('users.active', '=', true)
    .select('users.id')
    .limit(1)
