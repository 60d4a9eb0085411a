/**
 * Password hashes that other systems have made, as an import brings them: which formats are read, how much work each may
 * cost, and how each is verified. Nothing new is ever hashed in one of these.
 *
 * A stored hash says itself what its verification costs. So the cost is bounded before any work is done, when a hash is
 * brought in and again whenever it is verified: no hash takes more than about two seconds of one processor or 128 MiB.
 *
 * `@node-rs/bcrypt` because it computes off the main thread; pinned to the newest release that is published for every
 * platform.
 */
import {
  createHash,
  createHmac,
  type Hash,
  type Hmac,
  pbkdf2,
  type ScryptOptions,
  scrypt,
  timingSafeEqual,
} from 'node:crypto'
import { promisify } from 'node:util'
import { verify as verifyArgon2 } from '@node-rs/argon2'
import { verify as verifyBcrypt } from '@node-rs/bcrypt'

export interface ForeignHash {
  /** The format's name, for reports: never anything of the hash itself. */
  format: string
  /** The limit that its cost parameters go beyond, in words. Such a hash verifies nothing. */
  beyond: string | undefined
  /** How many bytes of a password it is made of; what comes after them is not looked at. */
  reads: number
  /** Runs off the main thread, except for what takes microseconds. */
  verify(password: string): Promise<boolean>
}

/** How a hash is verified, once its text has been taken apart. */
interface Recipe {
  within: boolean
  limits: string
  /** Absent: the whole password. */
  reads?: number
  verify(password: Buffer): Promise<boolean>
}

type Groups = Record<string, string>

interface Format {
  name: string
  pattern: RegExp
  read(groups: Groups): Recipe
}

const LONGEST = 1024

/** Bytes. */
const BCRYPT_READS = 72

/** Digests by the name that all the formats give them, with the iterations that PBKDF2 may take in each. */
const digests: Record<string, { bytes: number; iterations: number }> = {
  sha1: { bytes: 20, iterations: 2_000_000 },
  sha256: { bytes: 32, iterations: 2_000_000 },
  sha512: { bytes: 64, iterations: 1_000_000 },
}

