import type { Deps, Source } from '../../deps.ts'
import { type EventFilter, type EventRecord, listEvents } from '../../store/events.ts'
import { type Authority, actorOf } from '../shared/act-on-user.ts'
import { recordEvent } from '../shared/record-event.ts'

/** How many events an export holds in memory at a time. */
const EXPORT_PAGE = 500

export interface Position {
  at: Date
  id: number
}

/** @returns the page, newest first, and whether another one follows. */
export async function readEvents(
  deps: Deps,
  filter: EventFilter,
  limit: number,
  before: Position | undefined,
): Promise<{ events: EventRecord[]; more: boolean }> {
  const rows = await listEvents(deps.db, filter, limit + 1, before)
  return { events: rows.slice(0, limit), more: rows.length > limit }
}

/** An export is an event itself. */
export function reportExport(deps: Deps, authority: Authority, filter: EventFilter, source: Source): Promise<void> {
  const report = { type: 'audit_exported', outcome: 'success', actor: actorOf(authority), details: { filter } } as const
  return recordEvent(deps.db, report, source, deps.clock.now())
}

/** All matching events, newest first, a page at a time: memory stays the same however many there are. */
export async function* exportEvents(deps: Deps, filter: EventFilter): AsyncGenerator<EventRecord> {
  let before: Position | undefined
  for (;;) {
    const { events, more } = await readEvents(deps, filter, EXPORT_PAGE, before)
    yield* events
    const last = events.at(-1)
    if (!more || !last) return
    before = { at: last.at, id: last.id }
  }
}
