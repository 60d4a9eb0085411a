import { randomBytes } from 'node:crypto'
import t from 'tap'
import { createKeyRing } from '../../src/crypto/key-ring.ts'
import { matchTotpStep, newEnrolment, openEnrolment, provisioningUri, sealEnrolment } from '../../src/crypto/totp.ts'

/** RFC 6238, appendix B: the ASCII secret `12345678901234567890` in base32, SHA-1; the last 6 of the 8 digits. */
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const RFC_VECTORS = [
  [59, '94287082'],
  [1111111109, '07081804'],
  [1111111111, '14050471'],
  [1234567890, '89005924'],
  [2000000000, '69279037'],
  [20000000000, '65353130'],
] as const

const at = (seconds: number) => new Date(seconds * 1000)

t.test('the RFC 6238 SHA-1 vectors match, each at its step and one either side, and nowhere else', async (t) => {
  for (const [seconds, digits] of RFC_VECTORS) {
    const code = digits.slice(-6)
    const step = Math.floor(seconds / 30)
    for (const shift of [-30, 0, 30]) {
      t.equal(matchTotpStep(RFC_SECRET, code, at(seconds + shift), null), step, `${seconds} seen at ${shift} s`)
    }
    const beyond = [-60, 60].filter((shift) => seconds + shift >= 0)
    for (const shift of beyond) {
      t.equal(matchTotpStep(RFC_SECRET, code, at(seconds + shift), null), undefined, `${seconds} seen at ${shift} s`)
    }
  }
})

t.test('only a step later than the last accepted one matches, however far ahead that one lies', async (t) => {
  const [seconds, digits] = RFC_VECTORS[3]
  const step = Math.floor(seconds / 30)
  const match = (afterStep: number) => matchTotpStep(RFC_SECRET, digits.slice(-6), at(seconds), afterStep)
  for (const earlier of [0, step - 2, step - 1]) t.equal(match(earlier), step)
  // A clock that is behind the one that accepted the last code sees a last step beyond its own window.
  for (const same of [step, step + 1, step + 2, step + 1000]) t.equal(match(same), undefined)
})

t.test('what is not six digits matches nothing', async (t) => {
  const [seconds, digits] = RFC_VECTORS[3]
  const code = digits.slice(-6)
  for (const other of ['', digits, code.slice(1), `${code}0`, ` ${code}`, `${code}\n`, 'abcdef', '3fa5b9c2', '٠٠٥٩٢٤'])
    t.equal(matchTotpStep(RFC_SECRET, other, at(seconds), null), undefined, other)
})

t.test('each enrolment has its own secret of at least 160 bits and its own key for backup codes', async (t) => {
  const enrolments = Array.from({ length: 50 }, newEnrolment)
  t.equal(new Set(enrolments.map((enrolment) => enrolment.totpSecret)).size, 50)
  t.equal(new Set(enrolments.map((enrolment) => enrolment.backupCodeKey.toString('hex'))).size, 50)
  for (const { totpSecret, backupCodeKey } of enrolments) {
    t.match(totpSecret, /^[A-Z2-7]{32,}$/)
    t.ok(backupCodeKey.length >= 32)
  }
})

t.test('the envelope opens for its user only, and hides both secrets', async (t) => {
  const ring = createKeyRing([{ id: 'a', key: randomBytes(32) }])
  const enrolment = newEnrolment()
  const sealed = sealEnrolment(ring, 7, enrolment)
  t.strictSame(openEnrolment(ring, 7, sealed), enrolment)
  for (const other of [1, 70, 77, 8]) t.throws(() => openEnrolment(ring, other, sealed))
  const bytes = Buffer.from(sealed.split('.')[2] ?? '', 'base64url').toString('latin1')
  for (const text of [sealed, bytes]) {
    t.notOk(text.includes(enrolment.totpSecret))
    t.notOk(text.includes(enrolment.backupCodeKey.toString('base64url')))
  }
})

t.test('the provisioning URI survives e-mail addresses with reserved characters', async (t) => {
  for (const email of ['jane@example.com', 'j+d%3A&secret=x#y?z@example.com', 'o:neil@example.com', 'é@example.com']) {
    const uri = new URL(provisioningUri(email, RFC_SECRET))
    t.equal(uri.protocol, 'otpauth:')
    t.equal(uri.host, 'totp')
    t.equal(decodeURIComponent(uri.pathname), `/OmniCRM:${email}`)
    t.strictSame(Object.fromEntries(uri.searchParams), { secret: RFC_SECRET, issuer: 'OmniCRM' })
    t.equal(uri.hash, '')
  }
})
