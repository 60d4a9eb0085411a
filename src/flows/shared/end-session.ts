import type { Deps, Source } from '../../deps.ts'
import { endSession, lockSession, type SessionRecord } from '../../store/sessions.ts'
import { type EventReport, recordEvent } from './record-event.ts'
import { transact } from './transact.ts'

/**
 * Ends a session and tells of it; does nothing when it does not stand any more.
 * @param reportOf what the log of events says; the ids of all sessions that ended with it are added.
 */
export async function endStandingSession(
  deps: Deps,
  sessionId: string,
  source: Source,
  reportOf: (session: SessionRecord) => EventReport,
): Promise<void> {
  const now = deps.clock.now()
  await transact(deps.db, async (tx) => {
    const session = await lockSession(tx, sessionId, now)
    if (!session) return
    const endedSessions = await endSession(tx, session.id, session.user_id, now)
    await recordEvent(tx, { ...reportOf(session), sessionId, endedSessions }, source, now)
  })
}
