/** A walk past every screen, in one language. Whoever takes it says what is done at each. */
import type { Browser, Page } from 'playwright-core'
import { type Language, texts } from '../../../examples/web/src/texts/texts.ts'
import { Authenticator } from '../../support/authenticator.ts'
import { PASSWORD, type Stage } from './stage.ts'

/** Milliseconds that anything may take to appear, on a machine that is busy with other things too. */
export const TIMEOUT = 90_000

export type Visit = (screen: string, page: Page) => Promise<void>

export interface TourOptions {
  language: Language
  colorScheme?: 'light' | 'dark'
  /** Runs in each page before its own scripts. */
  script?: string
}

export async function tour(stage: Stage, browser: Browser, options: TourOptions, visit: Visit): Promise<void> {
  const { language, colorScheme = 'light', script } = options
  const context = await browser.newContext({
    locale: language,
    colorScheme,
    viewport: { width: 1200, height: 800 },
    reducedMotion: 'reduce',
    baseURL: stage.url,
  })
  try {
    context.setDefaultTimeout(TIMEOUT)
    if (script) await context.addInitScript(script)
    const page = await context.newPage()
    const walk = { stage, page, language, visit, t: texts[language] }
    await passLinks(walk)
    await arriveAsNewcomer(walk)
    await signInAsAdmin(walk)
    await helpUsers(walk)
    await lookAfterAccount(walk)
  } finally {
    await context.close()
  }
}

interface Walk {
  stage: Stage
  page: Page
  language: Language
  t: (typeof texts)[Language]
  visit: Visit
}

export const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
export const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).waitFor()

export async function fill(page: Page, values: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(values)) await page.locator(`input[name=${name}]`).fill(value)
}

async function passLinks({ stage, page, language, t, visit }: Walk): Promise<void> {
  const { email } = await stage.member(`link-${language}@example.com`)
  await page.goto('/')
  await heading(page, t.signIn.title)
  await visit('sign-in', page)
  await page.getByRole('link', { name: t.signIn.forgot }).click()
  await heading(page, t.forgot.title)
  await visit('forgot-password', page)
  await fill(page, { email })
  await press(page, t.forgot.submit)
  await page.getByText(t.forgot.sentHint).waitFor()
  await visit('forgot-password-sent', page)
  await page.goto(await stage.linkTo(email))
  await heading(page, t.reset.title)
  await visit('reset-password', page)
  await page.goto('/reset-password/unknown')
  await heading(page, t.reset.expiredTitle)
  await visit('reset-password-expired', page)
  await page.goto('/confirm-email/unknown')
  await heading(page, t.confirmEmail.title)
  await visit('confirm-email', page)
}

async function arriveAsNewcomer({ stage, page, language, t, visit }: Walk): Promise<void> {
  const { email, password } = await stage.newcomer(`new-${language}@example.com`, { guarded: true })
  await page.goto('/')
  await heading(page, t.signIn.title)
  await fill(page, { email, password: 'not it' })
  await press(page, t.signIn.submit)
  await page.locator('form .notice').waitFor()
  await visit('sign-in-refused', page)
  await fill(page, { password })
  await press(page, t.signIn.submit)
  await heading(page, t.forcedChange.title)
  await visit('change-password', page)
  await fill(page, { new_password: PASSWORD, confirm_password: PASSWORD })
  await press(page, t.passwords.submit)
  await heading(page, t.enrolment.title)
  await visit('two-factor-setup-1', page)
  await fill(page, { password: PASSWORD })
  await press(page, t.common.continue)
  await page.getByRole('img', { name: t.enrolment.qr }).waitFor()
  await visit('two-factor-setup-2', page)
  await fill(page, { code: new Authenticator(`otpauth://totp/x?secret=${await shownSecret(page)}`).code(new Date()) })
  await press(page, t.enrolment.submit)
  // In some languages the last step has the same name.
  await page.locator('strong', { hasText: t.enrolment.doneTitle }).waitFor()
  await visit('two-factor-setup-3', page)
  await press(page, t.common.continue)
  await page.getByRole('navigation').waitFor()
  await press(page, t.nav.signOut)
  await heading(page, t.signIn.title)
}

/** The key as it is written beside the QR code. */
export async function shownSecret(page: Page): Promise<string> {
  return (await page.locator('.qr code').innerText()).replaceAll(' ', '')
}

async function signInAsAdmin({ stage, page, t, visit }: Walk): Promise<void> {
  const { email, password, backupCodes } = stage.admin
  await fill(page, { email, password })
  await press(page, t.signIn.submit)
  await heading(page, t.secondFactor.title)
  await visit('second-factor', page)
  await page.getByRole('tab', { name: t.secondFactor.recovery }).click()
  await visit('second-factor-recovery', page)
  await fill(page, { code: backupCodes.pop() ?? '' })
  await press(page, t.secondFactor.submit)
  await page.locator('.tiles').waitFor()
  await visit('home', page)
}

async function helpUsers({ page, t, visit }: Walk): Promise<void> {
  const openFor = (action: keyof typeof t.users.action, name: string) =>
    press(page, t.users.actOn(t.users.action[action], name))
  const shown = () => page.locator('dialog h2').waitFor()
  await page.getByRole('link', { name: t.nav.users, exact: true }).click()
  await page.locator('table').waitFor()
  await visit('users', page)
  await press(page, t.users.create)
  await page.locator('dialog fieldset').waitFor()
  await visit('user-create', page)
  await press(page, t.common.cancel)
  await openFor('edit', 'John Smith')
  await page.locator('dialog fieldset').waitFor()
  await visit('user-edit', page)
  await press(page, t.common.cancel)
  for (const [action, name] of [
    ['delete', 'John Smith'],
    ['reset_2fa', 'John Smith'],
    ['send_welcome_email', 'Bob Wilson'],
    ['reset_password', 'Bob Wilson'],
  ] as const) {
    await openFor(action, name)
    await shown()
    await visit(`user-${action.replaceAll('_', '-')}`, page)
    if (action !== 'reset_password') await press(page, t.common.cancel)
  }
  await press(page, t.resetPassword.title)
  await page.locator('.temporary').waitFor()
  await visit('user-temporary-password', page)
  await press(page, t.common.close)
  await page.getByRole('link', { name: t.nav.audit, exact: true }).click()
  await page.locator('table').waitFor()
  await page.locator('summary').first().click()
  await visit('audit', page)
}

async function lookAfterAccount({ page, t, visit }: Walk): Promise<void> {
  await page.getByRole('link', { name: t.nav.profile, exact: true }).click()
  await heading(page, t.profile.title)
  await visit('profile', page)
  await page.getByRole('link', { name: t.nav.security, exact: true }).click()
  await page.getByRole('button', { name: t.security.regenerate }).waitFor()
  await visit('security', page)
  await press(page, t.security.disable)
  await visit('two-factor-disable', page)
  await press(page, t.common.cancel)
  await page.getByRole('link', { name: t.nav.sessions, exact: true }).click()
  await page.locator('.sessions').waitFor()
  await visit('sessions', page)
}
