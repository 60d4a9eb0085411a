import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { endSessions, listSessions, type SessionRecord } from '../../store/sessions.ts'
import { deleteSteps } from '../../store/steps.ts'
import { findUser } from '../../store/users.ts'
import { type Authority, actOnUser, adminAct } from '../shared/act-on-user.ts'
import { recordEvent } from '../shared/record-event.ts'

/** @throws Refusal `not_found`. */
export async function listUserSessions(deps: Deps, targetId: number): Promise<SessionRecord[]> {
  if (!(await findUser(deps.db, targetId))) throw new Refusal('not_found')
  return listSessions(deps.db, targetId, deps.clock.now())
}

/**
 * Signs a user out everywhere.
 * @throws Refusal `forbidden`, `not_found`.
 */
export async function endUserSessions(
  deps: Deps,
  authority: Authority,
  targetId: number,
  source: Source,
): Promise<void> {
  await actOnUser(deps, { authority, targetId, permission: 'edit_user' }, async (tx, context) => {
    const endedSessions = await endSessions(tx, targetId, context.now)
    await deleteSteps(tx, targetId)
    return recordEvent(tx, adminAct('sessions_ended_by_admin', context, {}, endedSessions), source, context.now)
  })
}
