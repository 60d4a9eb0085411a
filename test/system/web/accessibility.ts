/** Every screen by axe, in light and dark, from left to right and from right to left, and on a narrow telephone. */
import assert from 'node:assert/strict'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import type { Language } from '../../../examples/web/src/texts/texts.ts'
import type { Stage } from './stage.ts'
import { tour } from './tour.ts'

/** @returns how many screens were looked at. Throws with every violation. */
export async function checkAccessibility(stage: Stage, browser: Browser, language: Language): Promise<number> {
  const found: string[] = []
  let screens = 0
  await tour(stage, browser, { language, script: axe.source }, async (screen, page) => {
    screens += 1
    const note = (violations: string[]) => found.push(...violations.map((text) => `${screen}: ${text}`))
    note(await violationsIn(page))
    await page.emulateMedia({ colorScheme: 'dark' })
    // Of all that is looked at, colours alone differ.
    note(await violationsIn(page, ['color-contrast']))
    await page.emulateMedia({ colorScheme: 'light' })
    note(await overflowAt(page, 360))
  })
  assert.deepEqual(found, [])
  return screens
}

function violationsIn(page: Page, rules?: string[]): Promise<string[]> {
  return page.evaluate(async (only) => {
    const options = only ? { runOnly: { type: 'rule' as const, values: only } } : {}
    // Runs in the page, where the script above has put it.
    const { run } = (globalThis as unknown as { axe: typeof import('axe-core') }).axe
    const { violations } = await run(options)
    return violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ html }) => html).join(' ')}`)
  }, rules)
}

async function overflowAt(page: Page, width: number): Promise<string[]> {
  const { width: usual = 1200, height = 800 } = page.viewportSize() ?? {}
  await page.setViewportSize({ width, height })
  const needed = await page.evaluate('document.documentElement.scrollWidth')
  await page.setViewportSize({ width: usual, height })
  return Number(needed) > width ? [`needs ${needed} pixels where there are ${width}`] : []
}
