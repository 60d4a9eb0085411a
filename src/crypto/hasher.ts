/**
 * Password hashing: argon2id in PHC notation (RFC 9106). Bounded: a fixed number of hashes at a time and a queue of
 * limited length, so that a storm of sign-ins costs the other calls neither processor nor memory.
 *
 * `@node-rs/argon2` rather than `argon2`: with the same parameters it verifies about twice as fast here, and its strings
 * carry the parameters in the order of the reference implementation.
 */
import { availableParallelism } from 'node:os'
import { hash, hashSync, verify } from '@node-rs/argon2'
import PQueue from 'p-queue'
import { Refusal } from '../errors.ts'

export interface HashSettings {
  memoryKiB: number
  passes: number
  parallelism: number
}

export interface Hasher {
  /** @throws Refusal `overloaded` when the queue is full. */
  hash(password: string): Promise<string>
  /**
   * Costs the same whether the hash is there or not: without one a made-up one is verified.
   * @throws Refusal `overloaded` when the queue is full.
   */
  verify(phc: string | null | undefined, password: string): Promise<boolean>
  /** True when the hash was made with other settings than today's. */
  isOutdated(phc: string): boolean
}

/** The library's number for argon2id; its enum is out of reach of type stripping. */
const ARGON2ID = 2

/** Hashes waiting beyond this are refused: about two seconds of work for one processor. */
const QUEUE_LIMIT = 256

export function createHasher(settings: HashSettings): Hasher {
  const options = {
    algorithm: ARGON2ID,
    memoryCost: settings.memoryKiB,
    timeCost: settings.passes,
    parallelism: settings.parallelism,
  }
  const prefix = `$argon2id$v=19$m=${settings.memoryKiB},t=${settings.passes},p=${settings.parallelism}$`
  const nobody = hashSync('nobody', options)
  const queue = new PQueue({ concurrency: availableParallelism() })
  const bounded = <T>(work: () => Promise<T>): Promise<T> => {
    if (queue.size >= QUEUE_LIMIT) throw new Refusal('overloaded', { retryAfter: 2 })
    return queue.add(work)
  }
  return {
    hash: (password) => bounded(() => hash(password, options)),
    async verify(phc, password) {
      const matches = await bounded(() => verify(phc ?? nobody, password))
      return matches && phc != null
    },
    isOutdated: (phc) => !phc.startsWith(prefix),
  }
}