const formats: Format[] = [
  {
    name: 'argon2', // the reference's notation; Django writes its own name before it
    pattern:
      /^(?:argon2)?(?<phc>\$argon2id?\$v=(?:16|19)\$m=(?<m>\d{1,10}),t=(?<t>\d{1,10}),p=(?<p>\d{1,8})\$(?<salt>[\w+/]{11,86})\$(?<key>[\w+/]{16,172}))$/,
    read: ({ phc = '', m, t, p, salt = '', key = '' }) =>
      argon2(phc, { memoryKiB: Number(m), passes: Number(t), lanes: Number(p) }, [salt, key]),
  },
  {
    name: 'bcrypt', // crypt(3), htpasswd -B, Python's bcrypt; Django writes its own name before it
    pattern: /^(?:bcrypt\$)?(?<hash>\$2[aby]\$(?<cost>\d\d)\$[./A-Za-z0-9]{53})$/,
    read: ({ hash = '', cost }) => ({ ...bcrypt(hash, Number(cost), (password) => password), reads: BCRYPT_READS }),
  },
  {
    name: 'django bcrypt_sha256',
    pattern: /^bcrypt_sha256\$(?<hash>\$2[aby]\$(?<cost>\d\d)\$[./A-Za-z0-9]{53})$/,
    read: ({ hash = '', cost }) => bcrypt(hash, Number(cost), (password) => sha256(password, 'hex')),
  },
  {
    name: 'passlib bcrypt-sha256', // version 2 keys the digest with the salt, version 1 does not
    pattern:
      /^\$bcrypt-sha256\$(?<v2>v=2,t=2b,r=|2[ab],)(?<cost>\d{1,2})\$(?<salt>[./A-Za-z0-9]{22})\$(?<rest>[./A-Za-z0-9]{31})$/,
    read: ({ v2 = '', cost = '', salt = '', rest = '' }) =>
      bcrypt(`$2b$${cost.padStart(2, '0')}$${salt}${rest}`, Number(cost), (password) =>
        v2.startsWith('v=2')
          ? Buffer.from(createHmac('sha256', salt).update(password).digest('base64'))
          : sha256(password, 'base64'),
      ),
  },
  {
    name: 'werkzeug scrypt',
    pattern: /^scrypt:(?<n>\d{1,10}):(?<r>\d{1,8}):(?<p>\d{1,8})\$(?<salt>[^$]{1,128})\$(?<key>[0-9a-f]{128})$/,
    read: ({ n, r, p, salt = '', key = '' }) => scryptKey(Number(n), Number(r), Number(p), utf8(salt), hex(key)),
  },
  {
    name: 'django scrypt',
    pattern: /^scrypt\$(?<n>\d{1,10})\$(?<salt>[^$]{1,128})\$(?<r>\d{1,8})\$(?<p>\d{1,8})\$(?<key>[\w+/]{86}==)$/,
    read: ({ n, r, p, salt = '', key = '' }) => scryptKey(Number(n), Number(r), Number(p), utf8(salt), base64(key)),
  },
  {
    name: 'passlib scrypt',
    pattern:
      /^\$scrypt\$ln=(?<ln>\d{1,2}),r=(?<r>\d{1,8}),p=(?<p>\d{1,8})\$(?<salt>[\w+/]{1,172})\$(?<key>[\w+/]{43})$/,
    read: ({ ln, r, p, salt = '', key = '' }) =>
      scryptKey(2 ** Number(ln), Number(r), Number(p), base64(salt), base64(key)),
  },
  {
    name: 'werkzeug pbkdf2',
    pattern: /^pbkdf2:(?<digest>sha1|sha256|sha512):(?<n>\d{1,10})\$(?<salt>[^$]{1,128})\$(?<key>[0-9a-f]{40,128})$/,
    read: ({ digest = '', n, salt = '', key = '' }) => pbkdf2Key(digest, Number(n), utf8(salt), hex(key)),
  },
  {
    name: 'django pbkdf2',
    pattern:
      /^pbkdf2_(?<digest>sha1|sha256|sha512)\$(?<n>\d{1,10})\$(?<salt>[^$]{1,128})\$(?<key>[\w+/]{27,86}={0,2})$/,
    read: ({ digest = '', n, salt = '', key = '' }) => pbkdf2Key(digest, Number(n), utf8(salt), base64(key)),
  },
  {
    name: 'passlib pbkdf2', // its base64 has "." for "+" and no padding; without a name the digest is SHA-1
    pattern: /^\$pbkdf2(?:-(?<digest>sha256|sha512))?\$(?<n>\d{1,10})\$(?<salt>[\w./]{1,172})\$(?<key>[\w./]{27,86})$/,
    read: ({ digest = 'sha1', n, salt = '', key = '' }) =>
      pbkdf2Key(digest, Number(n), base64(salt.replaceAll('.', '+')), base64(key.replaceAll('.', '+'))),
  },
  {
    name: 'werkzeug salted digest', // an HMAC, which Werkzeug before 3 wrote when asked for a bare digest
    pattern: /^(?<digest>sha256|sha512)\$(?<salt>[^$]{1,128})\$(?<key>[0-9a-f]{64,128})$/,
    read: ({ digest = '', salt = '', key = '' }) =>
      saltedDigest(digest, utf8(salt), hex(key), (password) => createHmac(digest, salt).update(password)),
  },
  {
    name: 'ldap salted digest', // {SSHA}: the digest of password and salt, then the salt
    pattern: /^\{SSHA(?<size>256|512)?\}(?<body>[\w+/]{28,342}={0,2})$/i,
    read: ({ size = '1', body = '' }) => {
      const digest = `sha${size}`
      const bytes = base64(body)
      const [key, salt] = [bytes.subarray(0, digests[digest]?.bytes), bytes.subarray(digests[digest]?.bytes)]
      return saltedDigest(digest, salt, key, (password) => createHash(digest).update(password).update(salt))
    },
  },
]

/** @returns undefined for what is in no known format. */
export function readForeignHash(stored: string): ForeignHash | undefined {
  if (stored.length > LONGEST) return undefined
  for (const { name, pattern, read } of formats) {
    const groups = pattern.exec(stored)?.groups
    if (!groups) continue
    const { within, limits, reads = Number.POSITIVE_INFINITY, verify } = read(groups)
    return {
      format: name,
      beyond: within ? undefined : limits,
      reads,
      verify: async (password) => within && verify(Buffer.from(password)),
    }
  }
  return undefined
}

