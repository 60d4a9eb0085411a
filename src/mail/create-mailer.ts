import type { Config } from '../config.ts'
import { fileMailer } from './file.ts'
import type { Mailer } from './mailer.ts'

/** The transport that the settings name. Mailjet's library, 10 MB in memory, is loaded only where it is used. */
export async function createMailer({ mail: { transport } }: Pick<Config, 'mail'>): Promise<Mailer> {
  if (transport.kind === 'file') return fileMailer(transport.folder)
  const { mailjetMailer } = await import('./mailjet.ts')
  return mailjetMailer(transport)
}
