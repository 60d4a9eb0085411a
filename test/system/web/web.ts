/** The reference front end in a real browser, on another origin than the service. */
import type { Browser } from 'playwright-core'
import type { Language } from '../../../examples/web/src/texts/texts.ts'
import { BROWSER_PACKAGES, withBrowser } from '../browser.ts'
import type { SystemCheck } from '../system-check.ts'
import { checkAccessibility } from './accessibility.ts'
import { administerUsers, keepStrangersOut, openAppOfService } from './administration.ts'
import {
  changeTemporaryPassword,
  endOtherSession,
  resetByMail,
  signInAndComeBack,
  useSecondFactor,
  waitAfterFailures,
} from './journeys.ts'
import { type Stage, setStage } from './stage.ts'

export const web: SystemCheck = {
  name: 'web',
  packages: BROWSER_PACKAGES,
  async check(ok) {
    const stage = await setStage()
    try {
      await withBrowser(async (browser) => {
        const look = async (language: Language) => {
          const screens = await checkAccessibility(stage, browser, language)
          ok(`axe finds nothing on ${screens} screens in ${language}, light and dark; none is wider than 360 pixels`)
        }
        const walk = async (...ways: ((...given: [Stage, Browser, typeof ok]) => Promise<void>)[]) => {
          for (const way of ways) await way(stage, browser, ok)
        }
        // Two at a time, as there are cores. What is copied goes through the browser's one clipboard, one after another.
        await Promise.all([look('en'), look('ar')])
        await Promise.all([
          walk(signInAndComeBack, waitAfterFailures, resetByMail, changeTemporaryPassword, endOtherSession),
          walk(useSecondFactor, administerUsers, keepStrangersOut, openAppOfService),
        ])
      })
    } finally {
      await stage.close()
    }
  },
}
