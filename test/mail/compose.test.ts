import t from 'tap'
import { composeMail, type MailContent, type MailSettings } from '../../src/mail/compose.ts'
import { type MailKind, TEMPLATE_KEYS } from '../../src/mail/templates.ts'
import { LOCALES } from '../../src/policy/locales.ts'
import { NOTICES } from '../../src/policy/notices.ts'

const KINDS = Object.keys(TEMPLATE_KEYS) as MailKind[]
const WITH_LINK: MailKind[] = ['welcome', 'password_reset', 'email_change']
/** Mails that tell of something that has happened. */
const TELLS: MailKind[] = [...NOTICES, 'password_changed', 'email_change_requested', 'email_changed']
const OF_ADDRESSES: MailKind[] = ['email_change_requested', 'email_changed']
const CIRCUMSTANCES = { time: '2026-05-04 09:30 UTC', ip_address: '192.0.2.7', user_agent: 'Firefox/140.0 (X11)' }
const URL = 'https://crm.example.com/reset-password/opl_AQ?a=1&b=2'
const SUPPORT = { email: 'help@example.com', phone: '+47 22 00 00 00' }

const settings = (more: Partial<MailSettings> = {}): MailSettings => ({
  from: { email: 'crm@example.com', name: 'CRM' },
  support: { email: undefined, phone: undefined },
  templates: {},
  ...more,
})
const content = (kind: MailKind, more: Partial<MailContent> = {}): MailContent => ({
  customId: 'id-1',
  kind,
  locale: 'en',
  to: 'jane@example.com',
  firstName: 'Jane',
  lastName: 'Doe',
  url: WITH_LINK.includes(kind) ? URL : undefined,
  signInUrl: 'https://crm.example.com',
  parameters: {
    ...(OF_ADDRESSES.includes(kind) && { new_email: 'jane.new@example.com' }),
    ...(TELLS.includes(kind) && CIRCUMSTANCES),
  },
  ...more,
})

t.test('each mail has subject, text and HTML in each language, and no two languages share them', async (t) => {
  for (const kind of KINDS) {
    const mails = LOCALES.map((locale) => composeMail(settings(), content(kind, { locale })))
    for (const part of ['subject', 'text', 'html'] as const)
      t.equal(new Set(mails.map((mail) => mail[part])).size, LOCALES.length, `${kind} ${part}`)
    for (const [index, { subject, text, html, template, variables }] of mails.entries()) {
      const locale = LOCALES[index]
      t.notMatch(subject + text + html, /undefined|\[object|null|NaN/, `${kind} ${locale}`)
      if (kind !== 'email_change') t.match(text, /Jane/)
      t.match(html, `<html lang="${locale}" dir="${locale === 'ar' ? 'rtl' : 'ltr'}">`)
      t.equal(template, TEMPLATE_KEYS[kind])
      t.equal(variables['locale'], locale)
    }
  }
})

t.test(
  'a link stands in text, button and spelled-out line, left to right also in Arabic; the rest have none',
  async (t) => {
    const escaped = URL.replaceAll('&', '&amp;')
    for (const locale of LOCALES) {
      for (const kind of KINDS) {
        const { text, html, variables } = composeMail(settings(), content(kind, { locale }))
        const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)
        if (WITH_LINK.includes(kind)) {
          t.ok(text.split('\n').includes(URL), `${kind} ${locale}: on a line of its own`)
          t.strictSame(links, [escaped, escaped])
          t.match(html, `dir="ltr">${escaped}</a>`)
          t.equal(variables['url'], URL)
        } else {
          t.strictSame(links, [])
          t.notMatch(text, /https?:/)
          t.equal(variables['url'], '')
        }
      }
    }
  },
)

t.test('the welcome mail names the user name, and leads whoever has a password to the sign-in', async (t) => {
  const withLink = composeMail(settings(), content('welcome'))
  const without = composeMail(settings(), content('welcome', { url: undefined }))
  for (const { text } of [withLink, without]) t.match(text, 'jane@example.com')
  t.match(withLink.text, /7 days/)
  t.match(without.text, 'https://crm.example.com')
  t.notMatch(without.text, /7 days|Choose your password/)
})

