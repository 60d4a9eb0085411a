/** Cursors of lists: where the last page ended, as opaque text. They are no secret and carry no right. */
import { Refusal } from '../errors.ts'

/** @param key names the list and its order, so that a cursor of one is refused by another. */
export function writeCursor(key: string, value: string | number, id: number): string {
  return Buffer.from(JSON.stringify([key, value, id])).toString('base64url')
}

/** @throws Refusal `invalid_cursor` */
export function readCursor(key: string, cursor: string): { value: string | number; id: number } {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(parts) && parts.length === 3) {
      const [listKey, value, id] = parts
      // PostgreSQL takes no NUL.
      const known = typeof value === 'number' || (typeof value === 'string' && !value.includes('\0'))
      if (listKey === key && known && Number.isSafeInteger(id)) return { value, id }
    }
  } catch {
    // Not JSON: refused below like everything else that is no cursor of this list.
  }
  throw new Refusal('invalid_cursor')
}

/** PostgreSQL knows no year 0. */
const TIME = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** The same, for an order by time: a time as `toISOString` writes it, since PostgreSQL does not take all that a Date does. */
export function readTimeCursor(key: string, cursor: string): { value: string; id: number } {
  const { value, id } = readCursor(key, cursor)
  const time = String(value)
  if (!TIME.test(time) || Number.isNaN(Date.parse(time)) || new Date(time).toISOString() !== time) {
    throw new Refusal('invalid_cursor')
  }
  return { value: time, id }
}
