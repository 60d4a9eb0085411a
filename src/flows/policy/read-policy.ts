import type { Deps } from '../../deps.ts'
import { type MailSummary, summariseMails } from '../../store/mails.ts'
import { readTwoFactorPolicy, type TwoFactorPolicy } from '../../store/policy.ts'

export function readPolicy(deps: Deps): Promise<TwoFactorPolicy> {
  return readTwoFactorPolicy(deps.db)
}

export async function readMailState(deps: Deps): Promise<MailSummary & { transport: 'mailjet' | 'file' }> {
  return { transport: deps.mailer.transport, ...(await summariseMails(deps.db)) }
}
