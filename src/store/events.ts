/** The log of events: written with the act it reports, sealed into a gapless sequence soon after its commit. */
import { type Insertable, type Selectable, sql } from 'kysely'
import type { Database } from './database.ts'
import { statement } from './statement.ts'
import type { Tables } from './tables.ts'

export type NewEvent = Omit<Insertable<Tables['events']>, 'id'>

const insert = (db: Database, events: NewEvent | NewEvent[]) =>
  db
    .with('event', (cte) => cte.insertInto('events').values(events).returning(['id', 'at']))
    .insertInto('unsealed_events')
    .columns(['event_id', 'event_at'])
    .expression((eb) => eb.selectFrom('event').select(['event.id', 'event.at']))

const insertOne = statement<Required<NewEvent>, unknown>((db, value) =>
  insert(db, {
    at: value('at'),
    type: value('type'),
    outcome: value('outcome'),
    actor_kind: value('actor_kind'),
    actor_id: value('actor_id'),
    subject_id: value('subject_id'),
    session_id: value('session_id'),
    ip: value('ip'),
    user_agent: value('user_agent'),
    request_id: value('request_id'),
    details: value('details'),
  }),
)

/** Inserts the event, or some that happened together, and, in the same statement, hands them to the sealer. */
export async function insertEvent(tx: Database, event: NewEvent | NewEvent[]): Promise<void> {
  const [first, ...more] = [event].flat()
  // The driver writes what an event leaves out as NULL.
  if (first && more.length === 0) await insertOne(tx, first as Required<NewEvent>)
  else await insert(tx, event).execute()
}

/** Makes sure that the month of this day has its partition. */
export async function ensureEventPartition(db: Database, day: Date): Promise<void> {
  await sql`select ensure_event_partition(${day.toISOString().slice(0, 10)}::date)`.execute(db)
}

export interface EventFilter {
  type?: string | undefined
  /** A user. */
  actorId?: string | undefined
  apiKeyId?: string | undefined
  subjectId?: number | undefined
  ip?: string | undefined
  from?: Date | undefined
  to?: Date | undefined
}

export type EventRecord = Selectable<Tables['events']>

/** Newest first. @param before the time and id of the last event of the page before. */
export function listEvents(
  db: Database,
  filter: EventFilter,
  limit: number,
  before: { at: Date; id: number } | undefined,
): Promise<EventRecord[]> {
  let query = db.selectFrom('events').selectAll()
  if (filter.type !== undefined) query = query.where('type', '=', filter.type)
  if (filter.actorId !== undefined)
    query = query.where('actor_kind', '=', 'user').where('actor_id', '=', filter.actorId)
  if (filter.apiKeyId !== undefined)
    query = query.where('actor_kind', '=', 'api_key').where('actor_id', '=', filter.apiKeyId)
  if (filter.subjectId !== undefined) query = query.where('subject_id', '=', filter.subjectId)
  if (filter.ip !== undefined) query = query.where('ip', '=', filter.ip)
  if (filter.from) query = query.where('at', '>=', filter.from)
  if (filter.to) query = query.where('at', '<', filter.to)
  if (before) query = query.where(sql<boolean>`(at, id) < (${before.at}, ${before.id}::bigint)`)
  return query.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute()
}
