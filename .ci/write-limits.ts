/** `npm run docs` writes the table of limits in docs/security.md from src/policy/attempts.ts, between its two marks. */
import { readFileSync, writeFileSync } from 'node:fs'
import { type AttemptLimit, attemptLimits, WRONG_CODES_PER_STEP } from '../src/policy/attempts.ts'

const BEGIN = '<!-- limits: written by npm run docs -->\n'
const END = '<!-- end of limits -->\n'
const file = new URL('../docs/security.md', import.meta.url)

const UNITS = [
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

function duration(seconds: number): string {
  const [unit, size] = UNITS.find(([, length]) => seconds % length === 0) ?? ['second', 1]
  const count = seconds / size
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

function row({ counts, free, firstWait, longestWait, memory, ceiling }: AttemptLimit): string {
  const outcome = ceiling?.outcome === 'forget_device' ? 'the browser is a stranger again' : `\`${ceiling?.outcome}\``
  const end = ceiling ? `after ${ceiling.failures} in a row: ${outcome}, until ${ceiling.release}` : 'none'
  const waits = `${duration(firstWait)}, doubling to ${duration(longestWait)}`
  return `| ${[counts, free, waits, duration(memory), end].join(' | ')} |\n`
}

const table = [
  '\n',
  '| what is counted | free | then each further one makes the next wait | free ones are back after | ceiling |\n',
  '|---|---|---|---|---|\n',
  ...Object.values<AttemptLimit>(attemptLimits).map(row),
  `| wrong codes in one step of a sign-in | ${WRONG_CODES_PER_STEP - 1} | | | the ${WRONG_CODES_PER_STEP}th ends the step: sign in again |\n`,
  '\n',
].join('')

const text = readFileSync(file, 'utf8')
const begin = text.indexOf(BEGIN)
const end = text.indexOf(END)
if (begin === -1 || end < begin) throw new Error('docs/security.md lacks the marks of the table of limits')
writeFileSync(file, text.slice(0, begin + BEGIN.length) + table + text.slice(end))
