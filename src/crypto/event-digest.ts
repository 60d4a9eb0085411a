/** The chain of digests over the event log: each covers its event and the digest before it. */
import { createHmac, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto'

export const FIRST_DIGEST = Buffer.alloc(32)

/** Keys, so that someone who can write to the database cannot forge a chain. */
export interface LogKeys {
  chain: Buffer
  checkpoint: Buffer
}

/**
 * @param lookupKey random, made with the database and sealed in it: what is derived from it outlives rotations of
 *   SECRET_KEYS, so a chain can be proven as far back as it goes.
 */
export function logKeys(lookupKey: KeyObject): LogKeys {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', lookupKey, 'omnicrm-identity', purpose, 32))
  return { chain: derive('event-chain'), checkpoint: derive('event-checkpoint') }
}

/**
 * @param key the chain's.
 * @param event the stored row as canonical text.
 */
export function nextDigest(key: Buffer, previous: Buffer, position: number, event: string): Buffer {
  return createHmac('sha256', key).update(previous).update(`${position}\0${event}`).digest()
}

/** Where a chain starts once retention has dropped what was before. */
export interface Checkpoint {
  position: number
  digest: Buffer
  /** Later positions whose events were dropped, too. */
  gaps: number[]
  dropped_before: Date
}

/** @param key the checkpoints'. */
export function checkpointMac(key: Buffer, { position, digest, gaps, dropped_before }: Checkpoint): Buffer {
  const text = JSON.stringify([position, digest.toString('hex'), gaps, dropped_before.toISOString()])
  return createHmac('sha256', key).update(text).digest()
}

export function isGenuineCheckpoint(key: Buffer, checkpoint: Checkpoint & { mac: Buffer }): boolean {
  const expected = checkpointMac(key, checkpoint)
  return checkpoint.mac.length === expected.length && timingSafeEqual(checkpoint.mac, expected)
}
