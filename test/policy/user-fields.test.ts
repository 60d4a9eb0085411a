import t from 'tap'
import { fits, nameRule, phoneRule } from '../../src/policy/user-fields.ts'

t.test('a name is 1 to 100 characters on one line, and says something', async (t) => {
  for (const text of ['A', 'O’Brien', 'ليلى', 'n'.repeat(100), '😀'.repeat(100), ' x '])
    t.equal(fits(nameRule, text), true, JSON.stringify(text))
  for (const text of ['', ' ', '\u3000', 'n'.repeat(101), '😀'.repeat(101), 'a\nb', 'a\u0000', 'a\u009f', 'a\ud800'])
    t.equal(fits(nameRule, text), false, JSON.stringify(text))
})

t.test('a telephone number is up to 50 characters on one line, or empty', async (t) => {
  for (const text of ['', '+44 20 7946 0123', '1'.repeat(50)])
    t.equal(fits(phoneRule, text), true, JSON.stringify(text))
  for (const text of ['1'.repeat(51), '1\n2', '\u0000']) t.equal(fits(phoneRule, text), false, JSON.stringify(text))
})
