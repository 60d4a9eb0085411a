/** Accounts as a sign-in attempt meets them: with the browser it comes from, before anything is proven and as it is judged. */
import { sql } from 'kysely'
import type { Database, Within } from './database.ts'
import { statementForOne } from './statement.ts'
import type { UserRecord } from './users.ts'

/** What an attempt on an account needs to know before anything is proven. */
export type AccountRecord = Pick<UserRecord, 'id' | 'active' | 'password_hash' | 'credentials_version'>

export interface AccountAndDevice {
  account: AccountRecord | undefined
  /** The id of the device that is known to the account. */
  device: string | undefined
}

type Found = { [Name in keyof AccountRecord]: AccountRecord[Name] | null } & { device: string | null }

const find = statementForOne<{ emailKey: string; devices: string[] }, Found>((db, value) =>
  db
    .selectFrom(sql`(select)`.as('attempt'))
    .leftJoin('users', (join) => join.on('users.email_key', '=', value('emailKey')))
    .select(['users.id', 'users.active', 'users.password_hash', 'users.credentials_version'])
    .select(
      sql<string | null>`(select device.id
        from (select id, user_id, last_used_at from known_devices where id = any (${value('devices')}::uuid[]) offset 0) device
        where device.user_id = users.id order by last_used_at desc limit 1)`.as('device'),
    ),
)

/**
 * The account of this address, and which of these devices is known to it. Gives one row, and looks for the devices by
 * their ids (`offset 0`: whatever the account), whether there is such an account or not: so one that is there hardly takes
 * longer.
 */
export async function findAccount(db: Database, emailKey: string, devices: string[]): Promise<AccountAndDevice> {
  const found = await find(db, { emailKey, devices })
  if (!found || found.id === null) return { account: undefined, device: undefined }
  const { device, ...account } = found
  return { account: account as AccountRecord, device: device ?? undefined }
}

const lock = statementForOne<{ id: number; device: string | null }, { version: number; holds: boolean }>((db, value) =>
  db
    .selectFrom((eb) =>
      eb
        .selectFrom('users')
        .select(['id', 'credentials_version as version'])
        .where('id', '=', value('id'))
        .forNoKeyUpdate()
        .as('locked'),
    )
    .select('locked.version')
    .select(
      sql<boolean>`exists (select from known_devices where id = ${value('device')}
        and user_id = locked.id for key share)`.as('holds'),
    ),
)

/**
 * The user's lock (first in the lock order) and, under it, the device's: while it is known it then stays so until the
 * transaction ends.
 * @returns the version of the credentials as locked, and whether the device is still known; undefined when the user is gone.
 */
export function lockAccount(
  tx: Within,
  id: number,
  device: string | undefined,
): Promise<{ version: number; holds: boolean } | undefined> {
  return lock(tx, { id, device: device ?? null })
}
