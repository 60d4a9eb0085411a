/** The log of events: written with the act it reports, sealed into a gapless sequence soon after its commit. */
import { type Insertable, type Selectable, sql } from 'kysely'
import type { Database, OpenTransaction } from './database.ts'
import type { Tables } from './tables.ts'

export type NewEvent = Omit<Insertable<Tables['events']>, 'id'>

/** Inserts the event, or some that happened together, and, in the same statement, hands them to the sealer. */
export async function insertEvent(tx: Database, event: NewEvent | NewEvent[]): Promise<void> {
  await tx
    .with('event', (cte) => cte.insertInto('events').values(event).returning(['id', 'at']))
    .insertInto('unsealed_events')
    .columns(['event_id', 'event_at'])
    .expression((eb) => eb.selectFrom('event').select(['event.id', 'event.at']))
    .execute()
}

/** An event as the text that its digest covers: every column, in this order, times in UTC microseconds. */
const canonicalText = sql<string>`
  jsonb_build_array(
    e.id, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.type, e.outcome, e.actor_kind, e.actor_id,
    e.subject_id, e.session_id, host(e.ip), e.user_agent, e.request_id, e.details
  )::text`

export interface SealableEvent {
  event_id: number
  event_at: Date
  text: string
  type: string
  subject_id: number | null
  details: Record<string, unknown>
}

/** Takes committed events that have no position yet, oldest first. */
export async function takeUnsealedEvents(tx: OpenTransaction, limit: number): Promise<SealableEvent[]> {
  const result = await sql<SealableEvent>`
    with taken as (
      delete from unsealed_events where event_id in (select event_id from unsealed_events order by event_id limit ${limit})
      returning event_id, event_at)
    select taken.event_id, taken.event_at, ${canonicalText} as text, e.type, e.subject_id, e.details
    from taken join events e on e.id = taken.event_id and e.at = taken.event_at
    order by taken.event_id`.execute(tx)
  return result.rows
}

/** Which of these users have been deleted here. */
export async function findDeletedUsers(tx: OpenTransaction, ids: number[]): Promise<Set<number>> {
  const rows = await tx
    .selectFrom('events')
    .select('subject_id')
    .where('subject_id', '=', sql<number>`any(${ids}::bigint[])`)
    .where('type', '=', 'user_deleted')
    .execute()
  return new Set(rows.flatMap((row) => row.subject_id ?? []))
}

export function readLastSeal(tx: Database): Promise<{ position: number; digest: Buffer } | undefined> {
  return tx
    .selectFrom('event_seals')
    .select(['position', 'digest'])
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Up to which position events have been sealed, and when the one there happened; undefined for one not given yet. */
export function findSeal(db: Database, position: number): Promise<{ digest: Buffer; event_at: Date } | undefined> {
  return db.selectFrom('event_seals').select(['digest', 'event_at']).where('position', '=', position).executeTakeFirst()
}

/** The position of the first revoking event that happened at this time or later; undefined without one. */
export async function firstRevokingPosition(db: Database, from: Date): Promise<number | undefined> {
  const row = await db
    .selectFrom('event_seals')
    .select((eb) => eb.fn.min<number | null>('position').as('position'))
    .where(sql<boolean>`revokes is not false`)
    .where('event_at', '>=', from)
    .executeTakeFirst()
  return row?.position ?? undefined
}

export type RevokingEvent = Pick<EventRecord, 'type' | 'at' | 'subject_id' | 'details'> & {
  position: number
  digest: Buffer
}

/** Sealed events that revoke access tokens, in the order of their positions, after one and up to another. */
export function listRevokingEvents(
  db: Database,
  range: { after: number; upTo: number },
  limit: number,
): Promise<RevokingEvent[]> {
  return db
    .selectFrom('event_seals')
    .innerJoin('events', (join) =>
      join.onRef('events.id', '=', 'event_seals.event_id').onRef('events.at', '=', 'event_seals.event_at'),
    )
    .select(['position', 'digest', 'type', 'at', 'subject_id', 'details'])
    .where(sql<boolean>`revokes is not false`)
    .where('position', '>', range.after)
    .where('position', '<=', range.upTo)
    .orderBy('position')
    .limit(limit)
    .execute()
}

export async function insertSeals(tx: OpenTransaction, seals: Insertable<Tables['event_seals']>[]): Promise<void> {
  await tx.insertInto('event_seals').values(seals).execute()
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
