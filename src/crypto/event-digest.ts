/** The chain of digests over the event log: each covers its event and the digest before it. */
import { createHmac } from 'node:crypto'

export const FIRST_DIGEST = Buffer.alloc(32)

/**
 * @param key so that someone who can write to the database cannot forge a chain.
 * @param event the stored row as canonical text.
 */
export function nextDigest(key: Buffer, previous: Buffer, position: number, event: string): Buffer {
  return createHmac('sha256', key).update(previous).update(`${position}\0${event}`).digest()
}
