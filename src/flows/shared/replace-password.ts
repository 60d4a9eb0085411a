import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { findPasswordFault, normalisePassword, passwordForms } from '../../policy/passwords.ts'
import type { OpenTransaction } from '../../store/database.ts'
import { deleteLinks } from '../../store/links.ts'
import { endSessions } from '../../store/sessions.ts'
import { deleteSteps } from '../../store/steps.ts'
import { setPassword, type UserRecord } from '../../store/users.ts'
import { queueMail } from './queue-mail.ts'
import { circumstances } from './queue-notice.ts'

export interface NewPassword {
  newPassword: string
  confirmPassword: string
}

/**
 * Judges a new password and hashes it. Outside any transaction: it takes time.
 * @throws Refusal the code of the rule that it breaks.
 */
export async function acceptNewPassword(deps: Deps, user: UserRecord, input: NewPassword): Promise<string> {
  const password = normalisePassword(input.newPassword)
  const fault = await findPasswordFault(password, normalisePassword(input.confirmPassword), user)
  if (fault) throw new Refusal(fault)
  return deps.hasher.inTurn({ account: `new:${user.id}` }, async () => {
    if (await deps.hasher.verify(user.password_hash, passwordForms(input.newPassword)))
      throw new Refusal('password_unchanged')
    return deps.hasher.hash(password)
  })
}

/**
 * Sets the user's own new password and ends what stood on the old one: links, steps and sessions, except the session
 * that made the change. A mail confirms it. The caller holds the user's lock and writes the event.
 * @returns the ids of the sessions that ended.
 */
export async function replacePassword(
  tx: OpenTransaction,
  user: UserRecord,
  hash: string,
  source: Source,
  now: Date,
  exceptSessionId?: string,
): Promise<string[]> {
  await setPassword(tx, user.id, hash, 'set')
  await deleteLinks(tx, user.id)
  await deleteSteps(tx, user.id)
  await queueMail(tx, user, { kind: 'password_changed', parameters: circumstances(source, now) }, now)
  return endSessions(tx, user.id, now, exceptSessionId)
}
