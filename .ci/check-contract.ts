/**
 * `npm run lint-contract`: what callers of the last release rely on stays in openapi.yaml. `--release` makes the present
 * document the one to compare with: for a release, and to accept a break that the changelog announces under [Unreleased],
 * in a line that begins with `- **Breaking**`.
 */
import { copyFileSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { announcesBreak, contractBreaks } from './contract-breaks.ts'

const at = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const released = at('openapi-released.yaml')
const present = at('../openapi.yaml')

const breaks = contractBreaks(released, present)
for (const line of breaks) console.error(line)
const isRelease = process.argv.includes('--release')
const accepted = isRelease && announcesBreak(readFileSync(at('../CHANGELOG.md'), 'utf8'))
if (breaks.length > 0 && !accepted) {
  console.error(`
These break callers of the last release. Add beside what is there in place of changing it; or announce the break in
CHANGELOG.md under [Unreleased], in a line that begins with \`- **Breaking**\`, and run \`npm run lint-contract -- --release\`.`)
  process.exitCode = 1
} else if (isRelease) {
  copyFileSync(present, released)
}
