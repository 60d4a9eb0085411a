import { newTemporaryPassword } from '../../crypto/temporary-password.ts'
import type { Deps } from '../../deps.ts'
import { emailKey } from '../../policy/email-key.ts'
import { lifetimes, secondsAfter } from '../../policy/lifetimes.ts'
import { normalisePassword } from '../../policy/passwords.ts'
import { ADMIN_ROLE } from '../../policy/permissions.ts'
import { lockInTransaction, type OpenTransaction } from '../../store/database.ts'
import { SYSTEM } from '../../store/events.ts'
import { findLinkLivingBeyond } from '../../store/links.ts'
import { findUserByEmailKey, hasUsableAdmin, insertUser, setPassword } from '../../store/users.ts'
import { createLink, queueMail } from '../shared/queue-mail.ts'
import { recordEvent } from '../shared/record-event.ts'
import { transact } from '../shared/transact.ts'

export interface FirstAdmin {
  email: string
  /** Made up for one use; undefined where the setting gave a password or a link was mailed. */
  temporaryPassword: string | undefined
  /** A link to set the password is on its way to the address. */
  linkMailed: boolean
}

/**
 * Makes the first administrator while none could sign in. A given password is taken as it is. Without one, development
 * makes a temporary password, anew when an earlier one has expired unused; production mails a link that sets one, since
 * a password would end up in logs. Two first starts make one administrator.
 * @returns undefined when there is nothing to do.
 */
export async function createFirstAdmin(deps: Deps): Promise<FirstAdmin | undefined> {
  const { email, password } = deps.config.bootstrapAdmin
  if (email === '' || (await hasUsableAdmin(deps.db, deps.clock.now()))) return undefined
  const temporaryPassword = password === undefined && !deps.config.production ? newTemporaryPassword() : undefined
  const chosen = password ?? temporaryPassword
  const hash = chosen === undefined ? undefined : await deps.hasher.hash(normalisePassword(chosen))

  return transact(deps.db, async (tx) => {
    await lockInTransaction(tx, 'first-admin')
    const now = deps.clock.now()
    if (await hasUsableAdmin(tx, now)) return undefined
    const { user, isNew } = await findOrInsertAdmin(tx, deps, now)
    if (!user.active || !user.roles.includes(ADMIN_ROLE)) {
      // Their sessions would become an administrator's: that is for someone to decide, not for a start.
      deps.log.warn('BOOTSTRAP_ADMIN_EMAIL belongs to a user who is no active administrator; name another address')
      return undefined
    }
    if (hash === undefined) {
      if (await findLinkLivingBeyond(tx, user.id, 'welcome', secondsAfter(now, 1))) return undefined
      const linkId = await createLink(tx, deps, user.id, 'welcome', now)
      await queueMail(tx, user, { kind: 'welcome', linkId }, now)
    } else {
      const until = secondsAfter(now, lifetimes.temporaryPassword.unused)
      if (temporaryPassword === undefined) await setPassword(tx, user.id, hash, 'set')
      else await setPassword(tx, user.id, hash, 'temporary', until)
    }
    const type = isNew ? 'user_created' : eventOf(password, temporaryPassword)
    const details = { bootstrap: true }
    await recordEvent(tx, { type, outcome: 'success', actor: SYSTEM, subjectId: user.id, details }, undefined, now)
    return { email, temporaryPassword, linkMailed: hash === undefined }
  })
}

/** What happened to an administrator who was there before. */
function eventOf(given: string | undefined, temporary: string | undefined) {
  if (given !== undefined) return 'password_changed'
  return temporary === undefined ? 'welcome_email_queued' : 'temporary_password_set'
}

async function findOrInsertAdmin(tx: OpenTransaction, deps: Deps, now: Date) {
  const { email, locale } = deps.config.bootstrapAdmin
  const key = emailKey(email)
  if (key === undefined) throw new Error(`BOOTSTRAP_ADMIN_EMAIL is not an e-mail address: ${email}`)
  const names = { firstName: 'First', lastName: 'Administrator', phone: null }
  const inserted = await insertUser(tx, { email, emailKey: key, ...names, locale, roles: [ADMIN_ROLE] }, now)
  const user = await findUserByEmailKey(tx, key)
  if (user === undefined) throw new Error('the first administrator could not be created')
  return { user, isNew: inserted !== undefined }
}
