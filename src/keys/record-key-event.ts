import type { EventType } from '../policy/event-types.ts'
import type { OpenTransaction } from '../store/database.ts'
import { type Actor, insertEvents } from '../store/events.ts'

/** @param actor the service by itself, or an operator at the command line. */
export function recordKeyEvent(
  tx: OpenTransaction,
  actor: Actor,
  type: EventType,
  details: Record<string, string | number>,
  now: Date,
): Promise<void> {
  const event = { at: now, type, outcome: 'success', actor_kind: actor.kind, actor_id: actor.id, details } as const
  return insertEvents(tx, [event])
}
