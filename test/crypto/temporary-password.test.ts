import t from 'tap'
import { newTemporaryPassword } from '../../src/crypto/temporary-password.ts'
import { findPasswordFault } from '../../src/policy/passwords.ts'

const passwords = Array.from({ length: 2000 }, newTemporaryPassword)

t.test('a temporary password is four groups of four, without what looks or sounds alike', async (t) => {
  for (const password of passwords) {
    if (!/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/.test(password) || /[01bdilmnopqv]/.test(password)) t.fail(password)
  }
  const letters = new Set(passwords.join('').replaceAll('-', ''))
  t.equal([...letters].sort().join(''), '23456789acefghjkrstuwxyz', 'every other letter and digit occurs')
})

t.test('a temporary password carries more than 70 bits, and each is another one', async (t) => {
  t.ok(16 * Math.log2(24) > 70)
  t.equal(new Set(passwords).size, passwords.length)
  // Every place takes every one of the 24 characters: none of them is fixed.
  for (const place of [0, 1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 13, 15, 16, 17, 18])
    t.equal(new Set(passwords.map((password) => password[place])).size, 24, `place ${place}`)
})

t.test('a temporary password would be good enough to keep', async (t) => {
  const owner = { email: 'jane.doe@example.com', first_name: 'Jane', last_name: 'Doe' }
  const faults = await Promise.all(passwords.map((password) => findPasswordFault(password, password, owner)))
  t.strictSame([...new Set(faults)], [undefined])
})
