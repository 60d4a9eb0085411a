import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { freePort } from '../../src/dev/free-port.ts'
import { DeliveryError, type OutgoingMail } from '../../src/mail/mailer.ts'
import { mailjetMailer } from '../../src/mail/mailjet.ts'
import { startTestApp } from '../support/app.ts'
import { forgot, workQueue } from '../support/mail.ts'
import { startMailjet } from '../support/mailjet.ts'
import { createUser } from '../support/users.ts'

const mailjet = await startMailjet(t)
const mailer = mailjetMailer({ apiKey: 'the-key', apiSecret: 'the-secret', host: mailjet.host })
const hasty = mailjetMailer({ apiKey: 'the-key', apiSecret: 'the-secret', host: mailjet.host }, 100)

const mail = (customId: string, more: Partial<OutgoingMail> = {}): OutgoingMail => ({
  customId,
  from: { email: 'crm@example.com', name: 'The CRM' },
  to: 'jane@example.com',
  subject: 'A subject',
  text: 'The text',
  html: '<p>The text</p>',
  template: 'api_crmCommunicationUserPasswordReset',
  templateId: undefined,
  variables: { first_name: 'Jane', url: 'https://crm.example.com/reset-password/x' },
  ...more,
})

/** How a call failed; undefined when it did not. */
async function failure(call: Promise<unknown>) {
  try {
    await call
    return undefined
  } catch (error) {
    if (error instanceof DeliveryError) return { failure: error.failure, reason: error.message }
    throw error
  }
}

const ADDRESSED = {
  From: { Email: 'crm@example.com', Name: 'The CRM' },
  To: [{ Email: 'jane@example.com' }],
  Subject: 'A subject',
  TrackClicks: 'disabled',
  TrackOpens: 'disabled',
}

t.test('a mail is one call of v3.1 send, with the built-in bodies and the id to find it by', async (t) => {
  await mailer.send(mail('id-1'))
  t.strictSame(mailjet.calls.at(-1), {
    method: 'POST',
    path: '/v3.1/send',
    authorization: `Basic ${Buffer.from('the-key:the-secret').toString('base64')}`,
    contentType: 'application/json',
    body: {
      Messages: [{ ...ADDRESSED, CustomID: 'id-1', TextPart: 'The text', HTMLPart: '<p>The text</p>' }],
    },
  })
})

t.test('with a template of Mailjet it carries the variables in place of bodies', async (t) => {
  await mailer.send(mail('id-2', { templateId: 4711 }))
  t.strictSame(mailjet.sends.at(-1), {
    ...ADDRESSED,
    CustomID: 'id-2',
    TemplateID: 4711,
    TemplateLanguage: true,
    Variables: { first_name: 'Jane', url: 'https://crm.example.com/reset-password/x' },
  })
})

t.test('the look-up finds what was accepted by its id, and only that', async (t) => {
  t.equal(await mailer.wasSent('id-1'), true)
  t.equal(mailjet.lookUps.at(-1), '/v3/REST/message?CustomID=id-1')
  t.equal(await mailer.wasSent('id-of-none'), false)
})

t.test('each failure says what it means for the mail', async (t) => {
  const cases = [
    { sending: 400, failure: 'refused', reason: 'mailjet_400' },
    { sending: 401, failure: 'failed', reason: 'mailjet_401' },
    { sending: 429, failure: 'failed', reason: 'mailjet_429' },
    { sending: 500, failure: 'uncertain', reason: 'mailjet_500' },
    { sending: 'accept-500', failure: 'uncertain', reason: 'mailjet_500' },
    { sending: 'reset', failure: 'uncertain', reason: 'mailjet_econnreset' },
    { sending: 'accept-reset', failure: 'uncertain', reason: 'mailjet_econnreset' },
    { sending: 'hang', failure: 'uncertain', reason: 'mailjet_econnaborted' },
    { sending: 'accept-hang', failure: 'uncertain', reason: 'mailjet_econnaborted' },
  ] as const
  for (const { sending, ...expected } of cases) {
    mailjet.sending = sending
    const patience = sending === 'hang' || sending === 'accept-hang' ? hasty : mailer
    t.strictSame(await failure(patience.send(mail(`id-${sending}`))), expected, String(sending))
  }
  mailjet.sending = 'slow'
  t.equal(await failure(mailer.send(mail('id-slow'))), undefined, 'slow is no failure')
})

t.test('a mail that never left has certainly not been sent', async (t) => {
  const port = await freePort('localhost')
  const lost = mailjetMailer({ apiKey: 'k', apiSecret: 's', host: `localhost:${port}` })
  t.strictSame(await failure(lost.send(mail('lost'))), { failure: 'failed', reason: 'mailjet_econnrefused' })
})

t.test('a look-up that fails gives no answer', async (t) => {
  for (const lookingUp of [401, 404, 500, 'reset'] as const) {
    mailjet.lookingUp = lookingUp
    await t.rejects(mailer.wasSent('id-1'), { name: 'DeliveryError' }, String(lookingUp))
  }
  mailjet.lookingUp = 'answer'
})

t.test('the service sends with the sender, template and subject that operators have named', async (t) => {
  mailjet.sending = 'accept'
  const folder = await mkdtemp(join(tmpdir(), 'omnicrm-templates-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const file = join(folder, 'templates.yaml')
  await writeFile(
    file,
    `api_crmCommunicationUserPasswordReset:
  from_email: security@example.com
  from_name: CRM Security
  template_id: 815
  subject: Your reset
`,
  )
  const env = { ...mailjet.env, MAIL_FROM_NAME: 'The CRM', SUPPORT_PHONE: '+47 22 00 00 00', TRUST_PROXY: 'loopback' }
  const plain = await startTestApp(t, { env })
  const named = await startTestApp(t, { env: { ...env, MAIL_TEMPLATES_FILE: file } })
  for (const app of [plain, named]) {
    const user = await createUser(app)
    await forgot(app, user.email)
    await workQueue(app)
    const { id } = await app.db.selectFrom('mails').select('id').executeTakeFirstOrThrow()
    const [message, ...others] = mailjet.arrived(user.email)
    t.strictSame(others, [])
    t.match(message, {
      CustomID: id,
      To: [{ Email: user.email }],
      ...(app === plain
        ? {
            From: { Email: 'crm@example.com', Name: 'The CRM' },
            Subject: 'Reset your OmniCRM password',
            TextPart: /^Hello Jane,\n\n.*http:\/\/localhost:3001\/reset-password\/opl_.*\+47 22 00 00 00$/s,
            HTMLPart: /^<!doctype html>/,
          }
        : {
            From: { Email: 'security@example.com', Name: 'CRM Security' },
            Subject: 'Your reset',
            TemplateID: 815,
            TemplateLanguage: true,
            Variables: { first_name: 'Jane', url: /^http:\/\/localhost:3001\/reset-password\/opl_/ },
          }),
    })
    t.equal('TemplateID' in (message ?? {}), app === named)
    t.equal('TextPart' in (message ?? {}), app === plain)
  }
})
