/** The audit log, newest first. */
import { useEffect, useState } from 'preact/hooks'
import type { AuditEvent } from '../../../../packages/client/src/index.ts'
import { may, useApp, useUser } from '../context.ts'
import { ask } from '../identity.ts'
import { formatTime } from '../language.ts'
import { SelectField, TextField } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Page } from '../parts/page.tsx'
import { type EventType, eventNames } from '../texts/events.ts'
import { nameOf } from './users/users.tsx'

interface Filter {
  type?: EventType
  subject_id?: number
  from?: string
  to?: string
}

/** A page of events, and the names of those whom they are about. */
interface EventPage {
  events: AuditEvent[]
  names: Map<string, string>
  next: string | null
}

const PAGE_SIZE = 25

export function AuditLog() {
  const { t, identity } = useApp()
  const viewer = useUser()
  const [filter, setFilter] = useState<Filter>({})
  const load = async (cursor?: string): Promise<EventPage> => {
    const query = { ...filter, limit: PAGE_SIZE, ...(cursor && { cursor }) }
    const { items, next_cursor: next } = await ask(identity.GET('/admin/audit-events', { params: { query } }))
    return { events: items, next, names: await namesIn(items) }
  }
  const namesIn = async (events: AuditEvent[]): Promise<Map<string, string>> => {
    const ids = new Set(events.flatMap(idsOf))
    if (ids.size === 0 || !may(viewer, 'view_user')) return new Map()
    const query = { ids: [...ids].join(','), limit: 200 }
    const { items } = await ask(identity.GET('/admin/users', { params: { query } }))
    return new Map(items.map((user) => [String(user.id), nameOf(user)]))
  }
  return (
    <Page title={t.audit.title}>
      <Filters onFilter={setFilter} />
      <Loaded load={load} of={JSON.stringify(filter)}>
        {(first) => <Events first={first} load={load} />}
      </Loaded>
    </Page>
  )
}

const idsOf = ({ actor, subject }: AuditEvent): string[] =>
  [actor.kind === 'user' ? actor.id : null, subject === null ? null : String(subject)].filter((id) => id !== null)

function Filters({ onFilter }: { onFilter: (filter: Filter) => void }) {
  const { t, language } = useApp()
  const apply = async (values: FormData) => {
    const text = (name: string) => String(values.get(name) ?? '')
    const [type, subject, from, to] = ['type', 'subject_id', 'from', 'to'].map(text)
    onFilter({
      ...(type && { type: type as EventType }),
      ...(subject && { subject_id: Number(subject) }),
      ...(from && { from: new Date(`${from}T00:00`).toISOString() }),
      ...(to && { to: new Date(`${to}T23:59:59.999`).toISOString() }),
    })
  }
  const types = Object.entries(eventNames(language)).sort(([, a], [, b]) => a.localeCompare(b, language))
  return (
    <search>
      <Form submit={t.audit.filter} onSubmit={apply} class="filters">
        <SelectField
          name="type"
          label={t.audit.type}
          options={{ '': t.audit.allTypes, ...Object.fromEntries(types) }}
          optional
        />
        <TextField name="subject_id" type="number" label={t.audit.subject} optional />
        <TextField name="from" type="date" label={t.audit.from} optional />
        <TextField name="to" type="date" label={t.audit.to} optional />
      </Form>
    </search>
  )
}

function Events({ first, load }: { first: EventPage; load: (cursor: string) => Promise<EventPage> }) {
  const { t } = useApp()
  const [pages, setPages] = useState([first])
  useEffect(() => setPages([first]), [first])
  const next = pages.at(-1)?.next
  const names = new Map(pages.flatMap((page) => [...page.names]))
  const events = pages.flatMap((page) => page.events)
  if (events.length === 0) return <p role="status">{t.audit.empty}</p>
  return (
    <>
      <table class="audit">
        <thead>
          <tr>
            {[t.audit.at, t.audit.event, t.audit.actor, t.audit.about, t.audit.ip, t.audit.details].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <EventRow key={event.id} event={event} names={names} />
          ))}
        </tbody>
      </table>
      {next && (
        <Form submit={t.audit.more} onSubmit={async () => setPages([...pages, await load(next)])} class="pages" />
      )}
    </>
  )
}

function EventRow({ event, names }: { event: AuditEvent; names: Map<string, string> }) {
  const { t, language } = useApp()
  const nameOfUser = (id: string) => names.get(id) ?? t.audit.user(id)
  const { actor, subject } = event
  const kind = actor.kind as keyof typeof t.audit.kinds
  const hasFailed = event.outcome === 'failure'
  return (
    <tr>
      <td>{formatTime(language, event.at)}</td>
      <th scope="row">
        {eventNames(language)[event.type]}
        {hasFailed && <span class="badge warn">{t.audit.failure}</span>}
      </th>
      <td>
        <bdi>{actor.kind === 'user' && actor.id ? nameOfUser(actor.id) : t.audit.kinds[kind]}</bdi>
      </td>
      <td>
        <bdi>{subject === null ? t.common.none : nameOfUser(String(subject))}</bdi>
      </td>
      <td>
        <bdi dir="ltr">{event.ip ?? t.common.none}</bdi>
      </td>
      <td>
        {Object.keys(event.details).length > 0 && (
          <details>
            <summary>{t.audit.details}</summary>
            <pre dir="ltr">{JSON.stringify(event.details, null, 2)}</pre>
          </details>
        )}
      </td>
    </tr>
  )
}
