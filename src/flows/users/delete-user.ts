import type { Deps, Source } from '../../deps.ts'
import { deleteUser as storeDelete } from '../../store/users.ts'
import { type Authority, actOnUser, adminAct, endEverything, refuseWithoutOtherAdmin } from '../shared/act-on-user.ts'
import { recordEvent } from '../shared/record-event.ts'

/**
 * Deletes account, credentials, second factor and sessions for good. Events stay; customer data lives elsewhere.
 * @throws Refusal `own_account`, `last_admin`, `forbidden`, `not_found`.
 */
export async function deleteUser(
  deps: Deps,
  authority: Authority,
  targetId: number,
  reason: string | undefined,
  source: Source,
): Promise<void> {
  const act = { authority, targetId, permission: 'delete_user', notOnOneself: true, mayRemoveAdmin: true } as const
  await actOnUser(deps, act, async (tx, context) => {
    const { target, now } = context
    const lastAdmin = await refuseWithoutOtherAdmin(tx, target)
    if (lastAdmin) return lastAdmin
    const endedSessions = await endEverything(tx, target.id, now)
    await storeDelete(tx, target.id)
    const details = { email: target.email, roles: target.roles, reason }
    return recordEvent(tx, adminAct('user_deleted', context, details, endedSessions), source, now)
  })
}
