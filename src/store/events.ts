/** The log of events: written with the act it reports, sealed into a gapless sequence soon after its commit. */
import { type Insertable, type Selectable, sql } from 'kysely'
import type { Database } from './database.ts'
import { type Askable, statement } from './statement.ts'
import type { ActorKind, Tables } from './tables.ts'

export interface Actor {
  kind: ActorKind
  id: string | null
}

/** The service by itself. */
export const SYSTEM: Actor = { kind: 'system', id: null }

export type NewEvent = Omit<Insertable<Tables['events']>, 'id' | 'details'> & { details: Record<string, unknown> }

const columns = [
  'at',
  'type',
  'outcome',
  'actor_kind',
  'actor_id',
  'subject_id',
  'session_id',
  'ip',
  'user_agent',
  'request_id',
  'details',
] as const

const insert = statement<{ events: string }, unknown>((db, value) => {
  const given = sql<Pick<EventRecord, (typeof columns)[number]>>`json_to_recordset(${value('events')}::json)`
  const shape = sql`event (at timestamptz, type text, outcome text, actor_kind text, actor_id text, subject_id bigint,
    session_id uuid, ip inet, user_agent text, request_id text, details jsonb)`
  return db
    .with('event', (cte) =>
      cte
        .insertInto('events')
        .columns(columns)
        .expression((eb) => eb.selectFrom(given.as<'event'>(shape)).select(columns))
        .returning(['id', 'at']),
    )
    .insertInto('unsealed_events')
    .columns(['event_id', 'event_at'])
    .expression((eb) => eb.selectFrom('event').select(['event.id', 'event.at']))
})

/** Inserts events that happened together and, in the same statement, hands them to the sealer. */
export async function insertEvents(tx: Askable, events: NewEvent[]): Promise<void> {
  if (events.length > 0) await insert(tx, { events: JSON.stringify(events) })
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
