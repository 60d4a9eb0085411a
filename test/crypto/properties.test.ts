/** What holds for every token, key and sealed value, whatever is in it. */
import { createSecretKey, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { generateSync } from 'otplib'
import t from 'tap'
import { signAccessToken, verifyAccessToken } from '../../src/crypto/access-token.ts'
import { hashApiKey, newApiKey } from '../../src/crypto/api-key.ts'
import { hashBackupCode, newBackupCodeKey, newBackupCodes } from '../../src/crypto/backup-codes.ts'
import { contentDigest } from '../../src/crypto/content-digest.ts'
import { checkpointMac, FIRST_DIGEST, isGenuineCheckpoint, logKeys, nextDigest } from '../../src/crypto/event-digest.ts'
import { readForeignHash } from '../../src/crypto/foreign-hashes.ts'
import { createKeyRing } from '../../src/crypto/key-ring.ts'
import { lookupHash, newSealedLookupKey, openLookupKey, sealLookupKeyAnew } from '../../src/crypto/lookup-hash.ts'
import { type OpaqueTokenKind, readToken, writeToken } from '../../src/crypto/opaque-token.ts'
import { open, seal, sealAnew } from '../../src/crypto/sealed.ts'
import { importKey, newSigningKey, openPrivateKey, sealPrivateKeyAnew } from '../../src/crypto/signing-keys.ts'
import {
  matchTotpStep,
  newEnrolment,
  openEnrolment,
  readTotpSecret,
  sealEnrolment,
  sealEnrolmentAnew,
} from '../../src/crypto/totp.ts'
import { anyText } from '../support/any-text.ts'

/** Reports the smallest counterexample, with the seed that finds it again. */
const holds = <T extends [unknown, ...unknown[]]>(
  name: string,
  property: fc.IProperty<T> | fc.IAsyncProperty<T>,
  parameters: fc.Parameters<T> = {},
) => t.test(name, async () => fc.assert(property as fc.IAsyncProperty<T>, parameters))

const first = { id: 'k1', key: randomBytes(32) }
const second = { id: 'second01', key: randomBytes(32) }
const ring = createKeyRing([first, second])
const rotated = createKeyRing([second, first])

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array))
const text = anyText()
const flipped = (buffer: Buffer, bit: number) => {
  const copy = Buffer.from(buffer)
  const at = bit % (buffer.length * 8)
  copy.writeUInt8(copy.readUInt8(at >> 3) ^ (1 << (at & 7)), at >> 3)
  return copy
}
const sameBytes = (left: Buffer, right: Buffer) => left.equals(right)
const throws = (act: () => unknown) => {
  try {
    act()
    return false
  } catch {
    return true
  }
}

// Opaque tokens

const kinds: OpaqueTokenKind[] = ['refresh', 'step', 'password_link', 'email_link', 'device']
const token = fc.record({
  kind: fc.constantFrom(...kinds),
  id: fc.uuid({ version: [1, 4, 7] }),
  generation: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  keyId: fc.constantFrom(first.id, second.id),
})

holds(
  'an opaque token says what it was made of, under either key of the ring, and only as its own kind',
  fc.property(token, ({ kind, id, generation, keyId }) => {
    const written = writeToken(ring, kind, id, generation, keyId)
    const { id: readId, ...rest } = readToken(rotated, kind, written) ?? {}
    const others = kinds.filter((other) => other !== kind)
    return (
      readId === id &&
      JSON.stringify(rest) === JSON.stringify({ generation, keyId }) &&
      others.every((other) => readToken(ring, other, written) === undefined)
    )
  }),
)
holds(
  'an opaque token with any bit flipped, or any character replaced, is none',
  fc.property(token, fc.nat(), fc.nat(86), fc.string({ maxLength: 2 }), ({ kind, id, generation }, bit, at, other) => {
    const written = writeToken(ring, kind, id, generation)
    const body = flipped(Buffer.from(written.slice(4), 'base64url'), bit).toString('base64url')
    const spliced = written.slice(0, at) + other + written.slice(at + 1)
    return (
      readToken(ring, kind, written.slice(0, 4) + body) === undefined &&
      (spliced === written || readToken(ring, kind, spliced) === undefined)
    )
  }),
)

// Sealed values

holds(
  'what is sealed opens in its context, also sealed anew under another key, and in no other context',
  fc.property(bytes, text, text, (plain, context, other) => {
    const sealed = seal(ring, context, plain)
    const anew = sealAnew(rotated, context, sealed)
    return (
      sameBytes(open(ring, context, sealed), plain) &&
      sameBytes(open(ring, context, anew), plain) &&
      anew.startsWith(`v1.${second.id}.`) &&
      (Buffer.from(context).equals(Buffer.from(other)) || throws(() => open(ring, other, sealed)))
    )
  }),
)
holds(
  'a sealed value with any bit flipped, or cut anywhere, does not open',
  fc.property(bytes, fc.nat(), fc.nat(), (plain, bit, length) => {
    const [version, id, encoded = ''] = seal(ring, 'x', plain).split('.')
    const body = Buffer.from(encoded, 'base64url')
    const cut = body.subarray(0, length % body.length)
    return [flipped(body, bit), cut].every((wrong) =>
      throws(() => open(ring, 'x', `${version}.${id}.${wrong.toString('base64url')}`)),
    )
  }),
)

