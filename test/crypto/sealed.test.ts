import { randomBytes } from 'node:crypto'
import t from 'tap'
import { createKeyRing } from '../../src/crypto/key-ring.ts'
import { open, seal } from '../../src/crypto/sealed.ts'

const first = { id: 'k1', key: randomBytes(32) }
const second = { id: 'k2', key: randomBytes(32) }
const ring = createKeyRing([first])
const SECRET = Buffer.from('the quick brown secret')

t.test('what was sealed opens again, whatever it is', async (t) => {
  for (const plain of [SECRET, Buffer.alloc(0), Buffer.from([0, 255, 10]), randomBytes(10_000)]) {
    t.strictSame(open(ring, 'totp:1', seal(ring, 'totp:1', plain)), plain)
  }
})

t.test('the same plaintext never gives the same sealed text', async (t) => {
  t.equal(new Set(Array.from({ length: 200 }, () => seal(ring, 'totp:1', SECRET))).size, 200)
})

t.test('a sealed value opens only in its own context', async (t) => {
  const sealed = seal(ring, 'totp:1', SECRET)
  for (const context of ['totp:2', 'totp:10', 'totp:', '', 'signing-key:1', 'TOTP:1']) {
    t.throws(() => open(ring, context, sealed), context)
  }
})

t.test('no bit of it can be changed, and nothing cut off or added', async (t) => {
  const [version, id, body = ''] = seal(ring, 'totp:1', SECRET).split('.')
  const bytes = Buffer.from(body, 'base64url')
  const changed = Array.from(bytes, (byte, at) =>
    Array.from({ length: 8 }, (_, bit) => {
      const copy = Buffer.from(bytes)
      copy[at] = byte ^ (1 << bit)
      return copy
    }),
  ).flat()
  const cut = Array.from(bytes, (_, length) => bytes.subarray(0, length))
  for (const wrong of [...changed, ...cut, Buffer.concat([bytes, Buffer.from([0])])]) {
    t.throws(() => open(ring, 'totp:1', `${version}.${id}.${wrong.toString('base64url')}`))
  }
})

t.test('texts that are no sealed value are refused', async (t) => {
  const body = seal(ring, 'totp:1', SECRET).split('.')[2]
  for (const text of ['', 'null', '..', 'v1', 'v1.k1', 'v1.k1.', `v2.k1.${body}`, `v1..${body}`, `.k1.${body}`]) {
    t.throws(() => open(ring, 'totp:1', text), text)
  }
})

t.test('sealing takes the primary key; opening takes the key that the value names', async (t) => {
  const old = seal(ring, 'totp:1', SECRET)
  const rotated = createKeyRing([second, first])
  t.match(old, /^v1\.k1\.[\w-]+$/)
  t.strictSame(open(rotated, 'totp:1', old), SECRET)

  const fresh = seal(rotated, 'totp:1', SECRET)
  t.match(fresh, /^v1\.k2\.[\w-]+$/)
  t.throws(() => open(ring, 'totp:1', fresh), { message: /SECRET_KEYS lacks/ })
  t.throws(() => open(rotated, 'totp:1', old.replace('v1.k1.', 'v1.k2.')), 'under another name of key')
})

t.test('another key under the same id opens nothing, and the error does not tell the plaintext', async (t) => {
  const sealed = seal(ring, 'totp:1', SECRET)
  const impostor = createKeyRing([{ id: 'k1', key: randomBytes(32) }])
  try {
    open(impostor, 'totp:1', sealed)
    t.fail('it opened')
  } catch (error) {
    t.notMatch(String(error), SECRET.toString())
  }
})

t.test('what releases before this one have sealed opens: its form is fixed', async (t) => {
  const fixed = createKeyRing([{ id: 'k1', key: Buffer.alloc(32, 7) }])
  const sealed = 'v1.k1.auDcK-UsAgU1Y9MmZ49qkeTSlCj8wVqShn3P3VQjvOcstPVz'
  t.equal(open(fixed, 'totp:42', sealed).toString(), 'a secret')
})

t.test('a shortened tag opens nothing', async (t) => {
  const body = Buffer.from(seal(ring, 'totp:1', SECRET).split('.')[2] ?? '', 'base64url')
  for (const bytes of [0, 1, 4, 12, 12 + 4, 12 + 15])
    t.throws(() => open(ring, 'totp:1', `v1.k1.${body.subarray(0, bytes).toString('base64url')}`), `${bytes} bytes`)
})
