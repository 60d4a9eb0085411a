/**
 * The durable queue's jobs. A job is added in the transaction of the act that causes it: either both are there or
 * neither. The queue keeps its own time: it decides when a job is tried again, never whether something is still valid.
 */
import { sql } from 'kysely'
import type { Database, OpenTransaction } from './database.ts'

export const DELIVER_MAIL = 'deliver_mail'
export const MAIL_RESET_LINK = 'mail_reset_link'

export type JobName = typeof DELIVER_MAIL | typeof MAIL_RESET_LINK

/** With the queue's back-off (e^attempt seconds, at most some six hours): about four days. */
const MAX_ATTEMPTS = 25

/** @param payload ids only: a job holds no secret and no address. */
export async function addJob(
  tx: OpenTransaction,
  name: JobName,
  payload: Record<string, string | number | null>,
): Promise<void> {
  await sql`
    select graphile_worker.add_job(${name}, ${JSON.stringify(payload)}::json, max_attempts := ${MAX_ATTEMPTS})`.execute(
    tx,
  )
}

/**
 * Gives jobs back to the queue that a worker took and never finished, because its process was killed. No job of ours
 * takes this long, and the queue by itself waits four hours: longer than most links live.
 */
export async function releaseAbandonedJobs(db: Database): Promise<void> {
  await sql`
    select graphile_worker.force_unlock_workers(array_agg(distinct locked_by))
    from graphile_worker._private_jobs
    where locked_at < now() - interval '5 minutes'
    having count(*) > 0`.execute(db)
}
