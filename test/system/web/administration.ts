/** What an administrator does on the pages, and what strangers cannot. */
import assert from 'node:assert/strict'
import type { Browser, Page } from 'playwright-core'
import { en as t } from '../../../examples/web/src/texts/en.ts'
import { startWebServer } from '../../../examples/web/web-server.ts'
import { freePort } from '../../../src/dev/free-port.ts'
import { enterCredentials, type Ok, signedIn, withPage } from './journeys.ts'
import type { Stage } from './stage.ts'
import { fill, heading, press } from './tour.ts'

type Action = keyof typeof t.users.action

/** The list is down to one row. */
const oneRow = (page: Page) => page.locator('tbody tr').nth(1).waitFor({ state: 'detached' })

const icon = (page: Page, action: Action, name: string) =>
  page.getByRole('button', { name: t.users.actOn(t.users.action[action], name), exact: true })

export async function administerUsers(stage: Stage, browser: Browser, ok: Ok): Promise<void> {
  const { admin } = stage
  await withPage(stage, browser, async (page) => {
    await page.goto('/users')
    await enterCredentials(page, admin)
    await fill(page, { code: admin.authenticator.code(new Date(), 1) })
    await heading(page, t.users.title)
    await createAndEdit(page, ok)
    await helpBack(stage, page, ok)
    await deleteAndAudit(page, ok)
  })
}

async function createAndEdit(page: Page, ok: Ok): Promise<void> {
  await press(page, t.users.create)
  await fill(page, { first_name: 'Zoe', last_name: 'Adler', email: 'jane@example.com' })
  await page.locator('dialog').getByLabel('customer', { exact: true }).check()
  await press(page, t.editUser.submitCreate)
  await page.locator('dialog .fault', { hasText: 'taken' }).waitFor()
  await fill(page, { email: 'zoe@example.com' })
  await press(page, t.editUser.submitCreate)
  await page.getByText(t.editUser.created('Zoe Adler')).waitFor()
  await searchFor(page, 'zoe@example.com')
  assert.equal(await icon(page, 'reset_2fa', 'Zoe Adler').count(), 0)
  await icon(page, 'send_welcome_email', 'Zoe Adler').click()
  await press(page, t.welcome.submit)
  await page.getByText('The welcome email to zoe@example.com is on its way.').waitFor()
  await icon(page, 'edit', 'Zoe Adler').click()
  await page.locator('dialog').getByLabel(t.editUser.active, { exact: true }).uncheck()
  await press(page, t.common.save)
  await page.getByText(t.editUser.saved('Zoe Adler')).waitFor()
  await page.locator('tr', { hasText: 'Zoe Adler' }).getByText(t.users.inactive, { exact: true }).waitFor()
  ok('an administrator creates, welcomes, edits and deactivates a user')
}

async function helpBack(stage: Stage, page: Page, ok: Ok): Promise<void> {
  await searchFor(page, 'john@example.com')
  await icon(page, 'reset_2fa', 'John Smith').click()
  await page.getByText(t.resetTwoFactor.warningTitle).waitFor()
  await fill(page, { reason: 'Lost telephone, identity checked in the shop' })
  await press(page, t.resetTwoFactor.title)
  await page.getByText('John Smith can now sign in with only their password').waitFor()
  await icon(page, 'reset_2fa', 'John Smith').waitFor({ state: 'detached' })
  await icon(page, 'reset_password', 'John Smith').click()
  await press(page, t.resetPassword.title)
  const shown = await page.locator('.temporary code').innerText()
  await press(page, t.resetPassword.copy)
  assert.equal(await page.evaluate('navigator.clipboard.readText()'), shown)
  await page.locator('dialog').getByRole('button', { name: t.common.close }).click()
  assert.equal(await page.getByText(shown).count(), 0, 'shown once')
  await withPage(stage, page.context().browser() ?? assert.fail(), async (other) => {
    await other.goto('/')
    await enterCredentials(other, { email: 'john@example.com', password: shown })
    await heading(other, t.forcedChange.title)
  })
  ok('a second factor is reset and its icon goes, a temporary password is shown once and opens its change')
}

async function deleteAndAudit(page: Page, ok: Ok): Promise<void> {
  await searchFor(page, 'zoe@example.com')
  await icon(page, 'delete', 'Zoe Adler').click()
  await page.getByText(t.deleteUser.warning).waitFor()
  await page.keyboard.press('Escape')
  await page.locator('dialog').waitFor({ state: 'detached' })
  await icon(page, 'delete', 'Zoe Adler').click()
  await press(page, t.deleteUser.title)
  await page.getByText(t.deleteUser.done('Zoe Adler')).waitFor()
  await page.getByText(t.users.empty).waitFor()
  await page.getByRole('link', { name: t.nav.audit }).click()
  await page.locator('select[name=type]').selectOption('user_deleted')
  await press(page, t.audit.filter)
  await oneRow(page)
  assert.match(await page.locator('tbody tr').innerText(), /User deleted\s+Alex Martin/)
  ok('a user is deleted after a warning, and the audit log tells who did it')
}

async function searchFor(page: Page, q: string): Promise<void> {
  await fill(page, { q })
  await page.keyboard.press('Enter')
  await page.locator('tbody tr', { hasText: q }).waitFor()
  await oneRow(page)
}

export async function keepStrangersOut(stage: Stage, browser: Browser, ok: Ok): Promise<void> {
  const person = await stage.member('tess@example.com')
  const stranger = await startWebServer(stage.service.url, await freePort('localhost'))
  try {
    await withPage(stage, browser, async (page, context) => {
      await page.goto('/')
      await enterCredentials(page, person)
      await signedIn(page)
      await page.goto(stranger.url)
      await page.getByText(t.common.unreachable).waitFor()
      ok('the same pages on an origin that is not allowed get no answer')

      const cookie = (await context.cookies()).find(({ name }) => name === 'omnicrm_refresh')
      const refused = await fetch(`${stage.service.url}/auth/refresh`, {
        method: 'POST',
        headers: {
          origin: stranger.url,
          cookie: `omnicrm_refresh=${cookie?.value}`,
          'content-type': 'application/json',
        },
        body: '{}',
      })
      assert.equal(((await refused.json()) as { code: string }).code, 'origin_not_allowed')
      await page.goto('/profile')
      await heading(page, t.profile.title)
      ok("a stranger's call with the cookie is refused, and the session goes on")
    })
  } finally {
    await stranger.close()
  }
}

/** The service's own copy, as `npm start` brings it. */
export async function openAppOfService(stage: Stage, browser: Browser, ok: Ok): Promise<void> {
  const person = await stage.member('otto@example.com')
  await withPage({ ...stage, url: `${stage.service.url}/app/` }, browser, async (page) => {
    await page.goto(`${stage.service.url}/app/sessions`)
    await enterCredentials(page, person)
    await heading(page, t.sessions.title)
    await page.reload()
    await heading(page, t.sessions.title)
  })
  ok('the service serves the pages at /app')
}
