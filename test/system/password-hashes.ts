/**
 * Password hashes made here and now by the tools that other systems use are verified. The same commands have made
 * `test/fixtures/password-hashes.json`, on Debian 12: `node test/system/password-hashes.ts --write` makes it anew
 * (there also with slapd's slappasswd).
 */
import { writeFileSync } from 'node:fs'
import { createHasher } from '../../src/crypto/hasher.ts'
import { normalisePassword, passwordForms } from '../../src/policy/passwords.ts'
import { run, type SystemCheck } from './system-check.ts'

/** What a user types: it has a form beside NFC, and its first 72 bytes end within. */
const TYPED = `Été à Größe 9, ${'tractor '.repeat(9)}`
/** The other form: as some systems have hashed it, because a keyboard sent it so. */
const DECOMPOSED = TYPED.normalize('NFD')

/** A Python expression of the password `p`, with what it needs from the tool. */
const python = (imports: string, expression: string) =>
  `/usr/bin/python3 -c 'import os; ${imports}; p = os.environ["PASSWORD"]; print(${expression})'`
const werkzeug = (method: string) =>
  python('from werkzeug.security import generate_password_hash', `generate_password_hash(p, "${method}")`)
const django = (hasher: string) =>
  python(
    `from django.conf import settings; settings.configure(); from django.contrib.auth.hashers import ${hasher} as Hasher; h = Hasher()`,
    'h.encode(p, h.salt())',
  )
const passlib = (name: string, using = '') =>
  python(`from passlib.hash import ${name} as h`, `h.using(${using}).hash(p)`)
const hashlib = (expression: string) => python('import base64, hashlib, secrets; s = secrets.token_hex(8)', expression)
const argon2 = (kind: string, cost: string) =>
  python(
    'from argon2.low_level import hash_secret, Type',
    `hash_secret(p.encode(), os.urandom(16), ${cost}, 32, Type.${kind}).decode()`,
  )

/** Each tool's command, by what it makes. PASSWORD is in its environment. */
const commands: Record<string, string> = {
  'Werkzeug, PBKDF2 with SHA-256': werkzeug('pbkdf2:sha256:600000'),
  'Werkzeug, PBKDF2 with SHA-512': werkzeug('pbkdf2:sha512:1000'),
  'Werkzeug, PBKDF2 with SHA-1': werkzeug('pbkdf2:sha1:1000'),
  'Werkzeug, salted SHA-256': werkzeug('sha256'),
  // Debian's Werkzeug is older than its scrypt, and its Django than theirs: this is the call that newer ones make.
  'Werkzeug 2.3, scrypt': hashlib(
    '"scrypt:32768:8:1$" + s + "$" + hashlib.scrypt(p.encode(), salt=s.encode(), n=32768, r=8, p=1, maxmem=132*32768*8).hex()',
  ),
  'Django 4, scrypt': hashlib(
    '"scrypt$16384$" + s + "$8$1$" + base64.b64encode(hashlib.scrypt(p.encode(), salt=s.encode(), n=16384, r=8, p=1, dklen=64)).decode()',
  ),
  'Django, PBKDF2 with SHA-256': django('PBKDF2PasswordHasher'),
  'Django, PBKDF2 with SHA-1': django('PBKDF2SHA1PasswordHasher'),
  'Django, argon2': django('Argon2PasswordHasher'),
  'Django, bcrypt': django('BCryptPasswordHasher'),
  'Django, bcrypt after SHA-256': django('BCryptSHA256PasswordHasher'),
  'passlib, PBKDF2 with SHA-1': passlib('pbkdf2_sha1'),
  'passlib, PBKDF2 with SHA-256': passlib('pbkdf2_sha256'),
  'passlib, PBKDF2 with SHA-512': passlib('pbkdf2_sha512'),
  'passlib, scrypt': passlib('scrypt', 'rounds=10'),
  'passlib, bcrypt after HMAC': passlib('bcrypt_sha256', 'rounds=5'),
  'passlib, bcrypt after SHA-256': passlib('bcrypt_sha256', 'rounds=5, version=1'),
  'passlib, argon2': passlib('argon2'),
  'passlib, SSHA': passlib('ldap_salted_sha1'),
  'passlib, SSHA-256': passlib('ldap_salted_sha256'),
  'passlib, SSHA-512': passlib('ldap_salted_sha512'),
  'argon2-cffi, argon2id': argon2('ID', '3, 65536, 4'),
  'argon2-cffi, argon2i': argon2('I', '2, 102400, 8'),
  'bcrypt 2b': python('import bcrypt', 'bcrypt.hashpw(p.encode(), bcrypt.gensalt(6)).decode()'),
  'bcrypt 2a': python('import bcrypt', 'bcrypt.hashpw(p.encode(), bcrypt.gensalt(6, prefix=b"2a")).decode()'),
  'htpasswd, bcrypt 2y': `printf %s "$PASSWORD" | htpasswd -niBC 6 user | sed -n 's/^user://p'`,
}

/** Not run live: its package would start a directory server. */
const fixtureOnly: Record<string, string> = { 'slappasswd, SSHA': `slappasswd -h '{SSHA}' -s "$PASSWORD"` }

interface MadeHash {
  tool: string
  command: string
  password: string
  hash: string
}

export const passwordHashes: SystemCheck = {
  name: 'password-hashes',
  packages: [
    'python3-werkzeug',
    'python3-django',
    'python3-passlib',
    'python3-bcrypt',
    'python3-argon2',
    'apache2-utils',
  ],
  async check(ok) {
    const hasher = createHasher({ memoryKiB: 7168, passes: 1, parallelism: 1 })
    for (const { tool, password, hash } of makeHashes(commands)) {
      const typed = passwordForms(password)
      if (!(await hasher.verify(hash, typed))) throw new Error(`${tool}: the right password is refused for ${hash}`)
      if (await hasher.verify(hash, passwordForms(`x${password}`)))
        throw new Error(`${tool}: a wrong password is taken for ${hash}`)
    }
    ok(`${Object.keys(commands).length} kinds of hashes, made by the tools themselves, are verified`)
  },
}

/** One hash by each command: of the password in NFC and, every other time, decomposed. */
function makeHashes(made: Record<string, string>): MadeHash[] {
  return Object.entries(made).map(([tool, command], index) => {
    const password = index % 2 === 0 ? normalisePassword(TYPED) : DECOMPOSED
    return {
      tool,
      command,
      password,
      hash: run('bash', ['-c', command], { env: { ...process.env, PASSWORD: password } }),
    }
  })
}

if (process.argv.includes('--write')) {
  const made = makeHashes({ ...commands, ...fixtureOnly })
  const file = new URL('../fixtures/password-hashes.json', import.meta.url)
  // In ASCII, because an editor may compose what is decomposed.
  const text = JSON.stringify(made, null, 2).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  writeFileSync(file, `${text}\n`)
}
