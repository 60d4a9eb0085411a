/** Debian's Chromium, without a window, driven as a person would. */
import { type Browser, chromium } from 'playwright-core'

/** Debian packages that a check in a browser needs. */
export const BROWSER_PACKAGES = ['chromium']

/** Starts a browser with an empty profile, and ends it when the work is done or has failed. */
export async function withBrowser<T>(work: (browser: Browser) => Promise<T>): Promise<T> {
  // Chromium's sandbox does not start as root, which is who the checks may run as.
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', chromiumSandbox: false })
  try {
    return await work(browser)
  } finally {
    await browser.close()
  }
}
