/**
 * `npm run check-docs`: the files that the documents name are there, and the settings that they set exist with that value.
 * A claim that names its test is worth something only as long as the test is there.
 */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { settings } from '../src/settings.ts'

const documents = globSync(['*.md', 'docs/*.md', 'packages/*/README.md'])
const faults = documents.flatMap((document) => {
  const text = readFileSync(document, 'utf8')
  return [
    ...missingFiles(text, dirname(document)),
    ...missingLinks(text, dirname(document)),
    ...wrongSettings(text),
  ].map((fault) => `${document}: ${fault}`)
})
for (const fault of faults) console.error(fault)
process.exitCode = faults.length > 0 ? 1 : 0

/** Files as code spells them: from the root or from where the document is, with an ending. */
function missingFiles(text: string, folder: string): string[] {
  const named = text.matchAll(/`((?:\.ci|bench|examples|helm|migrations|packages|src|test)\/[\w./-]+\.\w+)`/g)
  return [...named].map(([, path = '']) => path).filter((path) => !existsSync(path) && !existsSync(join(folder, path)))
}

function missingLinks(text: string, folder: string): string[] {
  const targets = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target = '']) => target)
  return targets.filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(folder, target)))
}

/** `NAME=value` in running text, where NAME is one of ours. */
function wrongSettings(text: string): string[] {
  return [...text.matchAll(/`([A-Z][A-Z0-9_]+)=([\w-]+)`/g)].flatMap(([, name = '', value = '']) => {
    const setting = settings[name as keyof typeof settings]
    if (!setting) return [`there is no setting ${name}`]
    try {
      setting.parse(value)
      return []
    } catch {
      return [`${name} cannot be ${value}`]
    }
  })
}
