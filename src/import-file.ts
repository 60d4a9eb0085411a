/** `cli users import`: the file that is read, the report that is written, and what is said meanwhile. */
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { CannotStart } from './cannot-start.ts'
import type { Deps, Source } from './deps.ts'
import { type ImportSummary, importUsers, type RowReport } from './flows/import/import-users.ts'
import type { CommandLine } from './flows/shared/act-on-user.ts'

const STANDARD_INPUT = '-'
const PROGRESS_MS = 5_000

export interface ImportRequest {
  /** `-` for standard input. */
  file: string
  /** Standard output where there is none. */
  report: string | undefined
  dryRun: boolean
}

/** Imports the file. Progress and the closing summary go to standard error. */
export async function importFile(
  deps: Deps,
  authority: CommandLine,
  { file, report, dryRun }: ImportRequest,
  source: Source,
): Promise<ImportSummary> {
  const size = file === STANDARD_INPUT ? undefined : await sizeOf(file)
  const input: AsyncIterable<Uint8Array> = size === undefined ? process.stdin : createReadStream(file)
  const output = report === undefined ? process.stdout : await openReport(report)
  const start = Date.now()
  let [rows, bytes, told] = [0, 0, start]

  async function* counted() {
    for await (const piece of input) {
      bytes += piece.length
      yield piece
    }
  }
  const run = { ...source, requestId: crypto.randomUUID() }
  const write = async (reports: RowReport[]) => {
    await writeAll(output, reports.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
    rows += reports.length
    if (Date.now() - told < PROGRESS_MS) return
    told = Date.now()
    say(size ? `${rows} rows, ${Math.floor((100 * bytes) / size)} %` : `${rows} rows`)
  }
  const summary = await importUsers(deps, authority, counted(), { dryRun, report: write }, run)
  if (output !== process.stdout) await finished(output.end())
  const { created, unchanged, refused } = summary
  const seconds = ((Date.now() - start) / 1000).toFixed(1)
  say(`${summary.rows} rows: ${created} created, ${unchanged} unchanged, ${refused} refused; ${seconds} s`)
  say(dryRun ? 'a dry run: nothing has been changed' : `import ${run.requestId} is in the audit trail`)
  return summary
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new CannotStart(`cannot read ${file}: ${error.code}`)
  })
  if (found.isDirectory()) throw new CannotStart(`cannot read ${file}: it is a folder`)
  return found.size
}

/** Only the operator may read it: it names users. */
async function openReport(file: string): Promise<Writable> {
  const output = createWriteStream(file, { mode: 0o600 })
  await once(output, 'open').catch((error: NodeJS.ErrnoException) => {
    throw new CannotStart(`cannot write ${file}: ${error.code}`)
  })
  return output
}

/** Waits while the reader of the report is slower than the import. */
async function writeAll(output: Writable, text: string): Promise<void> {
  if (!output.write(text)) await once(output, 'drain')
}

function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
