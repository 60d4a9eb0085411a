/** Mails through Mailjet's Send API v3.1. The only file that knows node-mailjet. */
import mailjet from 'node-mailjet'
import { DeliveryError, type Mailer, type OutgoingMail } from './mailer.ts'

export interface MailjetSettings {
  apiKey: string
  apiSecret: string
  /** `api.mailjet.com`, or a regional host. */
  host: string
}

/** An attempt that takes longer counts as uncertain, in milliseconds. */
const TIMEOUT = 10_000

export function mailjetMailer(settings: MailjetSettings, timeout = TIMEOUT): Mailer {
  const client = mailjet.Client.apiConnect(settings.apiKey, settings.apiSecret, {
    config: { host: settings.host },
    options: { timeout },
  })
  return {
    transport: 'mailjet',
    async send(mail) {
      await withReason(() => client.post('send', { version: 'v3.1' }).request({ Messages: [messageOf(mail)] }))
    },
    async wasSent(customId) {
      const answer = await withReason(() =>
        client.get('message', { version: 'v3' }).request({}, { CustomID: customId }),
      )
      const body = answer.body as { Count?: number }
      return (body.Count ?? 0) > 0
    },
  }
}

function messageOf(mail: OutgoingMail): Record<string, unknown> {
  const content = mail.templateId
    ? { TemplateID: mail.templateId, TemplateLanguage: true, Variables: mail.variables }
    : { TextPart: mail.text, HTMLPart: mail.html }
  return {
    From: { Email: mail.from.email, Name: mail.from.name },
    To: [{ Email: mail.to }],
    Subject: mail.subject,
    CustomID: mail.customId,
    // Links of the service must reach the reader as they are, and not pass through a click tracker.
    TrackClicks: 'disabled',
    TrackOpens: 'disabled',
    ...content,
  }
}

/** Sorts what can go wrong by what it says about the mail. */
async function withReason<T>(request: () => PromiseLike<T>): Promise<T> {
  try {
    return await request()
  } catch (error) {
    const status = statusOf(error)
    if (status === undefined)
      throw new DeliveryError(neverLeft(error) ? 'failed' : 'uncertain', `mailjet_${codeOf(error)}`)
    if (status === 401 || status === 403 || status === 408 || status === 429)
      throw new DeliveryError('failed', `mailjet_${status}`)
    throw new DeliveryError(status >= 500 ? 'uncertain' : 'refused', `mailjet_${status}`)
  }
}

function statusOf(error: unknown): number | undefined {
  const response = (error as { response?: { status?: number } }).response
  return response?.status
}

function codeOf(error: unknown): string {
  const { code, originalMessage } = error as { code?: string; originalMessage?: string }
  return (code ?? (/timeout/.test(originalMessage ?? '') ? 'timeout' : 'no_answer')).toLowerCase()
}

/** No connection came about, so nothing can have been sent. */
function neverLeft(error: unknown): boolean {
  return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(codeOf(error).toUpperCase())
}
