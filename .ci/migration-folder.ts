/** The folder of migrations as a whole: names, order, what is frozen, and each new file by the rules. */
import { createHash } from 'node:crypto'
import { appendFile, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { judgeMigration } from './migration-rules.ts'

/** Lines like sha256sum's: `(cd migrations && sha256sum -c frozen.sha256)` checks them, too. */
const FROZEN = 'frozen.sha256'

/** These two were written before anyone could have had a release before. */
const FIRST_JUDGED = '0003'

interface Folder {
  /** The files' digests by name, in the order in which they run. */
  files: Map<string, string>
  frozen: Map<string, string>
}

/**
 * @param changelog the text of CHANGELOG.md: the versions in its headings are the released ones.
 * @returns a line for each thing that must be mended.
 */
export async function checkMigrations(path: string, changelog: string): Promise<string[]> {
  const folder = await readFolder(path)
  return [
    ...checkNames(folder, await readdir(path)),
    ...checkFrozen(folder),
    ...(await judgeFiles(path, folder, changelog)),
  ]
}

/** Adds the files that are not frozen yet. Never changes a line that is there. */
export async function freezeMigrations(path: string): Promise<string[]> {
  const { files, frozen } = await readFolder(path)
  const added = [...files].filter(([name]) => !frozen.has(name))
  await appendFile(join(path, FROZEN), added.map(([name, digest]) => `${digest}  ${name}\n`).join(''))
  return added.map(([name]) => name)
}

async function readFolder(path: string): Promise<Folder> {
  const names = (await readdir(path)).filter((name) => /^\d{4}-.*\.sql$/.test(name)).sort()
  const digests = names.map(async (name): Promise<[string, string]> => {
    const text = await readFile(join(path, name))
    return [name, createHash('sha256').update(text).digest('hex')]
  })
  const list = await readFile(join(path, FROZEN), 'utf8')
  const lines = list.split('\n').filter((line) => line !== '')
  return {
    files: new Map(await Promise.all(digests)),
    frozen: new Map(lines.map((line): [string, string] => [line.slice(66), line.slice(0, 64)])),
  }
}

function checkNames({ files }: Folder, all: string[]): string[] {
  const names = [...files.keys()]
  const numbers = names.map((name) => name.slice(0, 4))
  const strange = all.filter((name) => !files.has(name) && name !== FROZEN && name !== 'grants.sql')
  return [
    ...strange.map((name) => `${name} is not named like 0001-what-it-does.sql: migrate would leave it out`),
    ...names
      .filter((_, index) => numbers.indexOf(numbers[index] ?? '') !== index)
      .map((name) => `${name} has a number that another file has`),
  ]
}

function checkFrozen({ files, frozen }: Folder): string[] {
  const newest = [...frozen.keys()].sort().at(-1) ?? ''
  const gone = [...frozen.keys()].filter((name) => !files.has(name))
  const complaints = gone.map((name) => `${name} is frozen and must not go: databases that have run it would stop`)
  for (const [name, digest] of files) {
    const expected = frozen.get(name)
    if (expected !== undefined && expected !== digest) {
      complaints.push(
        `${name} is frozen and must stay as it landed: databases have run it; change them with a new file`,
      )
    } else if (expected === undefined && name < newest) {
      complaints.push(`${name} sorts before ${newest}, which databases have run already: give it a higher number`)
    } else if (expected === undefined) {
      complaints.push(`${name} is not frozen: when it is as it shall land, npm run lint-migrations -- --freeze`)
    }
  }
  return complaints
}

async function judgeFiles(path: string, { files }: Folder, changelog: string): Promise<string[]> {
  const released = [...changelog.matchAll(/^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$/gm)].map(
    ([, version = '']) => version,
  )
  const lines: string[] = []
  const names = [...files.keys()]
  for (const [index, name] of names.entries()) {
    if (name < FIRST_JUDGED) continue
    const earlier = names.slice(0, index).map((file) => file.replace(/\.sql$/, ''))
    const findings = await judgeMigration(await readFile(join(path, name), 'utf8'), released, earlier)
    lines.push(...findings.map(({ line, rule, text }) => `${name}:${line}: ${rule}: ${text}`))
  }
  return lines
}
