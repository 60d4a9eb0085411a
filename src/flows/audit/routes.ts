/** The audit trail: who did what to whom, when and from where. */
import { Readable } from 'node:stream'
import { Type } from 'typebox'
import type { Deps } from '../../deps.ts'
import type { App } from '../../http/app-type.ts'
import { callerOf, type Guards } from '../../http/authenticate.ts'
import { contract } from '../../http/contract.ts'
import { readTimeCursor, writeCursor } from '../../http/cursor.ts'
import { exampleEvent } from '../../http/examples.ts'
import { readTime } from '../../http/parameters.ts'
import { presentEvent } from '../../http/present.ts'
import { AuditEvent, closed, PAGE_SIZE, pageOf, pageQuery, timestamp, userId, uuidInput } from '../../http/schemas.ts'
import { sourceOf } from '../../http/source.ts'
import { EVENT_TYPES, type EventType } from '../../policy/event-types.ts'
import { exportEvents, type Position, readEvents, reportExport } from './read-events.ts'

const filters = {
  type: Type.Optional(Type.Unsafe<EventType>({ type: 'string', enum: [...EVENT_TYPES] })),
  actor_id: Type.Optional(userId),
  api_key_id: Type.Optional(uuidInput('What this API key did.')),
  subject_id: Type.Optional(userId),
  ip: Type.Optional(Type.Unsafe<string>({ type: 'string', anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] })),
  from: Type.Optional(timestamp('Not before this moment.')),
  to: Type.Optional(timestamp('Before this moment.')),
}
const EventQuery = Type.Object({ ...pageQuery, ...filters }, closed)
const ExportQuery = Type.Object(filters, closed)

export function auditRoutes(app: App, deps: Deps, guards: Guards): void {
  app.get(
    '/admin/audit-events',
    {
      onRequest: guards.permission('view_audit_log'),
      schema: contract({
        id: 'listAuditEvents',
        tag: 'Audit',
        summary: 'List audit events',
        description: 'Newest first.',
        access: 'caller',
        permission: 'view_audit_log',
        querystring: EventQuery,
        answers: {
          200: {
            description: 'A page.',
            schema: pageOf(AuditEvent),
            example: { items: [exampleEvent], next_cursor: null },
          },
        },
        refuses: ['invalid_cursor'],
      }),
    },
    async (request) => {
      const { limit = PAGE_SIZE, cursor, ...query } = request.query
      const before = cursor === undefined ? undefined : readPosition(cursor)
      const { events, more } = await readEvents(deps, filterOf(query), limit, before)
      const last = events.at(-1)
      return {
        items: events.map(presentEvent),
        next_cursor: more && last ? writeCursor('events', last.at.toISOString(), last.id) : null,
      }
    },
  )

  app.get(
    '/admin/audit-events/export',
    {
      onRequest: guards.permission('view_audit_log'),
      schema: contract({
        id: 'exportAuditEvents',
        tag: 'Audit',
        summary: 'Export audit events',
        description: 'One JSON object a line (NDJSON), newest first, as a stream.',
        access: 'caller',
        permission: 'view_audit_log',
        querystring: ExportQuery,
        answers: {
          200: {
            description: 'The events.',
            schema: Type.String(),
            contentType: 'application/x-ndjson',
            example: JSON.stringify(exampleEvent),
          },
        },
      }),
    },
    async (request, reply) => {
      const filter = filterOf(request.query)
      await reportExport(deps, callerOf(request), filter, sourceOf(request))
      reply.type('application/x-ndjson')
      return Readable.from(lines(deps, filter))
    },
  )
}

function readPosition(cursor: string): Position {
  const { value, id } = readTimeCursor('events', cursor)
  return { at: new Date(value), id }
}

async function* lines(deps: Deps, filter: ReturnType<typeof filterOf>): AsyncGenerator<string> {
  for await (const event of exportEvents(deps, filter)) yield `${JSON.stringify(presentEvent(event))}\n`
}

function filterOf(query: {
  type?: EventType
  actor_id?: number
  api_key_id?: string
  subject_id?: number
  ip?: string
  from?: string
  to?: string
}) {
  return {
    type: query.type,
    actorId: query.actor_id === undefined ? undefined : String(query.actor_id),
    apiKeyId: query.api_key_id?.toLowerCase(),
    subjectId: query.subject_id,
    ip: query.ip,
    from: query.from === undefined ? undefined : readTime('from', query.from),
    to: query.to === undefined ? undefined : readTime('to', query.to),
  }
}
