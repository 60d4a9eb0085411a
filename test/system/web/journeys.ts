/** What people do on the pages, from one origin to the other: sign in by every way, and come back in. */
import assert from 'node:assert/strict'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { en as t } from '../../../examples/web/src/texts/en.ts'
import { Authenticator } from '../../support/authenticator.ts'
import { PASSWORD, type Person, type Stage } from './stage.ts'
import { fill, heading, press, shownSecret, TIMEOUT } from './tour.ts'

export type Ok = (what: string) => void

/** A browser of its own for someone. What its policy keeps out of a page fails the check. */
export async function withPage<T>(
  stage: Stage,
  browser: Browser,
  work: (page: Page, context: BrowserContext) => Promise<T>,
  cookies: Awaited<ReturnType<BrowserContext['cookies']>> = [],
): Promise<T> {
  const context = await browser.newContext({ locale: 'en', reducedMotion: 'reduce', baseURL: stage.url })
  const broken: string[] = []
  try {
    await context.addCookies(cookies)
    context.setDefaultTimeout(TIMEOUT)
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const page = await context.newPage()
    page.on('pageerror', (error) => broken.push(String(error)))
    page.on('console', (message) => {
      if (/Content Security Policy|Trusted/.test(message.text())) broken.push(message.text())
    })
    const result = await work(page, context)
    assert.deepEqual(broken, [])
    return result
  } finally {
    await context.close()
  }
}

export async function enterCredentials(page: Page, { email, password }: Omit<Person, 'id'>): Promise<void> {
  await heading(page, t.signIn.title)
  await fill(page, { email, password })
  await press(page, t.signIn.submit)
}

export const signedIn = (page: Page) => page.getByRole('button', { name: t.nav.signOut }).waitFor()

async function signOut(page: Page): Promise<void> {
  await press(page, t.nav.signOut)
  await page.getByText(t.signIn.signedOut).waitFor()
}

export async function signInAndComeBack(stage: Stage, browser: Browser, ok: Ok): Promise<void> {
  const person = await stage.member('mona@example.com')
  const kept = await withPage(stage, browser, async (page, context) => {
    await page.goto('/sessions')
    const answered = page.waitForResponse((response) => response.url() === `${stage.service.url}/auth/login`)
    await enterCredentials(page, person)
    const answer = await (await answered).json()
    assert.equal(answer.status, 'authenticated')
    assert.equal('refresh_token' in answer, false, 'no script sees the refresh token')
    await heading(page, t.sessions.title)
    ok('a sign-in from another origin leads to the page that was asked for')

    const cookie = (await context.cookies()).find(({ name }) => name === 'omnicrm_refresh')
    assert.deepEqual(
      [cookie?.httpOnly, cookie?.sameSite, cookie?.path, cookie?.expires],
      [true, 'Strict', '/auth', -1],
      'out of reach of scripts and other sites, gone with the browser',
    )
    assert.equal(await page.evaluate('document.cookie'), '')
    await page.reload()
    await heading(page, t.sessions.title)
    ok('a reload goes on by the HttpOnly cookie')
    return afterRestart(context)
  })
  assert.deepEqual(
    kept.filter(({ name }) => name === 'omnicrm_refresh'),
    [],
  )
  ok('without "remember me" the session is gone with the browser')

  const remembered = await withPage(stage, browser, async (page, context) => {
    await page.goto('/')
    await page.getByLabel(t.signIn.remember).check()
    await enterCredentials(page, person)
    await signedIn(page)
    return afterRestart(context)
  })
  await withPage(
    stage,
    browser,
    async (page) => {
      await page.goto('/profile')
      await heading(page, t.profile.title)
    },
    remembered,
  )
  ok('"remember me" outlives a restart of the browser')
}

/** What a browser keeps when it is closed: cookies with an end. */
async function afterRestart(context: BrowserContext) {
  return (await context.cookies()).filter(({ expires }) => expires > 0)
}

export async function waitAfterFailures(stage: Stage, browser: Browser, ok: Ok): Promise<void> {
  const person = await stage.member('forgetful@example.com')
  await withPage(stage, browser, async (page) => {
    await page.goto('/')
    const submit = page.getByRole('button', { name: t.signIn.submit, exact: true })
    const wait = page.getByRole('timer')
    for (let tries = 0; tries < 8 && !(await wait.isVisible()); tries++) {
      await page.locator('form[aria-busy=false]').waitFor()
      const answered = page.waitForResponse(`${stage.service.url}/auth/login`)
      await enterCredentials(page, { ...person, password: `guess ${tries}` })
      await answered
      await page.locator('form[aria-busy=false]').waitFor()
    }
    await wait.waitFor()
    assert.equal(await submit.getAttribute('aria-disabled'), 'true')
    await wait.waitFor({ state: 'detached' })
    await enterCredentials(page, person)
    await signedIn(page)
  })
  ok('after wrong passwords a clock counts down, and then the right one opens')
}

