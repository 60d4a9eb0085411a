/** Whatever the lines are, the import tells what became of each, and the database takes what it was given. */
import fc from 'fast-check'
import t from 'tap'
import { readForeignHash } from '../../../src/crypto/foreign-hashes.ts'
import { createHasher } from '../../../src/crypto/hasher.ts'
import { anyText as anyCharacters } from '../../support/any-text.ts'
import { startTestApp } from '../../support/app.ts'
import { importRows, row } from '../../support/import.ts'

const app = await startTestApp(t)

const anyText = fc.oneof(anyCharacters({ maxLength: 120 }), fc.string({ maxLength: 120 }))
const anyValue = fc.oneof(
  anyText,
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, '', 0, -0, 1e300, '\0', '\ud800', [], {}, 'customer'),
)

/** A good row in which some fields hold anything, or text that is nearly right. */
const nearlyRow = fc
  .record(
    {
      id: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.maxSafeInteger(), anyValue),
      email: fc.oneof(
        fc.constantFrom('a@example.com', 'B@Example.com', 'ß@exämple.com', "o'b+c@d.e"),
        fc.emailAddress(),
        anyText,
      ),
      first_name: anyText,
      last_name: anyValue,
      phone: anyValue,
      locale: fc.oneof(fc.constantFrom('en', 'ar'), anyValue),
      active: fc.oneof(fc.boolean(), anyValue),
      roles: fc.oneof(fc.array(fc.oneof(fc.constantFrom('customer', 'admin'), anyText), { maxLength: 3 }), anyValue),
      password_hash: anyValue,
      totp_secret: fc.oneof(fc.stringMatching(/^[A-Z2-7]{14,40}$/), anyValue),
      login_count: fc.oneof(fc.nat(), anyValue),
      last_login_at: fc.oneof(
        fc.date().map((date) => (Number.isNaN(date.getTime()) ? 'x' : date.toISOString())),
        anyValue,
      ),
      created_at: anyValue,
      __proto__: anyValue,
      [' ']: anyValue,
    },
    { requiredKeys: [] },
  )
  .map((fields) => JSON.stringify({ ...row(60), ...fields }))

const anyLine = fc
  .oneof(
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    { weight: 1, arbitrary: fc.json().map((text) => Buffer.from(text)) },
    { weight: 4, arbitrary: nearlyRow.map((text) => Buffer.from(text)) },
  )
  .map((bytes) => bytes.filter((byte) => byte !== 0x0a))

t.test('any line of bytes is created, unchanged or refused with a reason, and the next one is read', async (t) => {
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.array(anyLine, { minLength: 1, maxLength: 40 }), async (lines) => {
      const { reports, ...summary } = await importRows(app, [...lines, row(61)])
      const full = lines.flatMap((line, index) => (line.length > 0 ? [index + 1] : []))
      const told = reports.map(({ line }) => line)
      if (JSON.stringify(told) !== JSON.stringify([...full, lines.length + 1])) throw new Error(`told of ${told}`)
      if (reports.at(-1)?.outcome === 'refused') throw new Error('the good row is refused')
      for (const { outcome, errors = [] } of reports) {
        seen.add(outcome)
        if ((outcome === 'refused') !== errors.length > 0) throw new Error(`${outcome} with ${errors.length} reasons`)
      }
      const { created, unchanged, refused, rows } = summary
      if (created + unchanged + refused !== rows || rows !== reports.length) throw new Error(JSON.stringify(summary))
    }),
    { numRuns: 100 },
  )
  t.strictSame([...seen].sort(), ['created', 'refused', 'unchanged'], 'all of them have been seen')
})

t.test('any text in place of a hash is refused or verified, and never fails', async () => {
  const hasher = createHasher({ memoryKiB: 7168, passes: 1, parallelism: 1 })
  const digit = fc.integer({ min: 0, max: 9_999 })
  const base = fc.string({ unit: fc.constantFrom(...'AZaz09+/.='), minLength: 20, maxLength: 90 })
  const nearlyHash = fc
    .tuple(digit, digit, digit, base, base)
    .chain(([a, b, c, salt, key]) =>
      fc.constantFrom(
        `scrypt:${a}:${b}:${c}$${salt}$${Buffer.from(key).toString('hex').padEnd(128, '0').slice(0, 128)}`,
        `scrypt$${2 ** (a % 12)}$${salt}$${b % 9}$${c % 9}$${key.padEnd(86, 'A').slice(0, 86)}==`,
        `$scrypt$ln=${a % 12},r=${b % 9},p=${c % 9}$${salt}$${key.padEnd(43, 'A').slice(0, 43)}`,
        `pbkdf2_sha256$${a}$${salt}$${key}`,
        `$pbkdf2-sha512$${a}$${salt}$${key}`,
        `$argon2id$v=19$m=${a},t=${b % 3},p=${c % 20}$${salt}$${key}`,
        `$argon2i$v=16$m=${a},t=${b % 3},p=${c % 20}$${salt}$${key}`,
        `$2b$0${a % 9}$${(salt + key).padEnd(53, '.').slice(0, 53)}`,
        `$bcrypt-sha256$v=2,t=2b,r=${a % 7}$${salt.padEnd(22, 'a').slice(0, 22)}$${key.padEnd(31, 'a').slice(0, 31)}`,
        `{SSHA}${key}`,
        `{SSHA512}${salt}${key}`,
      ),
    )
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyText, nearlyHash), anyText, async (hash, password) => {
      if (await hasher.verify(hash, [password, `${password}x`])) throw new Error('a password nobody has set is right')
      readForeignHash(hash)
    }),
    { numRuns: 100 },
  )
})
