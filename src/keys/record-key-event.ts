import type { EventType } from '../policy/event-types.ts'
import type { OpenTransaction } from '../store/database.ts'
import { insertEvents } from '../store/events.ts'
import type { ActorKind } from '../store/tables.ts'

/** Who acts on keys: the service by itself, or an operator at the command line. */
export interface KeyActor {
  kind: ActorKind
  id: string | null
}

export const BY_ITSELF: KeyActor = { kind: 'system', id: null }

export function recordKeyEvent(
  tx: OpenTransaction,
  actor: KeyActor,
  type: EventType,
  details: Record<string, string | number>,
  now: Date,
): Promise<void> {
  const event = { at: now, type, outcome: 'success', actor_kind: actor.kind, actor_id: actor.id, details } as const
  return insertEvents(tx, [event])
}
