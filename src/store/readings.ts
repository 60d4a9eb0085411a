/**
 * What the database says of itself for the metrics. Every question is bounded, so that being asked never hurts, however
 * much there is: counts end at a ceiling, and beyond it the planner's estimate has to do.
 */
import { sql } from 'kysely'
import type { Database, OpenTransaction } from './database.ts'

/** Counting ends here. */
const CEILING = 100_000

/** Milliseconds for one question. */
const PATIENCE = 2_000

/** How sessions came about: with `remember_me`, without, or by someone who acts as the user. */
const SESSION_KINDS = {
  remembered: sql<boolean>`remember_me`,
  standard: sql<boolean>`not remember_me and impersonated_by is null`,
  impersonated: sql<boolean>`impersonated_by is not null`,
}

export type SessionKind = keyof typeof SESSION_KINDS

export interface Readings {
  /** Counts are exact up to the ceiling and then stay there. */
  mailsQueued: number
  mailsFailed: number
  unsealedEvents: number
  deadJobs: number
  oldestQueuedMail: Date | null
  /** When the key that signs now began to. */
  signingSince: Date | null
  /** Those that stand. Exact while the table has no more rows than the ceiling, those of idle ones among them; else estimated. */
  sessions: Record<SessionKind, number>
}

export function takeReadings(db: Database, now: Date): Promise<Readings> {
  return db.transaction().execute(async (tx) => {
    await sql`select set_config('statement_timeout', ${String(PATIENCE)}, true)`.execute(tx)
    const { rows } = await sql<Omit<Readings, 'sessions'>>`
      select
        (select count(*) from (select from mails where state = 'queued' limit ${CEILING}) m) as "mailsQueued",
        (select count(*) from (select from mails where state = 'failed' limit ${CEILING}) m) as "mailsFailed",
        (select count(*) from (select from unsealed_events limit ${CEILING}) e) as "unsealedEvents",
        (select count(*) from graphile_worker._private_jobs
         where attempts >= max_attempts and locked_at is null) as "deadJobs",
        (select min(created_at) from mails where state = 'queued') as "oldestQueuedMail",
        (select max(active_from) from signing_keys
         where active_from <= ${now} and (retired_at is null or retired_at > ${now})) as "signingSince"`.execute(tx)
    const [row] = rows
    if (!row) throw new Error('the readings have no row')
    return { ...row, sessions: await countSessions(tx, now) }
  })
}

async function countSessions(tx: OpenTransaction, now: Date): Promise<Record<SessionKind, number>> {
  const kind = sql`case when ${SESSION_KINDS.remembered} then 'remembered'
    when ${SESSION_KINDS.impersonated} then 'impersonated' else 'standard' end`
  const { rows } = await sql<{ kind: SessionKind; standing: number; seen: number }>`
    select kind, count(*) filter (where expires_at > ${now})::int as standing, count(*)::int as seen
    from (select ${kind} as kind, expires_at from sessions limit ${CEILING + 1}) s group by kind`.execute(tx)
  const counts = { remembered: 0, standard: 0, impersonated: 0 }
  for (const row of rows) counts[row.kind] = row.standing
  if (rows.reduce((sum, row) => sum + row.seen, 0) <= CEILING) return counts
  for (const name of Object.keys(counts) as SessionKind[]) counts[name] = await estimateSessions(tx, name, now)
  return counts
}

/** By the planner's statistics, which autovacuum keeps. Touches no row. */
async function estimateSessions(tx: OpenTransaction, kind: SessionKind, now: Date): Promise<number> {
  const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>`
    explain (format json) select from sessions
    where expires_at > ${now} and ${SESSION_KINDS[kind]}`.execute(tx)
  return rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0
}
