/** docs/integrating.md at its word: its snippets stand in the examples, its commands run and print what it shows. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT } from '../production-service.ts'
import { run } from '../system-check.ts'

interface Block {
  language: string
  text: string
}

/** The fenced blocks, in order. */
function blocksOfGuide(): Block[] {
  const guide = readFileSync(join(PROJECT, 'docs/integrating.md'), 'utf8')
  return [...guide.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({ language, text }))
}

/** @returns how many. Throws when one stands in no example. */
export function checkSnippets(): number {
  const files = readdirSync(join(PROJECT, 'examples'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
  const snippets = blocksOfGuide().filter(({ language }) => language !== 'sh' && language !== 'text')
  for (const { text } of snippets) {
    if (!files.some((file) => file.includes(text))) throw new Error(`this snippet stands in no example:\n${text}`)
  }
  return snippets.length
}

/**
 * Runs the commands one after the other in one shell.
 * @param env what the guide takes for granted.
 * @returns how many blocks. Throws when one prints something else than the block after it shows (`…` stands for anything).
 */
export function runGuide(url: string, env: Record<string, string>): number {
  const blocks = blocksOfGuide()
  const commands = blocks.filter(({ language }) => language === 'sh')
  const shown = commands.map((command) => blocks[blocks.indexOf(command) + 1])
  const end = '-- end of block'
  const script = commands.map(({ text }) => `${text}\necho '${end}'\n`).join('')
  const printed = run('timeout', ['120', 'bash', '-eu'], {
    input: script.replaceAll('http://localhost:3000', url),
    env: { PATH: process.env['PATH'], ...env },
  }).split(end)
  for (const [index, block] of shown.entries()) {
    if (block?.language !== 'text') throw new Error(`what this prints is not shown:\n${commands[index]?.text}`)
    const pattern = block.text.trim().split('…').map(literally).join('.*')
    const output = printed[index]?.replaceAll('\r', '').trim() ?? ''
    if (!new RegExp(`^${pattern}$`).test(output)) throw new Error(`the guide shows ${block.text}, but it is ${output}`)
  }
  return commands.length
}

const literally = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
