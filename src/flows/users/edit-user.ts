import type { Deps, Source } from '../../deps.ts'
import { fieldRefusal, Refusal } from '../../errors.ts'
import { emailKey } from '../../policy/email-key.ts'
import { ADMIN_ROLE, allows, covers } from '../../policy/permissions.ts'
import type { OpenTransaction } from '../../store/database.ts'
import { deleteLinks, findLinkLivingBeyond } from '../../store/links.ts'
import { deleteSteps } from '../../store/steps.ts'
import { findListedUser, type ListedUser } from '../../store/user-list.ts'
import { setEmail, setRoles, editUser as storeEdit, type UserEdit, type UserRecord } from '../../store/users.ts'
import {
  type ActContext,
  type Authority,
  actOnUser,
  adminAct,
  endEverything,
  refuseWithoutOtherAdmin,
} from '../shared/act-on-user.ts'
import { queueMail } from '../shared/queue-mail.ts'
import { circumstances } from '../shared/queue-notice.ts'
import { recordEvent } from '../shared/record-event.ts'
import { permissionsOfRoles } from './create-user.ts'
import { queueWelcomeMail } from './send-welcome-mail.ts'

export type EditInput = UserEdit & { email?: string; roles?: string[] }

/**
 * Edits names, e-mail, telephone, language, roles or `active`; fields left out stay as they are.
 * @param expectedVersion the version that the caller saw; undefined to overwrite whatever is there.
 * @throws Refusal `version_conflict`, `email_taken`, `unknown_role`, `own_account` (deactivating oneself, one's own address:
 *   that asks for the password, requestEmailChange), `last_admin`,
 *   `permission_required` (the e-mail also needs `reset_user_password`), `forbidden`, `not_found`.
 */
export function editUser(
  deps: Deps,
  authority: Authority,
  targetId: number,
  input: EditInput,
  expectedVersion: number | undefined,
  source: Source,
): Promise<ListedUser> {
  const act = { authority, targetId, permission: 'edit_user', mayRemoveAdmin: true } as const
  return actOnUser(deps, act, async (tx, context) => {
    const { target, now } = context
    if (expectedVersion !== undefined && expectedVersion !== target.version) return new Refusal('version_conflict')
    const changes = changesOf(target, input)
    if (Object.keys(changes).length > 0) {
      const endedSessions = await apply(tx, deps, context, changes, source)
      const before = Object.fromEntries(Object.keys(changes).map((field) => [field, target[field as keyof EditInput]]))
      const report = adminAct('user_edited', context, { before, after: changes }, endedSessions)
      await recordEvent(tx, report, source, now)
    }
    return (await findListedUser(tx, target.id, now)) ?? new Refusal('not_found')
  })
}

/** What really differs. */
function changesOf(target: UserRecord, input: EditInput): EditInput {
  const entries = Object.entries({
    ...input,
    ...(input.email === undefined ? {} : { email: input.email.trim() }),
    ...(input.roles === undefined ? {} : { roles: [...new Set(input.roles)].sort() }),
  })
  return Object.fromEntries(
    entries.filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(target[field as keyof EditInput])),
  )
}

/**
 * Throws its refusals: what was changed before them must not stay.
 * @returns the ids of the sessions that ended.
 */
async function apply(
  tx: OpenTransaction,
  deps: Deps,
  context: ActContext,
  changes: EditInput,
  source: Source,
): Promise<string[]> {
  const { caller, target, now } = context
  const { email, roles, ...edit } = changes
  const locksOut = changes.active === false || email !== undefined
  if (locksOut && target.id === caller.userId) throw new Refusal('own_account')
  if (changes.active === false || (roles !== undefined && !roles.includes(ADMIN_ROLE))) {
    const lastAdmin = await refuseWithoutOtherAdmin(tx, target)
    if (lastAdmin) throw lastAdmin
  }
  if (roles !== undefined) await changeRoles(tx, context, roles)
  if (email !== undefined) await changeEmail(tx, deps, context, email, source)
  await storeEdit(tx, target.id, edit)
  return changes.active === false ? endEverything(tx, target.id, now) : []
}

async function changeRoles(tx: OpenTransaction, { caller, target }: ActContext, roles: string[]): Promise<void> {
  const permissions = await permissionsOfRoles(tx, roles)
  if (permissions instanceof Refusal) throw permissions
  if (!covers(caller.permissions, permissions)) throw new Refusal('forbidden')
  await setRoles(tx, target.id, roles)
}

/**
 * Whoever holds the address can reset the password, so changing it needs that permission too. An invitation that is still
 * open follows its user to the new address: a mistyped one is mended like this.
 */
async function changeEmail(
  tx: OpenTransaction,
  deps: Deps,
  context: ActContext,
  email: string,
  source: Source,
): Promise<void> {
  const { caller, target, now } = context
  if (!allows(caller.permissions, 'reset_user_password')) {
    throw new Refusal('permission_required', { permission: 'reset_user_password' })
  }
  const key = emailKey(email)
  if (key === undefined) throw fieldRefusal('/email', 'format', 'email')
  if (!(await setEmail(tx, target.id, email, key))) throw new Refusal('email_taken')
  const invitation = await findLinkLivingBeyond(tx, target.id, 'welcome', now)
  await deleteLinks(tx, target.id)
  await deleteSteps(tx, target.id)
  const parameters = { new_email: email, ...circumstances(undefined, now) }
  await queueMail(tx, target, { kind: 'email_changed', parameters }, now)
  if (invitation) await queueWelcomeMail(tx, deps, { ...context, target: { ...target, email } }, source)
}
