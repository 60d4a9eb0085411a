import { readFile } from 'node:fs/promises'
import { hashSync } from '@node-rs/bcrypt'
import t from 'tap'
import { readForeignHash } from '../../src/crypto/foreign-hashes.ts'
import { createHasher } from '../../src/crypto/hasher.ts'
import { passwordForms } from '../../src/policy/passwords.ts'

const cheap = { memoryKiB: 7168, passes: 1, parallelism: 1 }
const hasher = createHasher(cheap)
const fixtures = new URL('../fixtures/password-hashes.json', import.meta.url)
const made: { tool: string; password: string; hash: string }[] = JSON.parse(await readFile(fixtures, 'utf8'))

t.test(
  'hashes made by the tools of other systems are verified, in the form in which the password was hashed',
  async (t) => {
    const decomposed = made[1]?.password.normalize('NFD') ?? ''
    for (const { tool, password, hash } of made) {
      // Typed decomposed, the password is tried in NFC first, then as typed: one of them is the one that was hashed.
      t.ok(await hasher.verify(hash, passwordForms(decomposed)), tool)
      t.equal(await hasher.verify(hash, [`x${password}`]), false, `${tool}, another password`)
      t.ok(hasher.isToBeReplaced(hash, 'of few bytes'), `${tool}: replaced at the next sign-in`)
      t.match(readForeignHash(hash), { format: String, beyond: undefined })
    }
    t.ok(made.some(({ password }) => password === decomposed) && made.some(({ password }) => password !== decomposed))
  },
)

/** Each would keep a processor busy for minutes to years, or take gigabytes: that this test ends is its proof. */
const hostile: Record<string, string[]> = {
  bcrypt: ['$2b$31$', '$2b$15$', '$2b$03$', '$2b$00$', '$2b$99$'].map((head) => head + 'a'.repeat(53)),
  'bcrypt in others’ coats': [
    `bcrypt$$2b$31$${'a'.repeat(53)}`,
    `bcrypt_sha256$$2b$31$${'a'.repeat(53)}`,
    `$bcrypt-sha256$v=2,t=2b,r=31$${'a'.repeat(22)}$${'a'.repeat(31)}`,
    `$bcrypt-sha256$2b,31$${'a'.repeat(22)}$${'a'.repeat(31)}`,
  ],
  argon2: [
    'm=4194304,t=3,p=4',
    'm=131073,t=1,p=1',
    'm=8192,t=65,p=1',
    'm=131072,t=5,p=1',
    'm=8192,t=1,p=17',
    'm=7,t=1,p=1',
    'm=8192,t=0,p=1',
    'm=9999999999,t=9999999999,p=1',
  ].flatMap((cost) =>
    ['$argon2i$', 'argon2$argon2i$', 'argon2$argon2id$'].map(
      (head) => `${head}v=19$${cost}$${'c2FsdHNhbHRzYWx0'}$${'A'.repeat(43)}`,
    ),
  ),
  scrypt: [
    `scrypt:1073741824:8:1$salt$${'a'.repeat(128)}`,
    `scrypt:131072:16:1$salt$${'a'.repeat(128)}`,
    `scrypt:131072:8:3$salt$${'a'.repeat(128)}`,
    `scrypt:2:99999999:1$salt$${'a'.repeat(128)}`,
    `scrypt:2:1:99999999$salt$${'a'.repeat(128)}`,
    `scrypt:32767:8:1$salt$${'a'.repeat(128)}`,
    `scrypt:0:8:1$salt$${'a'.repeat(128)}`,
    `scrypt:1:8:1$salt$${'a'.repeat(128)}`,
    `scrypt:32768:0:1$salt$${'a'.repeat(128)}`,
    `scrypt$1073741824$salt$8$1$${'A'.repeat(86)}==`,
    `$scrypt$ln=30,r=8,p=1$c2FsdA$${'A'.repeat(43)}`,
    `$scrypt$ln=99,r=8,p=1$c2FsdA$${'A'.repeat(43)}`,
    `$scrypt$ln=20,r=1,p=1$c2FsdA$${'A'.repeat(43)}`, // more blocks than r allows
    `$scrypt$ln=1,r=524288,p=1$c2FsdA$${'A'.repeat(43)}`, // four times the memory that N and r tell of
    `$scrypt$ln=1,r=1,p=1000000$c2FsdA$${'A'.repeat(43)}`, // the lanes' own work
  ],
  pbkdf2: [
    `pbkdf2:sha256:1000000000$salt$${'a'.repeat(64)}`,
    `pbkdf2:sha256:2000001$salt$${'a'.repeat(64)}`,
    `pbkdf2:sha512:1000001$salt$${'a'.repeat(128)}`,
    `pbkdf2:sha256:0$salt$${'a'.repeat(64)}`,
    `pbkdf2:sha1:1000$salt$${'a'.repeat(128)}`, // a longer key multiplies the work
    `pbkdf2_sha256$9999999999$salt$${'A'.repeat(43)}=`,
    `$pbkdf2-sha512$9999999999$c2FsdA$${'A'.repeat(86)}`,
  ],
  'salted digest': [`{SSHA512}${'A'.repeat(28)}`, `sha512$salt$${'a'.repeat(64)}`],
}

