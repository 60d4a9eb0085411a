/** What the database holds, in one line a table: to show that a refused request has changed nothing. */
import { sql } from 'kysely'
import type { TestApp } from '../support/app.ts'

/** Left out: what refusals are there to leave behind. The log of events, and the counts of failures. */
const TRACES = ['events', 'unsealed_events', 'attempts']

/** Written after the answer, for the list of keys. */
const NOTED_LATER: Record<string, string[]> = { api_keys: ['last_used_at', 'last_used_ip'] }

export type Fingerprint = Map<string, string>

/** @returns a function that takes the fingerprint of this moment. */
export async function fingerprinter({ db }: TestApp): Promise<() => Promise<Fingerprint>> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition`.execute(db)
  const tables = rows.map(({ name }) => name).filter((name) => !TRACES.includes(name))
  const checksum = (table: string, without: string[]) =>
    `select '${table}' as name, coalesce(md5(string_agg(row, '' order by row)), '') as sum from
      (select md5((to_jsonb(t)${without.map((column) => ` - '${column}'`).join('')})::text) as row from ${table} t) rows`
  const query = [
    ...tables.map((table) => checksum(table, NOTED_LATER[table] ?? [])),
    checksum('graphile_worker._private_jobs', []),
  ].join(' union all ')
  return async () => {
    const sums = await sql<{ name: string; sum: string }>`${sql.raw(query)}`.execute(db)
    return new Map(sums.rows.map(({ name, sum }) => [name, sum]))
  }
}

/** The tables that differ. */
export function changed(before: Fingerprint, after: Fingerprint): string[] {
  return [...after].filter(([name, sum]) => before.get(name) !== sum).map(([name]) => name)
}
