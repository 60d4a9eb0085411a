/**
 * Moves users in from another system, in batches of one transaction each. A row is created, or left alone because it is
 * in already, or refused; no row ever changes a user who is there. So a run that broke off is resumed by running it again.
 */
import { contentDigest } from '../../crypto/content-digest.ts'
import { readForeignHash } from '../../crypto/foreign-hashes.ts'
import { newEnrolment, openEnrolment, sealEnrolment } from '../../crypto/totp.ts'
import type { Deps, Source } from '../../deps.ts'
import { lockInTransaction, type OpenTransaction } from '../../store/database.ts'
import {
  findDeletedUsers,
  findRivals,
  type ImportedUser,
  insertImportedUsers,
  reserveUserIds,
} from '../../store/imports.ts'
import { lockRolesForUse } from '../../store/roles.ts'
import type { CommandLine } from '../shared/act-on-user.ts'
import { type EventReport, recordEvent, recordEvents } from '../shared/record-event.ts'
import { judgeRows, type Verdict } from './judge-rows.ts'
import { type Line, readLines } from './read-lines.ts'
import { type Row, type RowFault, readRow } from './read-row.ts'

const BATCH = 1000

export interface RowReport {
  line: number
  /** Where the row has a readable one. */
  id?: number
  outcome: 'created' | 'unchanged' | 'refused'
  /** Of an unchanged user: the fields in which the account is no longer, or never was, as the row says. */
  differs?: string[]
  errors?: RowFault[]
}

export interface ImportSummary {
  rows: number
  created: number
  unchanged: number
  refused: number
  /** SHA-256 of all that was read. */
  digest: string
}

export interface ImportOptions {
  /** Does everything, database included, and takes it all back. */
  dryRun: boolean
  /** Called after each batch's commit, in the order of the lines; waited for. */
  report(rows: RowReport[]): Promise<void>
}

/** @param source its request id names this run in the events. */
export async function importUsers(
  deps: Deps,
  authority: CommandLine,
  pieces: AsyncIterable<Uint8Array>,
  options: ImportOptions,
  source: Source,
): Promise<ImportSummary> {
  const summary = { rows: 0, created: 0, unchanged: 0, refused: 0 }
  const digest = contentDigest()
  const run = async (importOne: (batch: Batch) => Promise<RowReport[]>) => {
    for await (const lines of readLines(digesting(pieces, digest.add), BATCH)) {
      const reports = await importOne(readBatch(lines, deps.clock.now()))
      for (const { outcome } of reports) summary[outcome] += 1
      summary.rows += reports.length
      await options.report(reports)
    }
  }
  const context = { deps, authority, source, dryRun: options.dryRun }

  if (options.dryRun) {
    const tx = await deps.db.startTransaction().execute()
    try {
      await run((batch) => importBatch(tx, context, batch))
    } finally {
      await tx.rollback().execute()
    }
    return { ...summary, digest: digest.finish() }
  }

  await run((batch) => deps.db.transaction().execute((tx) => importBatch(tx, context, batch)))
  const finished = { ...summary, digest: digest.finish() }
  const report = { ...actOf(authority), type: 'users_imported', details: { ...finished } } as const
  await recordEvent(deps.db, report, source, deps.clock.now())
  return finished
}

interface Batch {
  rows: { line: number; row: Row }[]
  refused: RowReport[]
}

interface Context {
  deps: Deps
  authority: CommandLine
  source: Source
  dryRun: boolean
}

function readBatch(lines: Line[], now: Date): Batch {
  const batch: Batch = { rows: [], refused: [] }
  for (const line of lines) {
    const row = readRow(line, now)
    if (Array.isArray(row)) batch.refused.push({ line: line.number, outcome: 'refused', errors: row })
    else batch.rows.push({ line: line.number, row })
  }
  return batch
}

async function importBatch(tx: OpenTransaction, context: Context, batch: Batch): Promise<RowReport[]> {
  const { deps, authority, source } = context
  const now = deps.clock.now()
  // Two imports take turns: they would lock each other's e-mail keys in different orders.
  await lockInTransaction(tx, 'import-users')
  const verdicts = judgeRows(batch.rows, await readState(tx, deps, batch))
  const created = verdicts.flatMap((verdict) => (verdict.outcome === 'created' ? [verdict.row] : []))
  // The sequence's move could not be taken back.
  if (created.length > 0 && !context.dryRun) await reserveUserIds(tx, Math.max(...created.map((row) => row.id)))
  const added = await insertImportedUsers(
    tx,
    created.map((row) => sealRow(deps, row, now)),
  )
  const events = created.filter((row) => added.has(row.id)).map((row) => reportOf(authority, row))
  await recordEvents(tx, events, source, now)
  return [...batch.refused, ...verdicts.map((verdict) => reportRow(verdict, added))].sort((a, b) => a.line - b.line)
}

/** What the verdicts depend on, as it stands in this transaction. */
async function readState(tx: OpenTransaction, deps: Deps, { rows }: Batch) {
  const names = new Set(rows.flatMap(({ row }) => row.roles))
  const ids = rows.map(({ row }) => row.id)
  const emailKeys = rows.map(({ row }) => row.email_key)
  return {
    roles: new Set((await lockRolesForUse(tx, [...names])).map((role) => role.name)),
    users: (await findRivals(tx, ids, emailKeys)).map((user) => unsealUser(deps, user)),
    deleted: await findDeletedUsers(tx, ids),
  }
}

function reportRow({ line, row, ...verdict }: Verdict, added: Set<number>): RowReport {
  if (verdict.outcome !== 'created' || added.has(row.id)) return { line, id: row.id, ...verdict }
  const message = 'the id or the e-mail address was taken while this row was being imported; run the import again'
  return { line, id: row.id, outcome: 'refused', errors: [{ path: '', message }] }
}

/** The second factor works as before; its old backup codes could not be brought along, so there are none yet. */
function sealRow(deps: Deps, row: Row, now: Date): ImportedUser {
  const secret = row.totp_secret
  return {
    ...row,
    created_at: row.created_at ?? now,
    totp_secret: secret === null ? null : sealEnrolment(deps.keys.ring, row.id, newEnrolment(secret)),
  }
}

function unsealUser(deps: Deps, user: ImportedUser): Row {
  return {
    ...user,
    roles: user.roles.sort(),
    totp_secret: user.totp_secret && unsealSecret(deps, user.id, user.totp_secret),
  }
}

/** What does not open, because somebody has changed it by hand, differs from whatever a row says. */
function unsealSecret(deps: Deps, id: number, sealed: string): string {
  try {
    return openEnrolment(deps.keys.ring, id, sealed).totpSecret
  } catch {
    return ''
  }
}

function reportOf(authority: CommandLine, { id, email, roles, password_hash, totp_secret }: Row): EventReport {
  const password = password_hash === null ? 'none' : (readForeignHash(password_hash)?.format ?? 'unknown')
  const details = { email, roles, password, two_factor: totp_secret !== null }
  return { ...actOf(authority), type: 'user_imported', subjectId: id, details }
}

function actOf(authority: CommandLine): Pick<EventReport, 'outcome' | 'actor'> {
  return { outcome: 'success', actor: { kind: 'cli', id: authority.operator } }
}

async function* digesting(pieces: AsyncIterable<Uint8Array>, add: (piece: Uint8Array) => void) {
  for await (const piece of pieces) {
    add(piece)
    yield piece
  }
}