export async function useSecondFactor(stage: Stage, browser: Browser, ok: Ok): Promise<void> {
  const person = await stage.member('felix@example.com')
  await withPage(stage, browser, async (page) => {
    await page.goto('/security')
    await enterCredentials(page, person)
    await press(page, t.security.enable)
    await fill(page, { password: PASSWORD })
    await press(page, t.common.continue)
    await page.getByRole('img', { name: t.enrolment.qr }).waitFor()
    const app = new Authenticator(`otpauth://totp/x?secret=${await shownSecret(page)}`)
    await press(page, t.enrolment.copyCodes)
    const [first = '', second = ''] = String(await page.evaluate('navigator.clipboard.readText()')).split('\n')
    assert.match(first, /^[0-9a-f]{8}$/)
    await fill(page, { code: app.code(new Date()) })
    await press(page, t.enrolment.submit)
    await page.locator('strong', { hasText: t.enrolment.doneTitle }).waitFor()
    await press(page, t.common.continue)
    await page.getByText(t.security.codesLeft(8)).waitFor()
    ok('a second factor is enrolled with the code of an app, the backup codes are copied')

    await signOut(page)
    await enterCredentials(page, person)
    await heading(page, t.secondFactor.title)
    await press(page, t.common.cancel)
    await heading(page, t.signIn.title)
    assert.equal(await page.getByLabel(t.signIn.email).inputValue(), person.email)
    ok('cancelled, the sign-in begins anew with the address kept')

    await enterCredentials(page, person)
    await fill(page, { code: app.wrongCode(new Date()) })
    await page.getByText(t.secondFactor.attemptsLeft(4)).waitFor()
    await fill(page, { code: app.code(new Date(), 1) })
    await signedIn(page)
    ok('a wrong code is told at its field, the right one is sent with its sixth digit')

    await signOut(page)
    await signInByRecoveryCode(page, person, first)
    await signedIn(page)
    await signOut(page)
    await signInByRecoveryCode(page, person, first)
    await page.getByText(t.secondFactor.attemptsLeft(4)).waitFor()
    await fill(page, { code: second })
    await press(page, t.secondFactor.submit)
    await signedIn(page)
    ok('a recovery code opens once')
  })
}

async function signInByRecoveryCode(page: Page, person: Person, code: string): Promise<void> {
  await enterCredentials(page, person)
  await page.getByRole('tab', { name: t.secondFactor.recovery }).click()
  await fill(page, { code })
  await press(page, t.secondFactor.submit)
}

export async function resetByMail(stage: Stage, browser: Browser, ok: Ok): Promise<void> {
  const person = await stage.member('rita@example.com')
  await withPage(stage, browser, async (page) => {
    await page.goto('/forgot-password')
    await fill(page, { email: 'nobody@example.com' })
    await press(page, t.forgot.submit)
    await page.locator('.fault', { hasText: 'No account found with that email address' }).waitFor()
    await fill(page, { email: person.email })
    await press(page, t.forgot.submit)
    await page.getByText('Reset instructions have been sent to your email').waitFor()
    const link = await stage.linkTo(person.email)
    await page.goto(link)
    await fill(page, { new_password: 'juniper canal bright', confirm_password: 'juniper canal bleak' })
    await press(page, t.reset.submit)
    await page.locator('.fault', { hasText: 'The passwords do not match' }).waitFor()
    await fill(page, { confirm_password: 'juniper canal bright' })
    await press(page, t.reset.submit)
    await page.getByText('Password has been reset successfully').waitFor()
    await enterCredentials(page, { ...person, password: 'juniper canal bright' })
    await signedIn(page)
    ok('a forgotten password is reset by the mailed link, faults are told at their fields')
    await page.goto(link)
    await heading(page, t.reset.expiredTitle)
    await page.getByRole('link', { name: t.reset.requestNew }).click()
    await heading(page, t.forgot.title)
    ok('the used link says so, and leads to a new one')
  })
}

export async function changeTemporaryPassword(stage: Stage, browser: Browser, ok: Ok): Promise<void> {
  const person = await stage.newcomer('nils@example.com')
  await withPage(stage, browser, async (page) => {
    await page.goto('/')
    await enterCredentials(page, person)
    await heading(page, t.forcedChange.title)
    await page.goto('/profile')
    await heading(page, t.signIn.title)
    await enterCredentials(page, person)
    await fill(page, { new_password: 'short', confirm_password: 'short' })
    await press(page, t.passwords.submit)
    await page.locator('.fault', { hasText: 'too short' }).waitFor()
    await fill(page, { new_password: PASSWORD, confirm_password: PASSWORD })
    await press(page, t.passwords.submit)
    await heading(page, t.profile.title)
  })
  ok('a temporary password opens its change alone, which cannot be passed by')
}

export async function endOtherSession(stage: Stage, browser: Browser, ok: Ok): Promise<void> {
  const person = await stage.member('sam@example.com')
  await withPage(stage, browser, async (stolen) => {
    await stolen.goto('/profile')
    await enterCredentials(stolen, person)
    await signedIn(stolen)
    await withPage(stage, browser, async (page) => {
      await page.goto('/sessions')
      await enterCredentials(page, person)
      const other = page.getByRole('button', { name: t.sessions.endNamed('Chrome · Linux') })
      await other.click()
      await page.getByText(t.sessions.ended).waitFor()
      await other.waitFor({ state: 'detached' })
    })
    await press(stolen, t.common.save)
    await stolen.getByText(t.signIn.sessionEnded).waitFor()
    await enterCredentials(stolen, person)
    await heading(stolen, t.profile.title)
  })
  ok('a session ended elsewhere leads to the sign-in, and from there back to its page')
}
