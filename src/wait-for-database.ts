/** A start waits for its database: in a cluster the two come up together, and a migration may be under way. */
import pRetry from 'p-retry'
import type { Logger } from 'pino'
import { requireServableSchema, SchemaMismatch } from './open-deps.ts'
import { isUnavailable, lacksRight, openDatabase, readDatabaseTime } from './store/database.ts'

export interface WaitOptions {
  url: string
  /** How long; 0 asks once. */
  seconds: number
  /** Also for the schema that this release needs, which somebody else brings up to date. */
  migrated: boolean
  log: Logger
  signal?: AbortSignal
}

/** Milliseconds between two tries: they double from the first to the second. */
const PAUSES = { minTimeout: 250, maxTimeout: 5_000, factor: 2 }

/** @throws what the database answered last when the time is over, and at once what waiting does not mend. */
export async function waitForDatabase({ url, seconds, migrated, log, signal }: WaitOptions): Promise<void> {
  const db = openDatabase({ url, poolSize: 1, onIdleError: () => {} })
  try {
    await pRetry<unknown>(() => (migrated ? requireServableSchema(db) : readDatabaseTime(db)), {
      ...PAUSES,
      retries: Number.POSITIVE_INFINITY,
      maxRetryTime: seconds * 1000,
      ...(signal && { signal }),
      shouldRetry: ({ error }) => seconds > 0 && mayPass(error),
      onFailedAttempt: ({ error, attemptNumber }) => {
        if (seconds > 0 && mayPass(error))
          log.warn({ error_code: codeOf(error), attempt: attemptNumber }, whatFor(error))
      },
    })
  } finally {
    await db.destroy()
  }
}

function mayPass(error: unknown): boolean {
  return isUnavailable(error) || needsMigration(error)
}

/** The rights come last in a migration: whoever looks between lacks them. */
function needsMigration(error: unknown): boolean {
  return lacksRight(error) || (error instanceof SchemaMismatch && error.state === 'older')
}

function whatFor(error: unknown): string {
  return needsMigration(error) ? 'waiting for the migration of the database' : 'waiting for the database'
}

function codeOf(error: Error): string | undefined {
  return 'code' in error ? String(error.code) : undefined
}
