import t from 'tap'
import type { Locale } from '../../src/policy/locales.ts'
import { texts } from '../../src/texts/texts.ts'
import { startTestApp } from '../support/app.ts'
import { forgot, Mailbox, workQueue } from '../support/mail.ts'
import { createUser, NEW_PASSWORD, signIn } from '../support/users.ts'

const mailbox = new Mailbox()
const app = await startTestApp(t, { mailer: mailbox, env: { TRUST_PROXY: 'loopback' } })

const NEGOTIATED: [string | undefined, Locale][] = [
  [undefined, 'en'],
  ['', 'en'],
  ['*', 'en'],
  ['en', 'en'],
  ['fr', 'fr'],
  ['FR', 'fr'],
  ['fr-CA', 'fr'],
  ['fr-CA,fr;q=0.9,en-US;q=0.8,en;q=0.7', 'fr'],
  ['es-419,es;q=0.9', 'es'],
  ['es;q=0.5', 'es'],
  ['ar', 'ar'],
  ['ar-EG', 'ar'],
  ['de, es;q=0.5', 'es'],
  ['de-DE,de;q=0.9,en;q=0.8,fr;q=0.7', 'en'],
  ['en;q=0.2, ar;q=0.8, fr;q=0.5', 'ar'],
  ['fr;q=0, es;q=0.1', 'es'],
  ['de', 'en'],
  ['zh-CN, ja', 'en'],
  ['french', 'en'],
  [';;q=,,', 'en'],
  ['x'.repeat(5000), 'en'],
]

const spoken = (language: string | undefined) =>
  language === undefined ? {} : { headers: { 'accept-language': language } }

t.test('errors speak the language that Accept-Language asks for, else English; codes stay', async (t) => {
  for (const [language, locale] of NEGOTIATED) {
    const name = `${language?.slice(0, 60)} is ${locale}`
    const body = { email: 'nobody@example.com', password: 'wrong' }
    const refused = await app.call('POST', '/auth/email/confirm', { body: { token: 'x' }, ...spoken(language) })
    t.match(refused.body, { code: 'email_link_invalid', ...texts[locale].refusals.email_link_invalid }, name)
    const lost = await app.call('GET', '/nowhere', spoken(language))
    t.match(lost.body, { code: 'not_found', ...texts[locale].refusals.not_found }, name)
    const malformed = await app.call('POST', '/auth/login', {
      raw: { body: '{', contentType: 'application/json' },
      ...spoken(language),
    })
    t.match(malformed.body, { code: 'malformed_json', ...texts[locale].refusals.malformed_json }, name)
    const wrong = await app.call('POST', '/auth/login', { body: { ...body, extra: 1 }, ...spoken(language) })
    t.match(wrong.body, { code: 'validation_failed', ...texts[locale].refusals.validation_failed }, name)
    t.strictSame(wrong.body.errors, [{ path: '/extra', message: texts[locale].faults.unknown }], name)
  }
})

t.test('what is wrong with a field is told in the language, for every kind of fault', async (t) => {
  const { access_token: token } = await signIn(app, await createUser(app, { roles: ['admin'] }))
  for (const locale of ['en', 'fr', 'es', 'ar'] as const) {
    const { faults } = texts[locale]
    const body = {
      email: 7,
      first_name: '',
      roles: [],
      locale: 'de',
      more: true,
    }
    const { body: problem } = await app.call('POST', '/admin/users', { token, body, ...spoken(locale) })
    t.equal(problem.code, 'validation_failed')
    const told = Object.fromEntries(
      problem.errors.map(({ path, message }: { path: string; message: string }) => [path, message]),
    )
    t.match(told, {
      '/last_name': faults.required,
      '/more': faults.unknown,
      '/email': faults.type('string'),
      '/roles': faults.minItems(1),
      '/locale': faults.oneOf('en,fr,es,ar'),
    })
  }
})

t.test('acts answer in the language of the call, mails speak that of the user', async (t) => {
  for (const [language, locale] of NEGOTIATED.slice(4, 12)) {
    const user = await createUser(app, { locale: 'es' })
    const { access_token: token } = await signIn(app, user)
    const changed = await app.call('POST', '/auth/password/change', {
      token,
      body: { current_password: user.password, new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD },
      ...spoken(language),
    })
    t.strictSame(changed.body, { message: texts[locale].messages.password_changed }, String(language))
    await workQueue(app)
    t.equal(mailbox.lastTo(user.email).subject, texts.es.mails.password_changed.subject)
  }
})

t.test('a mail speaks the language that its user has when it is asked for, Arabic from right to left', async (t) => {
  for (const locale of ['en', 'fr', 'es', 'ar'] as const) {
    const user = await createUser(app, { locale: locale === 'en' ? 'fr' : 'en' })
    const { access_token: token } = await signIn(app, user)
    t.equal((await app.call('PATCH', '/auth/me', { token, body: { locale } })).status, 200)
    await forgot(app, user.email)
    await workQueue(app)
    const { subject, html, text, variables } = mailbox.lastTo(user.email)
    t.equal(subject, texts[locale].mails.password_reset.subject)
    t.match(text, texts[locale].mails.password_reset.intro)
    t.match(html, `<html lang="${locale}" dir="${locale === 'ar' ? 'rtl' : 'ltr'}">`)
    t.equal(variables['locale'], locale)
  }
})
