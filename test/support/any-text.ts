/** Text as callers may send it: any code points, halves of characters and control characters among them. */
import fc from 'fast-check'

// The library's own unit `binary` draws up a table of all code points at each start, which takes seconds.
const character = fc
  .oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 0x7f }) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 0xffff }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 0x10ffff }) },
  )
  .map((point) => String.fromCodePoint(point))

/** Lengths in code points. */
export const anyText = (lengths: { minLength?: number; maxLength?: number } = {}) =>
  fc.string({ unit: character, ...lengths })
