/** Moves users in as the command line does, without a process of its own. */
import { userInfo } from 'node:os'
import { type ImportSummary, importUsers, type RowReport } from '../../src/flows/import/import-users.ts'
import type { TestApp } from './app.ts'

const source = { ip: null, network: 'cli', userAgent: null, requestId: 'this-run' }
const authority = { kind: 'cli', operator: userInfo().username } as const

export interface ImportResult extends ImportSummary {
  reports: RowReport[]
}

/** A row that is taken, with a name of its own. */
export function row(id: number, more: object = {}): Record<string, unknown> {
  return { id, email: `moved${id}@example.com`, first_name: 'Mo', last_name: 'Ved', roles: ['customer'], ...more }
}

/** @param rows objects, or lines as they stand in the file. */
export async function importRows(
  { deps }: TestApp,
  rows: (object | string | Uint8Array)[],
  { dryRun = false } = {},
): Promise<ImportResult> {
  const lines = rows.map((entry) =>
    entry instanceof Uint8Array ? entry : Buffer.from(typeof entry === 'string' ? entry : JSON.stringify(entry)),
  )
  const reports: RowReport[] = []
  const report = async (batch: RowReport[]) => {
    reports.push(...batch)
  }
  const summary = await importUsers(deps, authority, pieces(lines), { dryRun, report }, source)
  return { ...summary, reports }
}

/** The lines in pieces that end anywhere but at the lines' ends. */
async function* pieces(lines: Uint8Array[]) {
  const all = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]))
  for (let start = 0; start < all.length; start += 997) yield all.subarray(start, start + 997)
}
