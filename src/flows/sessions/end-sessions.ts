import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { endSession, endSessions } from '../../store/sessions.ts'
import { lockBearer } from '../shared/lock-bearer.ts'
import { ownAct, recordEvent } from '../shared/record-event.ts'
import type { SessionBearer } from '../shared/sign-in.ts'
import { transact } from '../shared/transact.ts'

/**
 * Ends one of the caller's own sessions.
 * @throws Refusal `not_found` for one that has ended or is someone else's.
 */
export async function endOwnSession(
  deps: Deps,
  bearer: SessionBearer,
  sessionId: string,
  source: Source,
): Promise<void> {
  await transact(deps.db, async (tx) => {
    const now = deps.clock.now()
    const user = await lockBearer(tx, bearer, now)
    if (user instanceof Refusal) return user
    const endedSessions = await endSession(tx, sessionId, user.id, now)
    if (endedSessions.length === 0) return new Refusal('not_found')
    const report = ownAct('session_ended', user.id, { sessionId, endedSessions, details: { reason: 'user' } })
    return recordEvent(tx, report, source, now)
  })
}

/** Ends all of the caller's sessions but the one the call comes with. */
export async function endOtherSessions(deps: Deps, bearer: SessionBearer, source: Source): Promise<void> {
  await transact(deps.db, async (tx) => {
    const now = deps.clock.now()
    const user = await lockBearer(tx, bearer, now)
    if (user instanceof Refusal) return user
    const endedSessions = await endSessions(tx, user.id, now, bearer.session.id)
    const report = ownAct('session_ended', user.id, { endedSessions, details: { reason: 'user' } })
    return recordEvent(tx, report, source, now)
  })
}
