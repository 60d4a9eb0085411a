/** Does the schema of the database match what this release can serve? */
import { readdir } from 'node:fs/promises'
import { sql } from 'kysely'
import { MIGRATION_FOLDER } from '../release.ts'
import type { Database } from './database.ts'

export const MIGRATION_TABLE = 'schema_migrations'

export type SchemaState = 'current' | 'older' | 'newer' | 'too_new'

/**
 * `newer`: the database has migrations that this release does not know; it is served all the same (expand/contract).
 * `too_new`: one of them has taken away what this release uses, and has raised the floor above it.
 */
export async function readSchemaState(db: Database): Promise<SchemaState> {
  const known = await migrationNames()
  const applied = await appliedMigrations(db)
  if (known.some((name) => !applied.includes(name))) return 'older'
  if (applied.length === known.length) return 'current'
  const floor = await db.selectFrom('schema_floor').select('migration').executeTakeFirst()
  return floor && !known.includes(floor.migration) ? 'too_new' : 'newer'
}

/** The names of all migrations that this release knows, oldest first. */
export async function migrationNames(): Promise<string[]> {
  const files = await readdir(MIGRATION_FOLDER)
  return files
    .filter((file) => /^\d{4}-.*\.sql$/.test(file))
    .map((file) => file.replace(/\.sql$/, ''))
    .sort()
}

async function appliedMigrations(db: Database): Promise<string[]> {
  const exists = await sql<{ there: boolean }>`select to_regclass(${MIGRATION_TABLE}) is not null as there`.execute(db)
  if (!exists.rows[0]?.there) return []
  const result = await sql<{ name: string }>`select name from ${sql.table(MIGRATION_TABLE)}`.execute(db)
  return result.rows.map((row) => row.name)
}
