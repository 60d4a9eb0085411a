import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { fileMailer } from '../../src/mail/file.ts'
import { startTestApp } from '../support/app.ts'
import { forgot, workQueue } from '../support/mail.ts'
import { createUser } from '../support/users.ts'

const home = await mkdtemp(join(tmpdir(), 'omnicrm-mail-'))
t.teardown(() => rm(home, { recursive: true }))

t.test('each mail is one JSON file with the documented fields, for its owner only', async (t) => {
  const folder = join(home, 'made', 'on-demand')
  const env = { MAIL_TRANSPORT: 'file', MAIL_DIR: folder, SUPPORT_EMAIL: 'help@example.com', TRUST_PROXY: 'loopback' }
  const app = await startTestApp(t, { env })
  const users = [await createUser(app), await createUser(app, { locale: 'fr' })]
  for (const user of users) await forgot(app, user.email)
  await workQueue(app)
  const files = await readdir(folder)
  const rows = await app.db.selectFrom('mails').select(['id', 'recipient']).execute()
  t.strictSame(files.sort(), rows.map(({ id }) => `${id}.json`).sort(), 'no unfinished file is left')
  for (const { id, recipient } of rows) {
    const file = join(folder, `${id}.json`)
    t.equal((await stat(file)).mode & 0o777, 0o600)
    const mail = JSON.parse(await readFile(file, 'utf8'))
    t.strictSame(Object.keys(mail), ['to', 'from', 'subject', 'text', 'html', 'template', 'variables'])
    const locale = recipient === users[1]?.email ? 'fr' : 'en'
    t.match(mail, {
      to: recipient,
      from: { email: 'no-reply@example.com', name: 'OmniCRM' },
      subject: locale === 'fr' ? /mot de passe/ : 'Reset your OmniCRM password',
      template: 'api_crmCommunicationUserPasswordReset',
      variables: { locale, email: recipient, support_email: 'help@example.com' },
    })
    t.match(mail.variables.url, /^http:\/\/localhost:3001\/reset-password\/opl_[\w-]{83}$/)
    t.ok(mail.text.includes(mail.variables.url) && mail.html.includes(mail.variables.url))
  }
})

t.test('a mail that is written is found again; a folder that cannot be one is told by a short code', async (t) => {
  const mailer = fileMailer(join(home, 'plain'))
  const mail = {
    customId: 'id-1',
    from: { email: 'crm@example.com', name: 'CRM' },
    to: 'jane@example.com',
    subject: 's',
    text: 't',
    html: 'h',
    template: 'k',
    templateId: undefined,
    variables: {},
  }
  t.equal(await mailer.wasSent('id-1'), false)
  await mailer.send(mail)
  t.equal(await mailer.wasSent('id-1'), true)
  const occupied = join(home, 'occupied')
  await writeFile(occupied, '')
  const expected = { name: 'DeliveryError', failure: 'failed', message: /^file_E[A-Z]+$/ }
  await t.rejects(fileMailer(occupied).send(mail), expected)
})
