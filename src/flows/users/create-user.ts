import type { Deps, Source } from '../../deps.ts'
import { fieldRefusal, Refusal } from '../../errors.ts'
import { emailKey } from '../../policy/email-key.ts'
import { covers } from '../../policy/permissions.ts'
import type { OpenTransaction } from '../../store/database.ts'
import { findListedUser, type ListedUser } from '../../store/user-list.ts'
import { findUser, insertUser } from '../../store/users.ts'
import { type Authority, adminAct, requireCaller } from '../shared/act-on-user.ts'
import { lockKnownRoles } from '../shared/known-roles.ts'
import { recordEvent } from '../shared/record-event.ts'
import { transact } from '../shared/transact.ts'
import { queueWelcomeMail } from './send-welcome-mail.ts'

export interface UserDraft {
  email: string
  firstName: string
  lastName: string
  phone: string | null
  locale: string
  roles: string[]
  sendWelcomeEmail: boolean
}

/**
 * Creates an account without a password; the welcome mail carries the link that sets one.
 * @throws Refusal `email_taken`, `unknown_role`, `forbidden` (a role with more than the caller has), `validation_failed`.
 */
export async function createUser(
  deps: Deps,
  authority: Authority,
  draft: UserDraft,
  source: Source,
): Promise<ListedUser> {
  const email = draft.email.trim()
  const key = emailKey(email)
  if (key === undefined) throw fieldRefusal('/email', 'format', 'email')
  return transact(deps.db, async (tx) => {
    const now = deps.clock.now()
    const caller = await requireCaller(tx, authority, 'create_user', now)
    if (caller instanceof Refusal) return caller
    const permissions = await permissionsOfRoles(tx, draft.roles)
    if (permissions instanceof Refusal) return permissions
    if (!covers(caller.permissions, permissions)) return new Refusal('forbidden')

    const { firstName, lastName, phone, locale, roles } = draft
    const id = await insertUser(tx, { email, emailKey: key, firstName, lastName, phone, locale, roles }, now)
    const target = id === undefined ? undefined : await findUser(tx, id)
    if (!target) return new Refusal('email_taken')
    await recordEvent(tx, adminAct('user_created', { caller, target }, { email, roles }), source, now)
    if (draft.sendWelcomeEmail) await queueWelcomeMail(tx, deps, { caller, target, now }, source)
    return (await findListedUser(tx, target.id, now)) ?? new Refusal('not_found')
  })
}

/** What these roles give together; `unknown_role` when one does not exist. Holds them unchanged until the commit. */
export async function permissionsOfRoles(tx: OpenTransaction, names: string[]): Promise<string[] | Refusal> {
  const roles = await lockKnownRoles(tx, names, '/roles')
  return roles instanceof Refusal ? roles : roles.flatMap((role) => role.permissions)
}
