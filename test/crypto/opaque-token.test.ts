import { randomBytes } from 'node:crypto'
import t from 'tap'
import { createKeyRing } from '../../src/crypto/key-ring.ts'
import { type OpaqueTokenKind, randomTokenId, readToken, writeToken } from '../../src/crypto/opaque-token.ts'

const KINDS: OpaqueTokenKind[] = ['refresh', 'step']
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const k1 = { id: 'k1', key: randomBytes(32) }
const k2 = { id: 'k2', key: randomBytes(32) }
const ring = createKeyRing([k1])

t.test('a token says its id, generation and key again, and is always written the same', async (t) => {
  for (const kind of KINDS) {
    for (const generation of [0, 1, 0x7fffffff, 0xffffffff]) {
      const id = randomTokenId()
      const token = writeToken(ring, kind, id, generation)
      t.strictSame(readToken(ring, kind, token), { id, generation, keyId: 'k1' })
      t.equal(writeToken(ring, kind, id, generation), token)
    }
  }
})

t.test('ids are 128 random bits in UUID notation', async (t) => {
  const ids = Array.from({ length: 1000 }, randomTokenId)
  t.equal(new Set(ids).size, 1000)
  for (const id of ids) t.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  // No bit is fixed, as it would be in a version 4 UUID.
  const bits = ids.map((id) => BigInt(`0x${id.replaceAll('-', '')}`))
  t.equal(
    bits.reduce((all, id) => all | id, 0n),
    2n ** 128n - 1n,
  )
  t.equal(
    bits.reduce((all, id) => all & id, 2n ** 128n - 1n),
    0n,
  )
})

t.test('a token of one kind is refused as the other, also with its prefix exchanged', async (t) => {
  for (const [kind, other] of [KINDS, [...KINDS].reverse()] as [OpaqueTokenKind, OpaqueTokenKind][]) {
    const token = writeToken(ring, kind, randomTokenId())
    t.equal(readToken(ring, other, token), undefined)
    const prefix = writeToken(ring, other, randomTokenId()).slice(0, 4)
    t.equal(readToken(ring, other, prefix + token.slice(4)), undefined)
  }
})

t.test('every single changed bit is refused', async (t) => {
  const token = writeToken(ring, 'refresh', randomTokenId(), 7)
  const bytes = Buffer.from(token.slice(4), 'base64url')
  t.equal(bytes.length, 62)
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes)
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    t.equal(readToken(ring, 'refresh', `ort_${changed.toString('base64url')}`), undefined, `bit ${bit}`)
  }
})

t.test('each token has one spelling', async (t) => {
  const token = writeToken(ring, 'refresh', randomTokenId())
  const bytes = Buffer.from(token.slice(4), 'base64url')
  // 62 bytes leave two bits over in the last character, which decoders ignore.
  const last = ALPHABET.indexOf(token.slice(-1))
  const spellings = [1, 2, 3].map((spare) => token.slice(0, -1) + ALPHABET.charAt(last | spare))
  for (const spelling of spellings)
    t.ok(Buffer.from(spelling.slice(4), 'base64url').equals(bytes), 'decodes to the same bytes')
  spellings.push(`${token}=`, `${token} `, ` ${token}`, `${token}\n`, `ort_${bytes.toString('base64')}`, token.slice(4))
  spellings.push(token.toUpperCase(), `ORT_${token.slice(4)}`, `${token.slice(0, 20)} ${token.slice(20)}`)
  for (const spelling of spellings) t.equal(readToken(ring, 'refresh', spelling), undefined, JSON.stringify(spelling))
})

t.test('truncated, lengthened and made-up texts are refused', async (t) => {
  const token = writeToken(ring, 'step', randomTokenId())
  for (let length = 0; length < token.length; length++)
    t.equal(readToken(ring, 'step', token.slice(0, length)), undefined)
  for (const text of [
    `${token}A`,
    `${token}AAAA`,
    `ost_${'A'.repeat(83)}`,
    `ost_${'\u0000'.repeat(83)}`,
    `ost_${'é'.repeat(83)}`,
  ])
    t.equal(readToken(ring, 'step', text), undefined)
})

t.test('only the key that made a token reads it, whatever the key is called', async (t) => {
  const token = writeToken(ring, 'refresh', randomTokenId())
  t.equal(readToken(createKeyRing([k2]), 'refresh', token), undefined, 'a ring without the key')
  t.equal(readToken(createKeyRing([{ id: 'k1', key: k2.key }]), 'refresh', token), undefined, 'another key of that id')
  t.equal(
    readToken(createKeyRing([{ id: 'k2', key: k1.key }]), 'refresh', token),
    undefined,
    'the key under another id',
  )
  t.match(readToken(createKeyRing([k2, k1]), 'refresh', token), { keyId: 'k1' }, 'the key, no longer the primary one')
  t.match(
    readToken(createKeyRing([k2, k1]), 'refresh', writeToken(createKeyRing([k2, k1]), 'refresh', randomTokenId())),
    { keyId: 'k2' },
  )
})

t.test('tokens of releases before this one stay good: their form is fixed', async (t) => {
  const fixed = createKeyRing([{ id: 'k1', key: Buffer.alloc(32, 7) }])
  const id = '00112233-4455-6677-8899-aabbccddeeff'
  const token = 'ort_AQFrMQAAAAAAAAARIjNEVWZ3iJmqu8zd7v8AAAAFIKnrfQ9GhDyvEOhb5z2svKRCrZ4nUQMkca5rB8BbNS8'
  t.strictSame(readToken(fixed, 'refresh', token), { id, generation: 5, keyId: 'k1' })
  t.equal(writeToken(fixed, 'refresh', id, 5), token)
})
