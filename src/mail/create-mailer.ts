import type { Config } from '../config.ts'
import { fileMailer } from './file.ts'
import type { Mailer } from './mailer.ts'
import { mailjetMailer } from './mailjet.ts'

/** The transport that the settings name. */
export function createMailer({ mail: { transport } }: Pick<Config, 'mail'>): Mailer {
  return transport.kind === 'mailjet' ? mailjetMailer(transport) : fileMailer(transport.folder)
}
