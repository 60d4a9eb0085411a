import { createHash } from 'node:crypto'
import t from 'tap'
import { hashApiKey, maskApiKey, newApiKey } from '../../src/crypto/api-key.ts'

t.test('a key has a form that scanners recognise, and is known by its hash', async (t) => {
  const { key, hash, hint } = newApiKey()
  t.match(key, /^oak_[0-9A-Za-z]{46}$/)
  t.strictSame(hash, createHash('sha256').update(key).digest())
  t.strictSame(hashApiKey(key), hash)
  t.equal(maskApiKey(hint), `${key.slice(0, 8)}…`)
})

t.test('two keys have nothing in common', async (t) => {
  const keys = Array.from({ length: 200 }, () => newApiKey().key)
  t.equal(new Set(keys).size, 200)
  t.equal(new Set(keys.map((key) => key.slice(4, 14))).size, 200)
  const letters = new Set(keys.join('').replaceAll('oak_', ''))
  t.equal(letters.size, 62, 'every letter and digit comes up')
})

t.test('the checksum is CRC-32 in base 62, as in the tokens that scanners know', async (t) => {
  // crc32("oak_" + 40 × "A") = 3074625175 by Python's binascii.
  const body = `oak_${'A'.repeat(40)}`
  const valid = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  let rest = 3074625175
  let digits = ''
  for (let i = 0; i < 6; i++, rest = Math.floor(rest / 62)) digits = valid.charAt(rest % 62) + digits
  t.ok(hashApiKey(body + digits))
})

t.test('a mistyped key is noticed: each character changed, swapped, lost or added', async (t) => {
  const { key } = newApiKey()
  for (let i = 0; i < key.length; i++) {
    const other = key[i] === 'A' ? 'B' : 'A'
    t.equal(hashApiKey(key.slice(0, i) + other + key.slice(i + 1)), undefined, `changed at ${i}`)
    t.equal(hashApiKey(key.slice(0, i) + key.slice(i + 1)), undefined, `lost at ${i}`)
    t.equal(hashApiKey(`${key.slice(0, i)}A${key.slice(i)}`), undefined, `added at ${i}`)
    const [here, next] = [key.charAt(i), key.charAt(i + 1)]
    if (here !== next && next !== '')
      t.equal(hashApiKey(key.slice(0, i) + next + here + key.slice(i + 2)), undefined, `swapped at ${i}`)
  }
  for (const text of ['', 'oak_', ` ${key}`, `${key}\n`, key.toLowerCase(), key.replace('oak', 'ort'), `${key}${key}`])
    t.equal(hashApiKey(text), undefined, JSON.stringify(text))
})
