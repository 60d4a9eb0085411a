/** The mailbox of the tests: runs the queue by hand and keeps what the service sends. */
import { Logger, runOnce } from 'graphile-worker'
import { sql } from 'kysely'
import { taskList } from '../../src/jobs/worker.ts'
import type { Mailer, OutgoingMail } from '../../src/mail/mailer.ts'
import type { TestApp } from './app.ts'

export class Mailbox implements Mailer {
  readonly transport = 'file'
  readonly mails: OutgoingMail[] = []
  async send(mail: OutgoingMail): Promise<void> {
    this.mails.push(mail)
  }
  async wasSent(customId: string): Promise<boolean> {
    return this.mails.some((mail) => mail.customId === customId)
  }
  /** The newest mail to this address. */
  lastTo(address: string): OutgoingMail {
    const mail = this.mails.findLast((candidate) => candidate.to === address)
    if (!mail)
      throw new Error(`no mail to ${address}; there are mails to ${this.mails.map((m) => m.to).join(', ') || 'nobody'}`)
    return mail
  }
}

/** Works through the queue as the service's worker does, once. Jobs that wait for another try stay. */
export async function workQueue(app: TestApp): Promise<void> {
  await runOnce({
    connectionString: app.database.url,
    taskList: taskList(app.deps),
    noHandleSignals: true,
    logger: new Logger(() => () => {}),
  })
}

/** Makes jobs that wait for another try due now. */
export async function retryNow({ db }: TestApp): Promise<void> {
  await sql`update graphile_worker._private_jobs set run_at = now()`.execute(db)
}

/** The token at the end of the mail's link. */
export function linkToken(mail: OutgoingMail): string {
  const url = mail.variables['url']
  if (!url) throw new Error(`the mail "${mail.subject}" has no link`)
  return url.slice(url.lastIndexOf('/') + 1)
}
