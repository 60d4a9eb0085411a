/** Cuts a stream of bytes into lines, in bounded memory whatever the bytes are. */

/** Longer lines are dropped as they stream by. Bytes. */
const LONGEST_LINE = 64 * 1024

const NEWLINE = 0x0a

export interface Line {
  /** The first one is 1; empty lines count, too. */
  number: number
  /** Undefined for a line that is too long. */
  bytes: Buffer | undefined
}

/** Lines that are not empty, at most `size` at a time. The last one needs no newline. */
export async function* readLines(pieces: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Line[]> {
  let lines: Line[] = []
  let number = 0
  let parts: Uint8Array[] = []
  let length = 0

  const extend = (part: Uint8Array) => {
    length += part.length
    if (length > LONGEST_LINE) parts = []
    else if (part.length > 0) parts.push(part)
  }
  const finish = () => {
    number += 1
    if (length > 0) lines.push({ number, bytes: length > LONGEST_LINE ? undefined : Buffer.concat(parts) })
    parts = []
    length = 0
  }

  for await (const piece of pieces) {
    let start = 0
    for (let end = piece.indexOf(NEWLINE); end !== -1; end = piece.indexOf(NEWLINE, start)) {
      extend(piece.subarray(start, end))
      finish()
      start = end + 1
      if (lines.length < size) continue
      yield lines
      lines = []
    }
    extend(piece.subarray(start))
  }
  finish()
  if (lines.length > 0) yield lines
}
