/** The sealed sequence of the log: positions, the chain of digests, and where it starts after retention. */
import { type Insertable, type Selectable, sql } from 'kysely'
import type { Database, OpenTransaction } from './database.ts'
import type { EventRecord } from './events.ts'
import type { Tables } from './tables.ts'

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

/** Takes committed events that have no position yet, oldest first. One that has a seal already gets no second. */
export async function takeUnsealedEvents(tx: OpenTransaction, limit: number): Promise<SealableEvent[]> {
  const result = await sql<SealableEvent>`
    with taken as (
      delete from unsealed_events where event_id in (select event_id from unsealed_events order by event_id limit ${limit})
      returning event_id, event_at)
    select taken.event_id, taken.event_at, ${canonicalText} as text, e.type, e.subject_id, e.details
    from taken join events e on e.id = taken.event_id and e.at = taken.event_at
    where not exists (select 1 from event_seals s where s.event_id = taken.event_id)
    order by taken.event_id`.execute(tx)
  return result.rows
}

export async function insertSeals(tx: OpenTransaction, seals: Insertable<Tables['event_seals']>[]): Promise<void> {
  await tx.insertInto('event_seals').values(seals).execute()
}

export interface Head {
  position: number
  digest: Buffer
}

/** The last position and its digest; undefined before the first. */
export async function readHead(db: Database): Promise<Head | undefined> {
  const seal = await db
    .selectFrom('event_seals')
    .select(['position', 'digest'])
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  return seal ?? (await listCheckpoints(db))[0]
}

export type CheckpointRecord = Selectable<Tables['event_checkpoints']>

/** Newest first. */
export async function listCheckpoints(db: Database): Promise<CheckpointRecord[]> {
  const rows = await db.selectFrom('event_checkpoints').selectAll().orderBy('id', 'desc').execute()
  // The driver reads numbers inside of arrays as text.
  return rows.map((row) => ({ ...row, gaps: row.gaps.map(Number) }))
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

export interface SealedEvent {
  position: number
  digest: Buffer
  event_id: number
  event_at: Date
  type: string | null
  /** Null when the event is gone. */
  text: string | null
}

/** Seals after this position with their events, in order. */
export async function listSealedEvents(db: Database, after: number, limit: number): Promise<SealedEvent[]> {
  const result = await sql<SealedEvent>`
    select s.position, s.digest, s.event_id, s.event_at, e.type, case when e.id is not null then ${canonicalText} end as text
    from (select * from event_seals where position > ${after} order by position limit ${limit}) s
    left join events e on e.id = s.event_id and e.at = s.event_at
    order by s.position`.execute(db)
  return result.rows
}

export interface UnsealedEvent {
  id: number
  at: Date
  type: string
  /** False: it was never handed to the sealer. */
  queued: boolean
}

/** Events dated before this moment that have no seal. Reads the whole log, however long that takes. */
export function listUnsealedEvents(db: Database, before: Date, limit: number): Promise<UnsealedEvent[]> {
  return db.transaction().execute(async (tx) => {
    await sql`select set_config('statement_timeout', '0', true)`.execute(tx)
    const result = await sql<UnsealedEvent>`
      select e.id, e.at, e.type, exists (select 1 from unsealed_events u where u.event_id = e.id) as queued
      from events e
      where e.at < ${before}
        and not exists (select 1 from event_seals s where s.event_id = e.id and s.event_at = e.at)
      order by e.id limit ${limit}`.execute(tx)
    return result.rows
  })
}
