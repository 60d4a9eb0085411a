/** `npm run docs` writes the table of settings in docs/operations.md from src/settings.ts, between its two marks. */
import { readFileSync, writeFileSync } from 'node:fs'
import { settings } from '../src/settings.ts'

const BEGIN = '<!-- settings: written by npm run docs -->\n'
const END = '<!-- end of settings -->\n'
const file = new URL('../docs/operations.md', import.meta.url)

const rows = Object.entries(settings).map(([name, { fallback, fallbackText, about }]) => {
  const cells = [`\`${name}\``, fallbackText ?? `\`${fallback}\``, about]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`
})
const table = ['\n', '| variable | default | |\n', '|---|---|---|\n', ...rows, '\n'].join('')

const text = readFileSync(file, 'utf8')
const begin = text.indexOf(BEGIN)
const end = text.indexOf(END)
if (begin === -1 || end < begin) throw new Error('docs/operations.md lacks the marks of the settings table')
writeFileSync(file, text.slice(0, begin + BEGIN.length) + table + text.slice(end))
