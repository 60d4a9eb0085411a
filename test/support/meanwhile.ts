/** Races with a fixed outcome: calls are held at a lock while something else happens. */
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { TestApp } from './app.ts'
import type { Answer } from './client.ts'

/**
 * Holds a row, lets calls run until each of them waits for a lock, runs the statements in the holder's transaction, and
 * lets the calls go on.
 * @param row selects what to hold, like `users where id = 1`.
 */
export async function meanwhile(
  app: TestApp,
  row: string,
  start: () => Promise<Answer>[],
  statements: string[],
): Promise<Answer[]> {
  const { calls } = await app.db.transaction().execute(async (tx) => {
    await sql`select 1 from ${sql.raw(row)} for update`.execute(tx)
    const calls = start()
    await untilWaiting(app, calls.length)
    for (const statement of statements) await sql.raw(statement).execute(tx)
    return { calls }
  })
  return Promise.all(calls)
}

/** Until so many connections of this database wait for a lock. */
async function untilWaiting({ db }: TestApp, count: number): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ waiting: number }>`
      select count(distinct pid)::int as waiting from pg_locks join pg_stat_activity using (pid)
      where not granted and datname = current_database()`.execute(db)
    if ((rows[0]?.waiting ?? 0) >= count) return
    await sleep(5)
  }
}
