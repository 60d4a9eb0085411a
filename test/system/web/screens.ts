/**
 * `npm run screens`: makes docs/screens/ anew, every screen in every language, and a few in the dark. Needs Debian's
 * chromium, fonts-noto-core and pngquant. Arguments name the languages.
 */
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { isLanguage, languages } from '../../../examples/web/src/texts/texts.ts'
import { withBrowser } from '../browser.ts'
import { run } from '../system-check.ts'
import { setStage } from './stage.ts'
import { tour } from './tour.ts'

const FOLDER = fileURLToPath(new URL('../../../docs/screens/', import.meta.url))
/** Taken whole, also where they go on below the window. */
const HIGH = ['two-factor-setup-2', 'users']
const IN_THE_DARK = ['sign-in', 'users', 'two-factor-setup-2']

const wanted = process.argv.slice(2).filter(isLanguage)
const stage = await setStage()
try {
  await withBrowser(async (browser) => {
    for (const language of wanted.length > 0 ? wanted : Object.keys(languages).filter(isLanguage)) {
      await mkdir(`${FOLDER}${language}`, { recursive: true })
      await tour(stage, browser, { language }, async (screen, page) => {
        const shoot = async (name: string) => {
          const path = `${FOLDER}${language}/${name}.png`
          await page.mouse.move(0, 0)
          await page.screenshot({
            path,
            animations: 'disabled',
            caret: 'hide',
            fullPage: HIGH.includes(screen),
          })
          run('pngquant', ['--force', '--ext', '.png', '--speed', '3', '128', path])
        }
        await shoot(screen)
        if (!IN_THE_DARK.includes(screen)) return
        await page.emulateMedia({ colorScheme: 'dark' })
        await shoot(`${screen}-dark`)
        await page.emulateMedia({ colorScheme: 'light' })
      })
    }
  })
} finally {
  await stage.close()
}
