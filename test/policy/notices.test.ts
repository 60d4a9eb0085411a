import t from 'tap'
import { isNoticeWanted, NOTICES, programName } from '../../src/policy/notices.ts'

t.test('the setting narrows what is told', async (t) => {
  for (const notice of NOTICES) {
    t.equal(isNoticeWanted('all', notice), true)
    t.equal(isNoticeWanted('changes', notice), notice !== 'new_device')
    t.equal(isNoticeWanted('off', notice), false)
  }
})

t.test('a user agent stays readable, and can be neither a link nor an address in a mail', async (t) => {
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
  t.equal(programName(firefox), firefox.replace(':', ' '))
  t.equal(programName('okhttp/4.9.2'), 'okhttp/4.9.2')
  t.equal(programName(null), '')
  const hostile = [
    'Visit https://evil.example/x now',
    'evil.example',
    'WWW.EVIL.EXAMPLE',
    'mail me@evil.example',
    'tel:+123 javascript:alert(1)',
    'a\r\nBcc: x@y.example\u202e<b>\u2028',
    'x'.repeat(600),
  ]
  for (const text of hostile) {
    const shown = programName(text)
    t.notMatch(shown, /:|@|\/\/|www|[<>\r\n]|[\p{L}\d]\.[a-z]/iu, text.slice(0, 30))
    t.ok(shown.length <= 160)
  }
})
