/** How a mail leaves the service. One interface; Mailjet and the file transport implement it. */

export interface OutgoingMail {
  /** Found again by it after an attempt whose end was not heard. */
  customId: string
  from: { email: string; name: string }
  to: string
  subject: string
  text: string
  html: string
  /** The key of the mail in MAIL_TEMPLATES_FILE. */
  template: string
  /** Mailjet's template, in place of the built-in bodies. */
  templateId: number | undefined
  /** What templates may use; documented in docs/mail.md. */
  variables: Record<string, string>
}

export interface Mailer {
  readonly transport: 'mailjet' | 'file'
  /** @throws DeliveryError */
  send(mail: OutgoingMail): Promise<void>
  /** Was a mail of this id accepted? Asked after an uncertain attempt. @throws DeliveryError */
  wasSent(customId: string): Promise<boolean>
}

/**
 * - `refused`: this mail will never be taken; trying again is of no use.
 * - `failed`: not taken now; it was certainly not sent.
 * - `uncertain`: no clear answer; it may have been sent.
 */
export type DeliveryFailure = 'refused' | 'failed' | 'uncertain'

export class DeliveryError extends Error {
  readonly failure: DeliveryFailure
  /** @param reason a short code for ops, like `mailjet_401`; never a body or an address. */
  constructor(failure: DeliveryFailure, reason: string) {
    super(reason)
    this.name = 'DeliveryError'
    this.failure = failure
  }
}
