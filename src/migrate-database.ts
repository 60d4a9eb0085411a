/** Bringing the schema up to date, for the command and for a start outside production. */
import type { Logger } from 'pino'
import type { MigrationConfig, ServiceDatabase } from './config.ts'
import { migrate } from './store/migrate.ts'
import { waitForDatabase } from './wait-for-database.ts'

/**
 * Waits for the database, migrates it as its owner, and grants the runtime role its rights.
 * @param signal ends the wait.
 * @returns the names of the migrations that were applied.
 */
export async function migrateDatabase(
  { url, migrationUrl }: Pick<ServiceDatabase, 'url' | 'migrationUrl'>,
  { databaseWait: seconds, auditRetentionDays }: Pick<MigrationConfig, 'databaseWait' | 'auditRetentionDays'>,
  log: Logger,
  signal?: AbortSignal,
): Promise<string[]> {
  await waitForDatabase(migrationUrl, { seconds, log, ...(signal && { signal }) })
  return migrate(migrationUrl, decodeURIComponent(new URL(url).username), auditRetentionDays)
}
