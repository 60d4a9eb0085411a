/**
 * `npm run lint-migrations`: landed migrations are frozen, and each leaves the release before able to work. With
 * `--freeze` it first adds the new ones to the list of the frozen.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { checkMigrations, freezeMigrations } from './migration-folder.ts'

const folder = fileURLToPath(new URL('../migrations/', import.meta.url))
const changelog = readFileSync(new URL('../CHANGELOG.md', import.meta.url), 'utf8')

if (process.argv.includes('--freeze')) {
  for (const name of await freezeMigrations(folder)) console.log(`frozen: ${name}`)
}
const complaints = await checkMigrations(folder, changelog)
for (const line of complaints) console.error(`migrations/${line}`)
process.exitCode = complaints.length > 0 ? 1 : 0
