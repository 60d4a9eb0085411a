/** Dropping the oldest part of the log. The rules stand in the database's functions: the runtime role cannot bend them. */
import { sql } from 'kysely'
import type { Database, OpenTransaction } from './database.ts'

/** Null: nothing may be dropped. */
export async function readPermittedRetention(db: Database): Promise<number | null> {
  const row = await db.selectFrom('event_retention').select('days').executeTakeFirst()
  return row?.days ?? null
}

export async function hasEventsBefore(db: Database, moment: Date): Promise<boolean> {
  const row = await db.selectFrom('events').select('id').where('at', '<', moment).limit(1).executeTakeFirst()
  return row !== undefined
}

export interface RetentionCut {
  /** The last position before which everything is dated before the moment. */
  anchor: number
  /** Later positions of events that are dated before it, too. */
  gaps: number[]
}

/** Where the sequence is cut when all events dated before this moment go. */
export async function findRetentionCut(tx: OpenTransaction, moment: Date): Promise<RetentionCut> {
  const result = await sql<RetentionCut>`
    with cut as (
      select coalesce(
        (select min(position) - 1 from event_seals where event_at >= ${moment}),
        (select max(position) from event_seals),
        (select max(position) from event_checkpoints), 0) as anchor)
    select anchor, array(
      select position::float8 from event_seals, cut
      where position > anchor and event_at < ${moment} order by position) as gaps
    from cut`.execute(tx)
  return result.rows[0] ?? { anchor: 0, gaps: [] }
}

/**
 * Gives up rather than making everybody wait behind it for a reader of the log, and takes the time it needs otherwise.
 * Until the end of the transaction.
 */
export async function allowLongStatement(tx: OpenTransaction): Promise<void> {
  await sql`select set_config('statement_timeout', '0', true), set_config('lock_timeout', '2s', true)`.execute(tx)
}

/** @returns how many events were dropped. */
export async function dropEventsBefore(
  tx: OpenTransaction,
  moment: Date,
  { anchor, gaps }: RetentionCut,
  mac: Buffer,
): Promise<number> {
  const result = await sql<{ dropped: number }>`
    select drop_events_before(${moment}, ${anchor}, ${gaps}::bigint[], ${mac}) as dropped`.execute(tx)
  return result.rows[0]?.dropped ?? 0
}

/** Deletes up to so many seals of dropped events. */
export async function purgeEventSeals(db: Database, limit: number): Promise<number> {
  const result = await sql<{ purged: number }>`select purge_event_seals(${limit}) as purged`.execute(db)
  return result.rows[0]?.purged ?? 0
}