t.test('the notices of a new address name it', async (t) => {
  for (const locale of LOCALES) {
    for (const kind of OF_ADDRESSES) {
      const { text, html, variables } = composeMail(settings(), content(kind, { locale }))
      for (const part of [text, html, variables['new_email'] ?? '']) t.match(part, 'jane.new@example.com')
    }
  }
})

t.test("what tells of an act says when and from where; of an administrator's, only when", async (t) => {
  for (const locale of LOCALES) {
    for (const kind of TELLS) {
      const own = composeMail(settings(), content(kind, { locale }))
      for (const word of Object.values(CIRCUMSTANCES)) {
        t.match(own.text, word, `${kind} ${locale}`)
        t.match(own.html, word, `${kind} ${locale}`)
      }
      const parameters = { time: CIRCUMSTANCES.time, ip_address: '', user_agent: '', new_email: 'x@example.com' }
      const byAdministrator = composeMail(settings(), content(kind, { locale, parameters }))
      t.match(byAdministrator.text, CIRCUMSTANCES.time)
      t.equal(byAdministrator.text.split('\n\n').length, own.text.split('\n\n').length - 2)
    }
  }
})

t.test('what users write is text in HTML, never markup', async (t) => {
  const firstName = `<b>Jane</b> & "Jo" 'x' <script>alert(1)</script>`
  for (const locale of LOCALES) {
    for (const kind of KINDS) {
      const more = { locale, firstName, to: `"<i>"@example.com`, parameters: { new_email: '<u>@example.com' } }
      const { html, text } = composeMail(
        settings({ support: { email: '<s>@x.example', phone: '<em>' } }),
        content(kind, more),
      )
      t.notMatch(html, /<(b|i|u|s|em|script)>/, `${kind} ${locale}`)
      if (kind === 'email_change') continue
      t.match(html, '&lt;b&gt;Jane&lt;/b&gt; &amp; &quot;Jo&quot; &#39;x&#39;')
      t.ok(text.includes(firstName), 'as it is in text')
    }
  }
})

t.test('support is named as far as it is known', async (t) => {
  const cases = [
    { support: SUPPORT, has: ['help@example.com', '+47 22 00 00 00'] },
    { support: { ...SUPPORT, phone: undefined }, has: ['help@example.com'] },
    { support: { ...SUPPORT, email: undefined }, has: ['+47 22 00 00 00'] },
  ]
  for (const locale of LOCALES) {
    for (const kind of KINDS) {
      const without = composeMail(settings(), content(kind, { locale }))
      for (const { support, has } of cases) {
        const { text, html, variables } = composeMail(settings({ support }), content(kind, { locale }))
        const last = text.split('\n\n').at(-1) ?? ''
        t.ok(
          has.every((entry) => last.includes(entry) && html.includes(entry)),
          `${kind} ${locale}`,
        )
        t.equal(text.split('\n\n').length, without.text.split('\n\n').length + 1)
        t.match(variables, { support_email: support.email ?? '', support_phone: support.phone ?? '' })
      }
    }
  }
})

t.test('templates get the documented variables, all of them text', async (t) => {
  const common = ['email', 'first_name', 'last_name', 'locale', 'sign_in_url', 'support_email', 'support_phone', 'url']
  for (const kind of KINDS) {
    const { variables } = composeMail(settings(), content(kind))
    const told = TELLS.includes(kind) ? Object.keys(CIRCUMSTANCES) : []
    const expected = [...common, ...told, ...(OF_ADDRESSES.includes(kind) ? ['new_email'] : [])]
    t.strictSame(Object.keys(variables).sort(), expected.sort(), kind)
    for (const value of Object.values(variables)) t.type(value, 'string')
  }
})

t.test('sender, subject and template id come from the settings of this mail alone', async (t) => {
  const welcome = { from_email: 'hello@example.com', subject: 'Hello', template_id: 7 }
  const own = settings({ templates: { welcome } })
  t.match(composeMail(own, content('welcome')), {
    from: { email: 'hello@example.com', name: 'CRM' },
    subject: 'Hello',
    templateId: 7,
  })
  t.match(composeMail(own, content('password_reset')), {
    from: { email: 'crm@example.com', name: 'CRM' },
    subject: 'Reset your OmniCRM password',
    templateId: undefined,
  })
})
