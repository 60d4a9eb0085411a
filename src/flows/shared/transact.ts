import { Refusal } from '../../errors.ts'
import type { Database, OpenTransaction } from '../../store/database.ts'

/**
 * Runs the work in one transaction. A refusal that must leave a trace (a counter, an event) is *returned* by the work:
 * the trace is committed, then the refusal is thrown. A thrown one undoes everything.
 */
export async function transact<T>(db: Database, work: (tx: OpenTransaction) => Promise<T | Refusal>): Promise<T> {
  const result = await db.transaction().execute(work)
  if (result instanceof Refusal) throw result
  return result
}