interface Argon2Cost {
  memoryKiB: number
  passes: number
  lanes: number
}

/** @param encoded salt and key: the library refuses any spelling of their bytes but the canonical one. */
function argon2(phc: string, { memoryKiB, passes, lanes }: Argon2Cost, encoded: string[]): Recipe {
  return {
    within:
      between(lanes, 1, 16) &&
      between(memoryKiB, 8 * lanes, 131_072) &&
      between(passes, 1, 64) &&
      memoryKiB * passes <= 524_288 &&
      encoded.every((text) => base64(text).toString('base64').replace(/=+$/, '') === text),
    limits: 'argon2 with p up to 16, m from 8 times p to 131072, m times t up to 524288, salt and key in proper base64',
    verify: (password) => verifyArgon2(phc, password),
  }
}

/** @param prepare what stands before bcrypt, which itself reads no more than 72 bytes. */
function bcrypt(hash: string, cost: number, prepare: (password: Buffer) => Buffer): Recipe {
  return {
    within: between(cost, 4, 14),
    limits: 'bcrypt with a cost from 4 to 14',
    async verify(password) {
      const prepared = prepare(password)
      // Python's bcrypt hashes nothing with a NUL, so no password can be one.
      return !prepared.includes(0) && verifyBcrypt(prepared, hash)
    },
  }
}

/** N and r are the memory: 128 bytes times both. What each lane adds to that and to the work is kept small by r and p. */
function scryptKey(N: number, r: number, p: number, salt: Buffer, key: Buffer): Recipe {
  // RFC 7914, section 2: N is less than 2^(128 * r / 8).
  const isPossible = N > 1 && Number.isInteger(Math.log2(N)) && Math.log2(N) < 16 * r
  return {
    within: isPossible && between(r, 1, 1024) && between(p, 1, 64) && N * r <= 2 ** 20 && N * r * p <= 2 ** 21,
    limits:
      'scrypt with N a power of two below 2^(16 r), r up to 1024, p up to 64, N times r up to 1048576, N times r times p up to 2097152',
    verify: async (password) => timingSafeEqual(await deriveByScrypt(password, salt, key.length, { N, r, p }), key),
  }
}

function pbkdf2Key(digest: string, iterations: number, salt: Buffer, key: Buffer): Recipe {
  const limit = digests[digest]
  return {
    // A key longer than the digest would multiply the work.
    within: limit !== undefined && between(iterations, 1, limit.iterations) && key.length === limit.bytes,
    limits: `PBKDF2 with up to ${limit?.iterations} iterations of ${digest} and a key of ${limit?.bytes} bytes`,
    verify: async (password) =>
      timingSafeEqual(await promisify(pbkdf2)(password, salt, iterations, key.length, digest), key),
  }
}

/** One digest: too little work to be worth another thread. */
function saltedDigest(digest: string, salt: Buffer, key: Buffer, start: (password: Buffer) => Hash | Hmac): Recipe {
  return {
    within: salt.length > 0 && key.length === digests[digest]?.bytes,
    limits: `a whole ${digest} with a salt`,
    verify: async (password) => timingSafeEqual(start(password).digest(), key),
  }
}

function deriveByScrypt(password: Buffer, salt: Buffer, length: number, cost: ScryptOptions): Promise<Buffer> {
  // The bounds keep the memory to half of this; OpenSSL counts some more than the blocks themselves.
  const options = { ...cost, maxmem: 256 * 1024 * 1024 }
  return new Promise((resolve, reject) =>
    scrypt(password, salt, length, options, (error, key) => (error ? reject(error) : resolve(key))),
  )
}

const between = (value: number, least: number, most: number) => value >= least && value <= most
const utf8 = (text: string) => Buffer.from(text)
const hex = (text: string) => Buffer.from(text, 'hex')
const base64 = (text: string) => Buffer.from(text, 'base64')
const sha256 = (password: Buffer, encoding: 'hex' | 'base64') =>
  Buffer.from(createHash('sha256').update(password).digest(encoding))
