/** The reference front end in a real browser, on another origin than the service. */
import { BROWSER_PACKAGES, withBrowser } from '../browser.ts'
import type { SystemCheck } from '../system-check.ts'
import { checkAccessibility } from './accessibility.ts'
import { administerUsers, keepStrangersOut, openAppOfService } from './administration.ts'
import * as journeys from './journeys.ts'
import { setStage } from './stage.ts'

export const web: SystemCheck = {
  name: 'web',
  packages: BROWSER_PACKAGES,
  async check(ok) {
    const stage = await setStage()
    try {
      await withBrowser(async (browser) => {
        for (const language of ['en', 'ar'] as const) {
          const screens = await checkAccessibility(stage, browser, language)
          ok(`axe finds nothing on ${screens} screens in ${language}, light and dark; none is wider than 360 pixels`)
        }
        await journeys.signInAndComeBack(stage, browser, ok)
        await journeys.waitAfterFailures(stage, browser, ok)
        await journeys.useSecondFactor(stage, browser, ok)
        await journeys.resetByMail(stage, browser, ok)
        await journeys.changeTemporaryPassword(stage, browser, ok)
        await journeys.endOtherSession(stage, browser, ok)
        await administerUsers(stage, browser, ok)
        await keepStrangersOut(stage, browser, ok)
        await openAppOfService(stage, browser, ok)
      })
    } finally {
      await stage.close()
    }
  },
}
