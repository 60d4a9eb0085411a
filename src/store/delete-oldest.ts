import { sql } from 'kysely'
import type { Database } from './database.ts'
import type { Tables } from './tables.ts'

/**
 * Deletes up to `limit` rows whose time in this column has come, longest ago first. Rows that somebody holds are left for
 * a later run. As an array, so that the rows are found by their key, however large the table is: for a list of rows the
 * planner may read all of it.
 * @returns how many were deleted.
 */
export async function deleteOldest<Table extends keyof Tables & string>(
  db: Database,
  { table, key, column }: { table: Table; key: keyof Tables[Table] & string; column: keyof Tables[Table] & string },
  upTo: Date,
  limit: number,
): Promise<number> {
  const [from, id, time] = [sql.table(table), sql.ref(key), sql.ref(column)]
  const result = await sql`
    delete from ${from} where ${id} = any(array(
      select ${id} from ${from} where ${time} <= ${upTo} order by ${time} limit ${limit} for update skip locked))`.execute(
    db,
  )
  return Number(result.numAffectedRows ?? 0)
}