t.test('a hash that would cost too much verifies nothing and costs nothing', async (t) => {
  for (const [kind, hashes] of Object.entries(hostile)) {
    for (const hash of hashes) {
      const read = readForeignHash(hash)
      t.match(read?.beyond, /\w/, `${kind}: ${hash.slice(0, 50)}`)
      t.equal(await read?.verify('password'), false)
      t.equal(await hasher.verify(hash, ['password']), false)
    }
  }
  for (const cost of ['m=4194304,t=3,p=4', 'm=1048577,t=1,p=1', 'm=8192,t=21,p=1', 'm=8192,t=1,p=17'])
    t.equal(await hasher.verify(`$argon2id$v=19$${cost}$c2FsdHNhbHRzYWx0$${'A'.repeat(43)}`, ['password']), false, cost)
})

t.test('what is no hash of a known format verifies nothing', async (t) => {
  const ssha = made.find(({ hash }) => hash.startsWith('{SSHA}'))?.hash ?? ''
  const unknown = [
    '',
    '!',
    '*',
    'password',
    'md5$salt$0123',
    'plain$$password',
    '{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=',
    '{MD5}X03MO1qnZdYdgyfeuILPmQ==',
    '$1$salt$hash',
    '$5$salt$hash',
    '$6$salt$hash',
    `$2x$10$${'a'.repeat(53)}`,
    `$2$10$${'a'.repeat(53)}`,
    `$2b$10$${'a'.repeat(52)}`,
    `$2b$+4$${'a'.repeat(53)}`,
    `$argon2d$v=19$m=8192,t=1,p=1$c2FsdHNhbHRzYWx0$${'A'.repeat(43)}`,
    `$argon2id$v=19$t=1,m=8192,p=1$c2FsdHNhbHRzYWx0$${'A'.repeat(43)}`,
    `pbkdf2:md5:1000$salt$${'a'.repeat(64)}`,
    `pbkdf2:sha256$salt$${'a'.repeat(64)}`,
    `pbkdf2:sha256:-1$salt$${'a'.repeat(64)}`,
    `pbkdf2:sha256:1e3$salt$${'a'.repeat(64)}`,
    `scrypt:32768:8:1$$${'a'.repeat(128)}`,
    ` ${ssha}`,
    `${ssha}\n`,
    `${ssha}\0`,
    'x'.repeat(100_000),
    `pbkdf2:sha256:1000$${'s'.repeat(2000)}$${'a'.repeat(64)}`,
  ]
  for (const hash of unknown) {
    t.equal(readForeignHash(hash), undefined, hash.slice(0, 40))
    t.equal(await hasher.verify(hash, [hash, 'password', '']), false)
  }
})

t.test('what the library behind would throw at is refused before it is asked', async (t) => {
  const key = 'A'.repeat(43)
  const malformed = {
    'less memory than its lanes need': `$argon2id$v=19$m=8,t=1,p=16$c2FsdHNhbHRzYWx0$${key}`,
    'an underscore in the salt': `$argon2id$v=19$m=8192,t=1,p=1$c2FsdHNh_HRzYWx0$${key}`,
    'a salt of half a byte too much': `$argon2id$v=19$m=8192,t=1,p=1$c2FsdHNhbHRzYWx0A$${key}`,
    'spare bits that are set': `$argon2id$v=19$m=8192,t=1,p=1$c2FsdHNhbHRzYWx0B$${key.slice(0, -1)}B`,
    'an underscore in the key': `argon2$argon2i$v=16$m=8192,t=1,p=1$c2FsdHNhbHRzYWx0$${key.slice(0, -1)}_`,
  }
  for (const [fault, hash] of Object.entries(malformed)) {
    t.match(readForeignHash(hash)?.beyond, /base64|8 times p/, fault)
    t.equal(await readForeignHash(hash)?.verify('password'), false, fault)
  }
})

t.test('bcrypt reads 72 bytes, and no password with a NUL is right', async (t) => {
  const long = 'ü'.repeat(36)
  const hash = hashSync(long, 4)
  t.ok(await hasher.verify(hash, [`${long}and more`]), 'as the system that made it did')
  t.equal(await hasher.verify(hash, [long.slice(1)]), false)
  t.ok(hasher.isToBeReplaced(hash, long))
  t.notOk(hasher.isToBeReplaced(hash, `${long}x`), 'what was not read must not become the password')
  const short = hashSync('short', 4)
  for (const password of ['short\0', 'short\0x', '\0short']) t.equal(await hasher.verify(short, [password]), false)
  t.ok(await hasher.verify(short, ['short']))
})

t.test('own hashes stay good when the settings are lowered, beyond the bounds of foreign ones', async (t) => {
  const strong = await createHasher({ memoryKiB: 8192, passes: 20, parallelism: 2 }).hash('password')
  const large = await createHasher({ memoryKiB: 140_000, passes: 1, parallelism: 1 }).hash('password')
  for (const hash of [strong, large]) {
    t.ok(await hasher.verify(hash, ['password']))
    t.equal(await hasher.verify(hash, ['another']), false)
    t.ok(hasher.isToBeReplaced(hash, 'password'))
  }
  t.equal(await hasher.verify(null, ['nobody']), false, 'no password fits the made-up hash')
})
