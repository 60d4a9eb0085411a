import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import type { UserRecord } from '../../store/users.ts'
import { findUser, type ProfileChange, updateProfile } from '../../store/users.ts'
import { lockBearer } from '../shared/lock-bearer.ts'
import { actorIn, ownAct, recordEvent } from '../shared/record-event.ts'
import type { SessionBearer } from '../shared/sign-in.ts'
import { transact } from '../shared/transact.ts'

/** Changes the caller's own names, telephone number or language. Fields left out stay as they are. */
export async function editProfile(
  deps: Deps,
  bearer: SessionBearer,
  change: ProfileChange,
  source: Source,
): Promise<UserRecord> {
  return transact(deps.db, async (tx) => {
    const now = deps.clock.now()
    const user = await lockBearer(tx, bearer, now)
    if (user instanceof Refusal) return user
    if (Object.keys(change).length === 0) return user
    await updateProfile(tx, user.id, change)
    const details = { changed: Object.keys(change) }
    const report = ownAct('profile_changed', user.id, {
      actor: actorIn(bearer.session),
      sessionId: bearer.session.id,
      details,
    })
    await recordEvent(tx, report, source, now)
    return (await findUser(tx, user.id)) ?? user
  })
}
