/**
 * Delivers one mail. Derives the link's token only now, so none lies in the queue; drops a mail whose link has died or
 * whose user has gone; after an attempt whose end was not heard, asks the transport before sending again.
 */
import { writeToken } from '../crypto/opaque-token.ts'
import type { Deps } from '../deps.ts'
import { composeMail } from '../mail/compose.ts'
import { DeliveryError } from '../mail/mailer.ts'
import type { MailKind } from '../mail/templates.ts'
import { LOCALES } from '../policy/locales.ts'
import { findLink } from '../store/links.ts'
import { beginAttempt, findMail, finishMail, type MailRecord, noteFailedAttempt } from '../store/mails.ts'
import type { LinkKind } from '../store/tables.ts'
import { findUser, type UserRecord } from '../store/users.ts'

const LINK_KINDS: LinkKind[] = ['password_reset', 'welcome', 'email_change']

/** @throws DeliveryError for the queue to try again later, unless this was the last attempt. */
export async function deliverMail(deps: Deps, mailId: string, isLastAttempt: boolean): Promise<void> {
  const mail = await findMail(deps.db, mailId)
  if (mail?.state !== 'queued') return
  const user = await findUser(deps.db, mail.user_id)
  if (!user) return finishMail(deps.db, mail.id, 'dropped', deps.clock.now(), 'user_gone')
  const url = await linkUrl(deps, mail)
  if (url === 'dead') return finishMail(deps.db, mail.id, 'dropped', deps.clock.now(), 'link_dead')
  try {
    if (!(await wasSentBefore(deps, mail))) await attempt(deps, mail, user, url)
    await finishMail(deps.db, mail.id, 'sent', deps.clock.now())
  } catch (error) {
    await noteFailure(deps, mail, error, isLastAttempt)
  }
}

/** A look-up that fails leaves it open: no reason to give the mail up, and none to send it once more. */
async function wasSentBefore(deps: Deps, mail: MailRecord): Promise<boolean> {
  if (!mail.uncertain) return false
  return deps.mailer.wasSent(mail.id).catch((error: unknown) => {
    throw error instanceof DeliveryError ? new DeliveryError('uncertain', error.message) : error
  })
}

/** The page that the mail's link opens; undefined for a mail without one. */
async function linkUrl(deps: Deps, mail: MailRecord): Promise<string | undefined | 'dead'> {
  if (mail.link_id === null) return undefined
  const link = await findLink(deps.db, mail.link_id, LINK_KINDS, deps.clock.now())
  if (!link) return 'dead'
  const { frontendUrl } = deps.config
  const { ring } = deps.keys
  // Under the key that the link's row names: sent again after a rotation, it is the same link.
  const token = (kind: 'email_link' | 'password_link') => writeToken(ring, kind, link.id, 0, link.token_key_id)
  return link.kind === 'email_change'
    ? `${frontendUrl}/confirm-email/${token('email_link')}`
    : `${frontendUrl}/reset-password/${token('password_link')}`
}

async function attempt(deps: Deps, mail: MailRecord, user: UserRecord, url: string | undefined): Promise<void> {
  const outgoing = composeMail(deps.config.mail, {
    customId: mail.id,
    kind: mail.kind as MailKind,
    locale: LOCALES.find((locale) => locale === mail.locale) ?? 'en',
    to: mail.recipient,
    firstName: user.first_name,
    lastName: user.last_name,
    url,
    signInUrl: deps.config.frontendUrl,
    parameters: mail.parameters,
  })
  await beginAttempt(deps.db, mail.id)
  await deps.mailer.send(outgoing)
}

async function noteFailure(deps: Deps, mail: MailRecord, error: unknown, isLastAttempt: boolean): Promise<void> {
  if (!(error instanceof DeliveryError)) throw error
  deps.log.warn({ mail_id: mail.id, kind: mail.kind, reason: error.message }, 'a mail was not delivered')
  if (error.failure === 'refused' || isLastAttempt) {
    return finishMail(deps.db, mail.id, 'failed', deps.clock.now(), error.message)
  }
  await noteFailedAttempt(deps.db, mail.id, error.message, error.failure === 'uncertain')
  throw error
}
