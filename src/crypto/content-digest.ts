/** Names a content by its SHA-256, however large, piece by piece. */
import { createHash } from 'node:crypto'

export interface ContentDigest {
  add(piece: Uint8Array): void
  /** Hexadecimal. Ends the digest. */
  finish(): string
}

export function contentDigest(): ContentDigest {
  const hash = createHash('sha256')
  return {
    add: (piece) => {
      hash.update(piece)
    },
    finish: () => hash.digest('hex'),
  }
}
