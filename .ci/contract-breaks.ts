/** What in an OpenAPI document would break the callers of an earlier one. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** As `redocly diff` reports it; with `property` the values are that property's. */
interface Change {
  path: string
  kind: 'added' | 'removed' | 'modified'
  impact: 'major' | 'minor' | 'patch'
  property?: string
  verdicts: { ruleId: string; message: string }[]
  base?: { pointer: string; value: unknown }
  revision?: { pointer: string; value: unknown }
}

/**
 * Lists that grow: callers know a refusal by its status when they do not know its code, and read events of types that they
 * do not know.
 */
const OPEN_LISTS = ['#/components/schemas/AuditEvent/properties/type', '/properties/code']

/**
 * @param base the document that callers were built on; `revision` the one that they would meet. Paths of files.
 * @returns a line for each break, with its place in the document where it is found.
 */
export function contractBreaks(base: string, revision: string): string[] {
  return compare(base, revision).flatMap((change) => {
    const place = (change.base ?? change.revision)?.pointer ?? change.path
    return [...named(change, place), ...lost(change)].map((message) => `${place}: ${message}`)
  })
}

/** Whether the changelog tells the callers, under the release to come. */
export function announcesBreak(changelog: string): boolean {
  const [, unreleased = ''] = /^## \[Unreleased\]$(.*?)(?=^## )/ms.exec(`${changelog}\n## `) ?? []
  return /^- \*\*Breaking\*\*/m.test(unreleased)
}

function named({ verdicts }: Change, place: string): string[] {
  const grows = OPEN_LISTS.some((list) => place.replace(/\/enum$/, '').endsWith(list))
  return verdicts.filter(({ ruleId }) => !(grows && ruleId === 'enum-values-added')).map(({ message }) => message)
}

/** In an answer, a value that no longer comes is safe to read; but who waits for it waits in vain. */
function lost({ path, kind, property, base, revision }: Change): string[] {
  if (!path.includes('/responses/')) return []
  if (kind === 'removed' && /\/(oneOf|anyOf)\/\d+$/.test(path)) return ['One of the alternatives was removed.']
  if (property !== 'enum' || !Array.isArray(base?.value) || !Array.isArray(revision?.value)) return []
  const left = revision.value
  const gone = base.value.filter((value) => !left.includes(value))
  return gone.length > 0 ? [`No longer answered: ${gone.join(', ')}.`] : []
}

function compare(base: string, revision: string): Change[] {
  const folder = mkdtempSync(join(tmpdir(), 'omnicrm-identity-contract-'))
  const report = join(folder, 'changes.json')
  try {
    const { stderr } = spawnSync(
      process.execPath,
      [
        join(ROOT, 'node_modules/@redocly/cli/bin/cli.js'),
        'diff',
        base,
        revision,
        '--format=json',
        `--output=${report}`,
      ],
      { cwd: ROOT, encoding: 'utf8', env: { ...process.env, REDOCLY_TELEMETRY: 'off' } },
    )
    try {
      return JSON.parse(readFileSync(report, 'utf8')).changes
    } catch {
      throw new Error(`the documents could not be compared: ${stderr}`)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
