import type { Source } from '../../deps.ts'
import type { EventType } from '../../policy/event-types.ts'
import { type Actor, insertEvents, type NewEvent } from '../../store/events.ts'
import type { SessionRecord } from '../../store/sessions.ts'
import type { Askable } from '../../store/statement.ts'

export interface EventReport {
  type: EventType
  outcome: 'success' | 'failure'
  actor: Actor
  /** The user it is about; absent where none is known. */
  subjectId?: number
  sessionId?: string
  /** Every session that ended with it, whoever's: the revocation feed tells the other services. */
  endedSessions?: string[]
  /** Never a secret, never an unknown e-mail in clear. */
  details?: Record<string, unknown>
}

export const ANONYMOUS: Actor = { kind: 'anonymous', id: null }

export function userActor(id: number): Actor {
  return { kind: 'user', id: String(id) }
}

export function apiKeyActor(id: string): Actor {
  return { kind: 'api_key', id }
}

/** Who acts in this session: its user, or who impersonates them. */
export function actorIn(session: Pick<SessionRecord, 'user_id' | 'impersonated_by'>): Actor {
  return userActor(session.impersonated_by ?? session.user_id)
}

/** The report of what a user did to their own account. */
export function ownAct(
  type: EventType,
  userId: number,
  more: Omit<Partial<EventReport>, 'type' | 'subjectId'> = {},
): EventReport {
  return { type, outcome: 'success', actor: userActor(userId), subjectId: userId, ...more }
}

/** Writes an event in the transaction of what it reports. */
export function recordEvent(tx: Askable, report: EventReport, source: Source | undefined, now: Date): Promise<void> {
  return recordEvents(tx, [report], source, now)
}

/** Writes the events of acts that were done together. */
export async function recordEvents(
  tx: Askable,
  reports: EventReport[],
  source: Source | undefined,
  now: Date,
): Promise<void> {
  const events = reports.map((report) => rowOf(report, source, now))
  await insertEvents(tx, events)
}

function rowOf(report: EventReport, source: Source | undefined, now: Date): NewEvent {
  const ended = report.endedSessions?.length ? { ended_sessions: report.endedSessions } : {}
  return {
    at: now,
    type: report.type,
    outcome: report.outcome,
    actor_kind: report.actor.kind,
    actor_id: report.actor.id,
    subject_id: report.subjectId ?? null,
    session_id: report.sessionId ?? null,
    ip: source?.ip ?? null,
    user_agent: source?.userAgent ?? null,
    request_id: source?.requestId ?? null,
    details: { ...report.details, ...ended },
  }
}
