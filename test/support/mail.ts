/** The mailbox of the tests: runs the queue by hand and keeps what the service sends. */
import { Logger, runOnce } from 'graphile-worker'
import { sql } from 'kysely'
import { AWAIT_ENDS, taskList } from '../../src/jobs/worker.ts'
import type { Mailer, OutgoingMail } from '../../src/mail/mailer.ts'
import { openQueuePool } from '../../src/store/database.ts'
import type { TestApp } from './app.ts'
import type { Answer } from './client.ts'
import type { TestUser } from './users.ts'

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
  const pool = openQueuePool({ url: app.database.directUrl, poolSize: 3 })
  await runOnce({
    pgPool: pool,
    taskList: taskList(app.deps),
    noHandleSignals: true,
    preset: AWAIT_ENDS,
    logger: new Logger(() => () => {}),
  })
  await pool.end()
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

let sources = 0

/** Asks for a reset link, each time from another address: requests are counted by source too. Needs TRUST_PROXY. */
export function forgot({ call }: TestApp, email: string, from?: string): Promise<Answer> {
  sources += 1
  const source = from ?? `10.0.${sources >> 8}.${sources & 255}`
  return call('POST', '/auth/password/forgot', { body: { email }, headers: { 'x-forwarded-for': source } })
}

/** Has a reset link mailed to the user and returns its token. */
export async function mailedResetToken(app: TestApp, mailbox: Mailbox, user: TestUser): Promise<string> {
  const answer = await forgot(app, user.email)
  if (answer.status !== 200) throw new Error(`expected a mail, got ${answer.text}`)
  await workQueue(app)
  return linkToken(mailbox.lastTo(user.email))
}
