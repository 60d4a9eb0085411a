import { readToken } from '../../crypto/opaque-token.ts'
import type { Deps, Source } from '../../deps.ts'
import { fieldRefusal, Refusal } from '../../errors.ts'
import { emailKey } from '../../policy/email-key.ts'
import { deleteLinks, findLink } from '../../store/links.ts'
import { deleteSteps } from '../../store/steps.ts'
import { findUserByEmailKey, lockUser, setEmail, updateProfile } from '../../store/users.ts'
import { findThrottle, recordFailure, userCounter } from '../shared/attempts.ts'
import { withConfirmedPassword } from '../shared/confirm-password.ts'
import { createLink, queueMail } from '../shared/queue-mail.ts'
import { circumstances } from '../shared/queue-notice.ts'
import { ownAct, recordEvent } from '../shared/record-event.ts'
import type { SessionBearer } from '../shared/sign-in.ts'
import { transact } from '../shared/transact.ts'

/**
 * Mails a link to the new address; the address changes when that link is opened. A newer request voids the older link. The
 * old address is told, while its owner can still stop it: a reset of the password voids the link.
 * @throws Refusal `wrong_password`, `email_taken`, `validation_failed`, `too_many_attempts`.
 */
export async function requestEmailChange(
  deps: Deps,
  bearer: SessionBearer,
  input: { newEmail: string; password: string },
  source: Source,
): Promise<void> {
  const newEmail = input.newEmail.trim()
  const key = emailKey(newEmail)
  if (key === undefined) throw fieldRefusal('/new_email', 'format', 'email')
  await withConfirmedPassword(deps, bearer, input.password, source, async (tx, user, now) => {
    // Every request counts: an account must be no means of mailing strangers, nor of asking who has one.
    const counters = [userCounter('emailChange', user.id)]
    const about = { subjectId: user.id }
    const counts = await findThrottle(tx, deps, counters, source, now, about)
    if (counts instanceof Refusal) return counts
    await recordFailure(tx, deps, counters, source, now, about)
    if (await findUserByEmailKey(tx, key)) return new Refusal('email_taken')
    await deleteLinks(tx, user.id, ['email_change'])
    const linkId = await createLink(tx, deps, user.id, 'email_change', now, newEmail)
    await queueMail(tx, user, { kind: 'email_change', recipient: newEmail, linkId }, now)
    const parameters = { new_email: newEmail, ...circumstances(source, now) }
    await queueMail(tx, user, { kind: 'email_change_requested', parameters }, now)
    return recordEvent(tx, ownAct('email_change_requested', user.id, { details: { new_email: newEmail } }), source, now)
  })
}

/**
 * Changes the address by the link that was mailed to it. The old address is told; reset links and steps that belong to
 * it are dead.
 * @throws Refusal `email_link_invalid` (expired, used, made up: one answer), `email_taken`.
 */
export async function confirmEmailChange(deps: Deps, token: string, source: Source): Promise<void> {
  const read = readToken(deps.keys.ring, 'email_link', token)
  const found = read && (await findLink(deps.db, read.id, ['email_change'], deps.clock.now()))
  if (!found) throw new Refusal('email_link_invalid')
  await transact(deps.db, async (tx) => {
    const now = deps.clock.now()
    const user = await lockUser(tx, found.user_id)
    const link = await findLink(tx, found.id, ['email_change'], now)
    const key = emailKey(link?.new_email ?? '')
    if (!user?.active || !link?.new_email || key === undefined) return new Refusal('email_link_invalid')
    if (!(await setEmail(tx, user.id, link.new_email, key))) return new Refusal('email_taken')
    await updateProfile(tx, user.id, {})
    await deleteLinks(tx, user.id)
    await deleteSteps(tx, user.id)
    const parameters = { new_email: link.new_email, ...circumstances(source, now) }
    await queueMail(tx, user, { kind: 'email_changed', parameters }, now)
    const details = { before: user.email, after: link.new_email }
    return recordEvent(tx, ownAct('email_changed', user.id, { details }), source, now)
  })
}
