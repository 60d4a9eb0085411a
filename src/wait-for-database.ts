/** A start waits for its database: in a cluster the two come up together, and a migration may be under way. */
import pRetry from 'p-retry'
import type { Logger } from 'pino'
import { requireServableSchema, SchemaMismatch } from './open-deps.ts'
import { type Database, isUnavailable, lacksRight, openDatabase, readDatabaseTime } from './store/database.ts'

export interface WaitOptions {
  /** How long; 0 asks once. */
  seconds: number
  log: Logger
  signal?: AbortSignal
}

/** Milliseconds between two tries: they double from the first to the second. */
const PAUSES = { minTimeout: 250, maxTimeout: 5_000, factor: 2 }

/**
 * Waits until the database answers whoever connects so: for those who migrate it next.
 * @throws what it answered last when the time is over, and at once what waiting does not mend.
 */
export async function waitForDatabase(url: string, options: WaitOptions): Promise<void> {
  const db = openDatabase({ url, poolSize: 1 })
  try {
    await retry(() => readDatabaseTime(db), options)
  } finally {
    await db.destroy()
  }
}

/**
 * Waits also for the schema that this release needs, which somebody else brings up to date.
 * @throws the same.
 */
export async function waitForSchema(db: Database, options: WaitOptions): Promise<void> {
  await retry(() => requireServableSchema(db), options)
}

async function retry(ask: () => Promise<unknown>, { seconds, log, signal }: WaitOptions): Promise<void> {
  await pRetry(ask, {
    ...PAUSES,
    retries: Number.POSITIVE_INFINITY,
    maxRetryTime: seconds * 1000,
    ...(signal && { signal }),
    shouldRetry: ({ error }) => seconds > 0 && mayPass(error),
    onFailedAttempt: ({ error, attemptNumber }) => {
      if (seconds > 0 && mayPass(error)) log.warn({ error_code: codeOf(error), attempt: attemptNumber }, whatFor(error))
    },
  })
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
