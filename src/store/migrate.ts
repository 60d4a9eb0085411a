/**
 * Brings the schema up to date with Kysely's Migrator: plain SQL files, forward only, all in one transaction under a
 * lock, so two replicas that start at once migrate once. Then grants the runtime role what it needs.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Logger, runMigrations as runQueueMigrations } from 'graphile-worker'
import { type Migration, Migrator, sql } from 'kysely'
import { openDatabase } from './database.ts'

const FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url))

/** The queue tells of each of its own migrations; ours are told by our caller. */
const quiet = new Logger(() => () => {})

export const MIGRATION_TABLE = 'schema_migrations'

/**
 * @param ownerUrl connection of the role that owns the schema.
 * @param runtimeRole name of the role that the service runs as.
 * @returns the names of the migrations that were applied now.
 */
export async function migrate(ownerUrl: string, runtimeRole: string): Promise<string[]> {
  const db = openDatabase({ url: ownerUrl, poolSize: 2, onIdleError: () => {} })
  try {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: readMigrations },
      migrationTableName: MIGRATION_TABLE,
      migrationLockTableName: `${MIGRATION_TABLE}_lock`,
    })
    const { error, results } = await migrator.migrateToLatest()
    if (error) throw error
    await runQueueMigrations({ connectionString: ownerUrl, logger: quiet })
    await db.transaction().execute(async (tx) => {
      await sql`select set_config('omnicrm.runtime_role', ${runtimeRole}, true)`.execute(tx)
      await sql.raw(await readFile(join(FOLDER, 'grants.sql'), 'utf8')).execute(tx)
    })
    return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName)
  } finally {
    await db.destroy()
  }
}

/** The names of all migrations that this release knows, oldest first. */
export async function migrationNames(): Promise<string[]> {
  const files = await readdir(FOLDER)
  return files
    .filter((file) => /^\d{4}-.*\.sql$/.test(file))
    .map((file) => file.replace(/\.sql$/, ''))
    .sort()
}

async function readMigrations(): Promise<Record<string, Migration>> {
  const names = await migrationNames()
  const entries = names.map((name): [string, Migration] => {
    const up: Migration['up'] = async (db) => {
      await sql.raw(await readFile(join(FOLDER, `${name}.sql`), 'utf8')).execute(db)
    }
    return [name, { up }]
  })
  return Object.fromEntries(entries)
}
