import { createHmac, randomBytes } from 'node:crypto'
import t from 'tap'
import { checkValue, createKeyRing, type KeyPurpose, sameCheckValue } from '../../src/crypto/key-ring.ts'

const PURPOSES: KeyPurpose[] = ['seal', 'opaque-token', 'check-value']
const one = { id: 'one', key: randomBytes(32) }
const two = { id: 'two', key: randomBytes(32) }

/** RFC 5869 written out for one block of output, as the code under test must not vouch for itself. */
function hkdfBlock(secret: Buffer, salt: string, info: string): Buffer {
  const pseudorandomKey = createHmac('sha256', salt).update(secret).digest()
  return createHmac('sha256', pseudorandomKey)
    .update(info)
    .update(Buffer.from([1]))
    .digest()
}

t.test('the first key is primary, all ids are known', async (t) => {
  const ring = createKeyRing([one, two])
  t.equal(ring.primary, 'one')
  t.strictSame(ring.ids, ['one', 'two'])
  t.throws(() => createKeyRing([]), { message: /at least one key/ })
})

t.test('each key and purpose has its own derived key, by HKDF-SHA-256, the same at every start', async (t) => {
  const ring = createKeyRing([one, two])
  const again = createKeyRing([two, one])
  const derived = [one, two].flatMap(({ id, key }) =>
    PURPOSES.map((purpose) => {
      const mine = ring.derive(id, purpose)?.export()
      t.strictSame(mine, hkdfBlock(key, 'omnicrm-identity', purpose))
      t.strictSame(mine, ring.derive(id, purpose)?.export(), 'asked twice')
      t.strictSame(mine, again.derive(id, purpose)?.export(), 'in another ring')
      return mine?.toString('hex')
    }),
  )
  t.equal(new Set([...derived, one.key.toString('hex'), two.key.toString('hex')]).size, 8)
})

t.test('an unknown id derives nothing', async (t) => {
  const ring = createKeyRing([one])
  for (const id of ['two', '', 'ONE', 'one ', '__proto__', 'constructor']) {
    for (const purpose of PURPOSES) t.equal(ring.derive(id, purpose), undefined)
    t.throws(() => checkValue(ring, id), { message: /has no key/ })
  }
})

t.test('a check value tells another key under the same id', async (t) => {
  const value = checkValue(createKeyRing([one]), 'one')
  t.ok(sameCheckValue(value, checkValue(createKeyRing([two, one]), 'one')))
  const impostors = [checkValue(createKeyRing([{ ...two, id: 'one' }]), 'one'), value.subarray(1), Buffer.alloc(0)]
  for (const impostor of impostors) t.notOk(sameCheckValue(value, impostor))
})