// TOTP

const SECRET = newEnrolment().totpSecret
holds(
  'a code opens in its own step and one either side, and only later than the last accepted step',
  fc.property(
    fc.integer({ min: 0, max: 2 ** 33 }),
    fc.integer({ min: -4, max: 4 }),
    fc.option(fc.integer({ min: -3, max: 3 })),
    (seconds, away, accepted) => {
      const step = Math.floor(seconds / 30) + 10
      const codeOf = (of: number) => generateSync({ secret: SECRET, epoch: of * 30 })
      const afterStep = accepted === null ? null : step + accepted
      const code = codeOf(step + away)
      // Codes of different steps are now and then the same.
      const open = [step - 1, step, step + 1].filter(
        (candidate) =>
          codeOf(candidate) === code && (afterStep === null || (candidate > afterStep && afterStep <= step)),
      )
      const at = new Date(step * 30_000 + (seconds % 30) * 1000)
      const matched = matchTotpStep(SECRET, code, at, afterStep)
      return matched === undefined ? open.length === 0 : open.includes(matched)
    },
  ),
)
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
holds(
  'a secret of another system is read in any case, with spaces and padding, and is its own spelling then',
  fc.property(
    fc.string({ unit: fc.constantFrom(...BASE32), minLength: 16, maxLength: 96 }).map((secret) => {
      return secret.slice(0, secret.length - (secret.length % 8))
    }),
    fc.nat(16),
    (secret, at) => {
      const spelled = `${secret.slice(0, at)} ${secret.slice(at).toLowerCase()}==`
      return readTotpSecret(spelled) === secret && readTotpSecret(secret) === secret
    },
  ),
)

// Keys and hashes

holds(
  'an API key with one character changed is none',
  fc.property(fc.nat(49), fc.string({ minLength: 1, maxLength: 1 }), (at, other) => {
    const { key, hash } = newApiKey()
    const changed = key.slice(0, at) + other + key.slice(at + 1)
    return hashApiKey(key)?.equals(hash) === true && (changed === key || hashApiKey(changed) === undefined)
  }),
)
holds(
  'backup codes are eight different ones of eight hex digits, and each key hashes them otherwise',
  fc.property(fc.nat(7), (at) => {
    const codes = newBackupCodes()
    const [here, there] = [newBackupCodeKey(), newBackupCodeKey()]
    const code = codes[at] ?? ''
    return (
      new Set(codes).size === 8 &&
      codes.every((each) => /^[0-9a-f]{8}$/.test(each)) &&
      here.length === 32 &&
      new Set(codes.map((each) => hashBackupCode(here, each).toString('hex'))).size === 8 &&
      hashBackupCode(here, code).equals(hashBackupCode(here, code)) &&
      !hashBackupCode(here, code).equals(hashBackupCode(there, code))
    )
  }),
)
holds(
  'a content has one digest, however it is cut into pieces',
  fc.property(fc.array(bytes), (pieces) => {
    const [whole, cut] = [contentDigest(), contentDigest()]
    whole.add(Buffer.concat(pieces))
    for (const piece of pieces) cut.add(piece)
    const digest = whole.finish()
    return /^[0-9a-f]{64}$/.test(digest) && cut.finish() === digest
  }),
)
const lookupKey = newSealedLookupKey(ring)
holds(
  'a lookup hash is of one key, one kind and one text, and its key outlives rotations',
  fc.property(fc.stringMatching(/^[a-z]+$/), text, fc.stringMatching(/^[a-z]+$/), text, (kind, what, other, thing) => {
    const key = openLookupKey(ring, lookupKey)
    const later = openLookupKey(createKeyRing([second]), sealLookupKeyAnew(rotated, lookupKey))
    const hash = lookupHash(key, kind, what)
    const same = kind === other && Buffer.from(what).equals(Buffer.from(thing))
    return (
      key.symmetricKeySize === 32 &&
      hash.equals(lookupHash(later, kind, what)) &&
      hash.equals(lookupHash(key, other, thing)) === same &&
      !hash.equals(lookupHash(createSecretKey(randomBytes(32)), kind, what))
    )
  }),
)
holds(
  'whatever is called a hash is read without a fault, and never verifies what it was not made of',
  fc.property(
    fc.oneof(
      text,
      fc.stringMatching(/^(\$argon2id?|\$2b|scrypt|pbkdf2|\{SSHA\}|sha256|\$bcrypt-sha256)[$:][\w$:=,./+]{0,80}$/),
    ),
    (stored) => {
      const read = readForeignHash(stored)
      return read === undefined || (/\w/.test(read.format) && (read.beyond === undefined || /\w/.test(read.beyond)))
    },
  ),
)

