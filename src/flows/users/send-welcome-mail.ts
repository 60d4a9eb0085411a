import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import type { OpenTransaction } from '../../store/database.ts'
import type { UserRecord } from '../../store/users.ts'
import { type ActContext, type Authority, actOnUser, adminAct } from '../shared/act-on-user.ts'
import { createLink, queueMail } from '../shared/queue-mail.ts'
import { recordEvent } from '../shared/record-event.ts'

/**
 * Sends the welcome mail, again if need be, to someone who has never signed in.
 * @throws Refusal `user_has_logged_in`, `forbidden`, `not_found`.
 */
export async function sendWelcomeMail(
  deps: Deps,
  authority: Authority,
  targetId: number,
  source: Source,
): Promise<UserRecord> {
  return actOnUser(deps, { authority, targetId, permission: 'send_welcome_email' }, async (tx, context) => {
    if (context.target.login_count > 0) return new Refusal('user_has_logged_in')
    await queueWelcomeMail(tx, deps, context, source)
    return context.target
  })
}

/** Sign-in instructions, and a link to set a password where there is none. */
export async function queueWelcomeMail(
  tx: OpenTransaction,
  deps: Deps,
  context: ActContext,
  source: Source,
): Promise<void> {
  const { target, now } = context
  const linkId = target.password_state === 'none' ? await createLink(tx, deps, target.id, 'welcome', now) : undefined
  await queueMail(tx, target, { kind: 'welcome', ...(linkId && { linkId }) }, now)
  await recordEvent(tx, adminAct('welcome_email_queued', context, { with_link: linkId !== undefined }), source, now)
}
