/**
 * Brings the schema up to date with Kysely's Migrator: plain SQL files, forward only, all in one transaction under a
 * lock, so two replicas that start at once migrate once. The runtime role's rights come with the same commit.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Logger, runMigrations as runQueueMigrations } from 'graphile-worker'
import { type Migration, Migrator, sql } from 'kysely'
import pRetry from 'p-retry'
import { MIGRATION_FOLDER } from '../release.ts'
import { type Database, isHeldUp, lockInTransaction, type OpenTransaction, openDatabase } from './database.ts'
import { MIGRATION_TABLE, migrationNames, readSchemaState } from './schema.ts'

/** The queue tells of each of its own migrations; ours are told by our caller. */
const quiet = new Logger(() => () => {})

/** How a migration meets a busy database. Milliseconds. */
interface Patience {
  /** For one lock. Whoever needs the table meanwhile waits behind the migration, so it is short. */
  lockWait: number
  tries: number
  /** Before the second try; doubles up to five times as much. */
  pause: number
}

/** A minute and a half, of which the service is held up for thirty seconds at most, three at a time. */
const PATIENCE: Patience = { lockWait: 3_000, tries: 10, pause: 1_000 }

/** Somebody else held a lock all the time. Nothing was changed. */
export class MigrationHeldUp extends Error {}

/**
 * @param ownerUrl connection of the role that owns the schema.
 * @param runtimeRole name of the role that the service runs as.
 * @param auditRetentionDays how old events must be before that role can have them dropped; absent: it never can.
 * @returns the names of the migrations that were applied now. A schema newer than this release is left as it is, so
 *   that a release can be rolled back.
 * @throws MigrationHeldUp
 */
export async function migrate(
  ownerUrl: string,
  runtimeRole: string,
  auditRetentionDays?: number | undefined,
  { lockWait, tries, pause }: Patience = PATIENCE,
): Promise<string[]> {
  const db = openDatabase({ url: ownerUrl, poolSize: 2, statementTimeout: 0 })
  const rights = { runtimeRole, auditRetentionDays, lockWait }
  try {
    return await pRetry(() => migrateOnce(db, ownerUrl, rights), {
      retries: tries - 1,
      minTimeout: pause,
      maxTimeout: 5 * pause,
      factor: 2,
      shouldRetry: ({ error }) => isHeldUp(error),
    })
  } catch (error) {
    if (!isHeldUp(error)) throw error
    throw new MigrationHeldUp(
      `the migration has waited ${tries} times for a lock that another session holds, and has changed nothing; find the session with pg_blocking_pids, end it or let it finish, and run migrate again`,
    )
  } finally {
    await db.destroy()
  }
}

interface Rights {
  runtimeRole: string
  auditRetentionDays: number | undefined
  lockWait: number
}

async function migrateOnce(db: Database, ownerUrl: string, rights: Rights): Promise<string[]> {
  if (['newer', 'too_new'].includes(await readSchemaState(db))) return []
  await db.transaction().execute(async (tx) => {
    await lockInTransaction(tx, RIGHTS)
    await runQueueMigrations({ connectionString: ownerUrl, logger: quiet })
  })
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => readMigrations(rights) },
    migrationTableName: MIGRATION_TABLE,
    migrationLockTableName: `${MIGRATION_TABLE}_lock`,
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error) throw error
  // Also when there was nothing to apply: another role may have been named, or another retention.
  await db.transaction().execute((tx) => grantRights(tx, rights))
  return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName)
}

/** The queue's migrations, and grants on the same table, fail when two run at once. */
const RIGHTS = 'grants'

async function grantRights(tx: OpenTransaction, { runtimeRole, auditRetentionDays, lockWait }: Rights): Promise<void> {
  await lockInTransaction(tx, RIGHTS)
  await limitLockWait(tx, lockWait)
  await sql`select set_config('omnicrm.runtime_role', ${runtimeRole}, true)`.execute(tx)
  await sql.raw(await readFile(join(MIGRATION_FOLDER, 'grants.sql'), 'utf8')).execute(tx)
  await sql`update event_retention set days = ${auditRetentionDays ?? null}`.execute(tx)
}

async function limitLockWait(tx: OpenTransaction, milliseconds: number): Promise<void> {
  await sql`select set_config('lock_timeout', ${String(milliseconds)}, true)`.execute(tx)
}

async function readMigrations(rights: Rights): Promise<Record<string, Migration>> {
  const names = await migrationNames()
  const entries = names.map((name): [string, Migration] => {
    const up: Migration['up'] = async (db) => {
      const tx = db as OpenTransaction
      // Only from here on: the lock that lets one replica migrate is waited for as long as the other one needs.
      await limitLockWait(tx, rights.lockWait)
      await sql.raw(await readFile(join(MIGRATION_FOLDER, `${name}.sql`), 'utf8')).execute(tx)
      // Whoever sees the new schema has the rights to use it.
      if (name === names.at(-1)) await grantRights(tx, rights)
    }
    return [name, { up }]
  })
  return Object.fromEntries(entries)
}