// The chain of the log

const position = fc.integer({ min: 1, max: 2 ** 40 })
holds(
  'a digest of the log changes with the key, the digest before, the position and the event',
  fc.property(position, position, text, text, bytes, (at, elsewhere, event, another, noise) => {
    const { chain } = logKeys(createSecretKey(first.key))
    const digest = nextDigest(chain, FIRST_DIGEST, at, event)
    const previous = nextDigest(chain, FIRST_DIGEST, at, noise.toString('hex'))
    const sameEvent = Buffer.from(event).equals(Buffer.from(another))
    return (
      digest.length === 32 &&
      digest.equals(nextDigest(logKeys(createSecretKey(Buffer.from(first.key))).chain, FIRST_DIGEST, at, event)) &&
      digest.equals(nextDigest(chain, FIRST_DIGEST, elsewhere, another)) === (at === elsewhere && sameEvent) &&
      !digest.equals(nextDigest(chain, previous, at, event)) &&
      !digest.equals(nextDigest(logKeys(createSecretKey(second.key)).chain, FIRST_DIGEST, at, event)) &&
      !digest.equals(nextDigest(logKeys(createSecretKey(first.key)).checkpoint, FIRST_DIGEST, at, event))
    )
  }),
)
holds(
  'a checkpoint is genuine as it was written, and in nothing else',
  fc.property(
    position,
    fc.array(position, { maxLength: 3 }),
    fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }),
    fc.nat(),
    (at, gaps, dropped_before, bit) => {
      const { checkpoint: key, chain } = logKeys(createSecretKey(first.key))
      const written = { position: at, digest: randomBytes(32), gaps, dropped_before }
      const mac = checkpointMac(key, written)
      const forged = [
        { ...written, position: at + 1 },
        { ...written, digest: flipped(written.digest, bit) },
        { ...written, gaps: [...gaps, at] },
        { ...written, dropped_before: new Date(dropped_before.getTime() + 1) },
      ]
      return (
        isGenuineCheckpoint(key, { ...written, mac }) &&
        forged.every((other) => !isGenuineCheckpoint(key, { ...other, mac })) &&
        [flipped(mac, bit), mac.subarray(1), Buffer.alloc(0)].every(
          (other) => !isGenuineCheckpoint(key, { ...written, mac: other }),
        ) &&
        !isGenuineCheckpoint(chain, { ...written, mac })
      )
    },
  ),
)

// Access tokens

const signing = await newSigningKey(ring)
const privateKey = await openPrivateKey(ring, signing.kid, signing.sealedPrivateKey)
const publicKey = await importKey(signing.publicJwk)
const settings = { issuer: 'https://crm.example.com', audience: 'omnicrm' }
const verify = (jwt: string, now: Date) =>
  verifyAccessToken(jwt, async (kid) => (kid === signing.kid ? publicKey : undefined), settings, now)

holds(
  'an access token is good from its issue until its end, and with any character replaced never',
  fc.asyncProperty(
    fc.integer({ min: 1, max: 2 ** 31 }),
    fc.integer({ min: 1, max: 3600 }),
    fc.nat(),
    fc.constantFrom(...'AZaz09-_.'),
    async (issued, life, at, other) => {
      const [start, end] = [new Date(issued * 1000), new Date((issued + life) * 1000)]
      const claims = { sub: '7', sid: 's', authTime: issued, amr: ['pwd'], roles: [], permissions: [], jti: 'j' }
      const jwt = await signAccessToken({ kid: signing.kid, privateKey }, settings, claims, start, end)
      const place = at % jwt.length
      const changed = jwt.slice(0, place) + other + jwt.slice(place + 1)
      return (
        typeof (await verify(jwt, start)) === 'object' &&
        typeof (await verify(jwt, new Date(end.getTime() - 1000))) === 'object' &&
        (await verify(jwt, end)) === 'access_token_expired' &&
        (changed === jwt || (await verify(changed, start)) === 'access_token_invalid')
      )
    },
  ),
)

t.test('what is sealed for one purpose goes on under the next key', async (t) => {
  const moved = sealPrivateKeyAnew(rotated, signing.kid, signing.sealedPrivateKey)
  t.ok(openPrivateKey(createKeyRing([second]), signing.kid, moved))
  t.throws(() => openPrivateKey(createKeyRing([first]), signing.kid, moved), /SECRET_KEYS lacks/)
  const enrolment = newEnrolment()
  const sealed = sealEnrolmentAnew(rotated, 7, sealEnrolment(ring, 7, enrolment))
  t.strictSame(openEnrolment(createKeyRing([second]), 7, sealed), enrolment)
})
