/**
 * Brings the schema up to date with Kysely's Migrator: plain SQL files, forward only, all in one transaction under a
 * lock, so two replicas that start at once migrate once. Then grants the runtime role what it needs.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Logger, runMigrations as runQueueMigrations } from 'graphile-worker'
import { type Migration, Migrator, sql } from 'kysely'
import { lockInTransaction, openDatabase } from './database.ts'
import { MIGRATION_FOLDER, MIGRATION_TABLE, migrationNames, readSchemaState } from './schema.ts'

/** The queue tells of each of its own migrations; ours are told by our caller. */
const quiet = new Logger(() => () => {})

/**
 * @param ownerUrl connection of the role that owns the schema.
 * @param runtimeRole name of the role that the service runs as.
 * @param auditRetentionDays how old events must be before that role can have them dropped; absent: it never can.
 * @returns the names of the migrations that were applied now. A schema newer than this release is left as it is, so
 *   that a release can be rolled back.
 */
export async function migrate(
  ownerUrl: string,
  runtimeRole: string,
  auditRetentionDays?: number | undefined,
): Promise<string[]> {
  const db = openDatabase({ url: ownerUrl, poolSize: 2, onIdleError: () => {}, statementTimeout: 0 })
  try {
    if (['newer', 'too_new'].includes(await readSchemaState(db))) return []
    const migrator = new Migrator({
      db,
      provider: { getMigrations: readMigrations },
      migrationTableName: MIGRATION_TABLE,
      migrationLockTableName: `${MIGRATION_TABLE}_lock`,
    })
    const { error, results } = await migrator.migrateToLatest()
    if (error) throw error
    await db.transaction().execute(async (tx) => {
      // The queue's migrations, and grants on the same table, fail when two run at once.
      await lockInTransaction(tx, 'grants')
      await runQueueMigrations({ connectionString: ownerUrl, logger: quiet })
      await sql`select set_config('omnicrm.runtime_role', ${runtimeRole}, true)`.execute(tx)
      await sql.raw(await readFile(join(MIGRATION_FOLDER, 'grants.sql'), 'utf8')).execute(tx)
      await sql`update event_retention set days = ${auditRetentionDays ?? null}`.execute(tx)
    })
    return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName)
  } finally {
    await db.destroy()
  }
}

async function readMigrations(): Promise<Record<string, Migration>> {
  const names = await migrationNames()
  const entries = names.map((name): [string, Migration] => {
    const up: Migration['up'] = async (db) => {
      await sql.raw(await readFile(join(MIGRATION_FOLDER, `${name}.sql`), 'utf8')).execute(db)
    }
    return [name, { up }]
  })
  return Object.fromEntries(entries)
}
