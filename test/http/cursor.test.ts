import fc from 'fast-check'
import t from 'tap'
import { readCursor, readTimeCursor, writeCursor } from '../../src/http/cursor.ts'
import { anyText } from '../support/any-text.ts'

const key = fc.string()
const id = fc.maxSafeInteger()
const refuses = (read: () => unknown) => {
  try {
    read()
    return false
  } catch (error) {
    return (error as { code?: string }).code === 'invalid_cursor'
  }
}

t.test('a cursor says where its page ended, and only to its own list', async () => {
  const value = fc.oneof(
    fc.integer(),
    anyText().filter((text) => text.isWellFormed() && !text.includes('\0')),
  )
  fc.assert(
    fc.property(key, key, value, id, (list, other, end, row) => {
      const cursor = writeCursor(list, end, row)
      const read = readCursor(list, cursor)
      const refused = list === other || refuses(() => readCursor(other, cursor))
      return read.value === end && read.id === row && /^[\w-]+$/.test(cursor) && refused
    }),
  )
})

t.test('a time in a cursor is one that PostgreSQL takes, written in one way', async () => {
  const time = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(
      time,
      id,
      (at, row) => readTimeCursor('x', writeCursor('x', at.toISOString(), row)).value === at.toISOString(),
    ),
  )
  const times = [
    '',
    '2026-02-30T00:00:00.000Z',
    '2026-02-28T24:00:00.000Z',
    '+012026-01-01T00:00:00.000Z',
    '2026-01-01',
    7,
  ]
  for (const bad of times) if (!refuses(() => readTimeCursor('x', writeCursor('x', bad, 1)))) throw new Error(`${bad}`)
})

t.test('any other text is no cursor', async () => {
  const value = fc.oneof(fc.constantFrom('x', 'a\0b', null, true, {}), fc.jsonValue())
  const parts = fc.array(value, { maxLength: 4 })
  const encoded = parts
    .filter(([list, at, row]) => !(list === 'x' && /string|number/.test(typeof at) && Number.isSafeInteger(row)))
    .map((list) => Buffer.from(JSON.stringify(list)).toString('base64url'))
  fc.assert(fc.property(fc.oneof(anyText(), encoded), (text) => refuses(() => readCursor('x', text))))
  if (!refuses(() => readCursor('x', writeCursor('x', 'a\0b', 1))))
    throw new Error('a NUL, which PostgreSQL does not take')
})
