import type { Deps } from '../../deps.ts'
import { listSessions, type SessionRecord } from '../../store/sessions.ts'
import type { SessionBearer } from '../shared/sign-in.ts'

/** The caller's standing sessions, last used first. */
export function listOwnSessions(deps: Deps, bearer: SessionBearer): Promise<SessionRecord[]> {
  return listSessions(deps.db, bearer.user.id, deps.clock.now())
}
