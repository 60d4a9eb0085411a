/** Mails on their way and lately gone, and the queue that delivers them. */
import { type Insertable, type Selectable, sql } from 'kysely'
import type { Database, OpenTransaction } from './database.ts'
import { deleteOldest } from './delete-oldest.ts'
import { addJob, DELIVER_MAIL } from './queue.ts'
import type { Tables } from './tables.ts'

export type MailRecord = Selectable<Tables['mails']>

/** Writes the mail and its job in the transaction of the act that causes it: either both are there or neither. */
export async function queueMail(tx: OpenTransaction, mail: Insertable<Tables['mails']>): Promise<void> {
  await tx.insertInto('mails').values(mail).execute()
  await addJob(tx, DELIVER_MAIL, { mail_id: mail.id })
}

export function findMail(db: Database, id: string): Promise<MailRecord | undefined> {
  return db.selectFrom('mails').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Notes before an attempt that it may have gone out, for the case that its end is never heard of. */
export async function beginAttempt(db: Database, id: string): Promise<void> {
  await db.updateTable('mails').set({ attempts: sql`attempts + 1`, uncertain: true }).where('id', '=', id).execute()
}

export async function noteFailedAttempt(db: Database, id: string, error: string, uncertain: boolean): Promise<void> {
  await db.updateTable('mails').set({ last_error: error, uncertain }).where('id', '=', id).execute()
}

export async function finishMail(
  db: Database,
  id: string,
  state: 'sent' | 'dropped' | 'failed',
  now: Date,
  reason?: string,
): Promise<void> {
  await db
    .updateTable('mails')
    .set({ state, finished_at: now, uncertain: false, ...(reason === undefined ? {} : { last_error: reason }) })
    .where('id', '=', id)
    .execute()
}

export interface MailSummary {
  queued: number
  failed: number
  last_sent_at: Date | null
  last_error: string | null
}

/** A mail that was dropped because nobody needs it any more is no trouble with mail. */
export async function summariseMails(db: Database): Promise<MailSummary> {
  const result = await sql<MailSummary>`
    select
      (select count(*) from mails where state = 'queued') as queued,
      (select count(*) from mails where state = 'failed') as failed,
      (select max(finished_at) from mails where state = 'sent') as last_sent_at,
      (select last_error from mails where last_error is not null and state <> 'dropped'
       order by created_at desc limit 1) as last_error`.execute(db)
  return result.rows[0] ?? { queued: 0, failed: 0, last_sent_at: null, last_error: null }
}

/** Deletes up to `limit` mails that were finished before this moment: they hold addresses. */
export function purgeMails(db: Database, before: Date, limit: number): Promise<number> {
  return deleteOldest(db, { table: 'mails', key: 'id', column: 'finished_at' }, before, limit)
}
