/** A reader signs in on the page that shows the API, and tries calls on it, in Chromium. */
import type { Page } from 'playwright-core'
import { startOwnService } from '../../examples/own-service.ts'
import { Authenticator } from '../support/authenticator.ts'
import { BROWSER_PACKAGES, withBrowser } from './browser.ts'
import type { SystemCheck } from './system-check.ts'

const PASSWORD = 'reader-Walnut-lantern-3'

export const documentationPage: SystemCheck = {
  name: 'documentation-page',
  packages: BROWSER_PACKAGES,
  async check(ok) {
    const service = await startOwnService()
    try {
      await withBrowser(async (browser) => {
        const page = await browser.newPage()
        page.setDefaultTimeout(60_000)
        const complaints: string[] = []
        page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
        page.on('pageerror', (error) => complaints.push(String(error)))
        await page.goto(`${service.url}/docs`)

        await fill(page, 'Sign in', { 'E-mail': service.email, Password: service.oneTimePassword })
        await fill(page, 'Change', { 'New password': PASSWORD })
        await says(page, `Signed in as ${service.email}.`)
        ok('a reader signs in with a one-time password and its change')

        const me = await tryOut(page, 'readMe')
        if (!me.includes(`"email": "${service.email}"`)) throw new Error(`/auth/me answered ${me}`)
        const refreshed = await tryOut(page, 'refresh', '{}')
        if (!refreshed.includes('"access_token"')) throw new Error(`/auth/refresh answered ${refreshed}`)
        ok('calls that are tried send the access token, and the cookie where one is read')

        const authenticator = await enrol(service.url, service.email)
        await fill(page, 'Sign out', {})
        await fill(page, 'Sign in', { 'E-mail': service.email, Password: 'not the password' })
        await says(page, /Invalid email or password/)
        await fill(page, 'Sign in', { 'E-mail': service.email, Password: PASSWORD })
        // The code after the one that has confirmed: each opens once.
        await fill(page, 'Go on', { Code: authenticator.code(new Date(), 1) })
        await says(page, `Signed in as ${service.email}.`)
        ok('a wrong password is told; with two-factor authentication the code is asked for')

        await tryOut(page, 'logout', '{}')
        await says(page, 'Sign in to try the calls that need it.')
        const expected = complaints.filter((text) => /status of 401/.test(text))
        if (complaints.length !== expected.length) throw new Error(`the page complains: ${complaints.join('\n')}`)
        ok('signing out by a call signs the page out; nothing broke its content security policy')
      })
    } finally {
      await service.remove()
    }
  },
}

async function fill(page: Page, button: string, fields: Record<string, string>): Promise<void> {
  const panel = page.getByRole('region', { name: 'Sign-in' })
  for (const [label, value] of Object.entries(fields)) await panel.getByLabel(label, { exact: true }).fill(value)
  await panel.getByRole('button', { name: button }).click()
}

async function says(page: Page, text: string | RegExp): Promise<void> {
  await page.getByRole('status').filter({ hasText: text }).waitFor()
}

/** Tries a call as a reader does. @returns what the page shows of its answer. */
async function tryOut(page: Page, operation: string, body?: string): Promise<string> {
  const block = page.locator(`[id$="-${operation}"].opblock`)
  await block.locator('.opblock-summary-control').click()
  await block.getByRole('button', { name: 'Try it out' }).click()
  if (body !== undefined) await block.locator('textarea').first().fill(body)
  await block.getByRole('button', { name: 'Execute' }).click()
  const answer = await block.locator('.live-responses-table .response').first().innerText()
  await block.locator('.opblock-summary-control').click()
  return answer
}

/** Turns two-factor authentication on, without the page. */
async function enrol(url: string, email: string): Promise<Authenticator> {
  const call = async (path: string, body: object, token = '') => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${path} answered ${response.status}`)
    return (await response.json()) as Record<string, string>
  }
  const { access_token: token } = await call('/auth/login', { email, password: PASSWORD })
  const offer = await call('/2fa/enable/user/1', { password: PASSWORD }, token)
  const authenticator = new Authenticator(offer['provisioning_uri'] ?? '')
  await call('/2fa/verify-setup/user/1', { code: authenticator.code(new Date()) }, token)
  return authenticator
}
