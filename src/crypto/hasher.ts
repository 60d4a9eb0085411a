/**
 * Password hashing: argon2id in PHC notation (RFC 9106). Bounded: a fixed number of hashes at a time and a queue of
 * limited length, so that a storm of sign-ins costs the other calls neither processor nor memory. And shared: whoever
 * asks for many at once waits in a line of their own, and one account's tries are taken a few at a time, so that each
 * is judged before many more of them have cost a hash.
 *
 * `@node-rs/argon2` rather than `argon2` or `crypto.argon2`: with the same parameters it verifies 1.4 to 2 times as fast, and
 * its strings carry the parameters in the order of the reference implementation.
 */
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, setPriority } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import PQueue from 'p-queue'
import { Refusal } from '../errors.ts'
import { readForeignHash } from './foreign-hashes.ts'

export interface HashSettings {
  memoryKiB: number
  passes: number
  parallelism: number
}

export interface Hasher {
  /** @throws Refusal `overloaded` when the queue is full. */
  hash(password: string): Promise<string>
  /**
   * Costs the same whether the hash is there or not: without one a made-up one is verified. Only a hash that another
   * system made, and that no sign-in has replaced yet, costs what that system chose.
   * @param forms the password in each form in which it may have been hashed, the likeliest first.
   * @throws Refusal `overloaded` when the queue is full.
   */
  verify(stored: string | null | undefined, forms: readonly string[]): Promise<boolean>
  /**
   * True when a hash that has verified this password should be replaced by one of today's settings. Not when it was made
   * of less than the whole password: what was not verified, a slip of the finger, must not become the password.
   */
  isToBeReplaced(stored: string, password: string): boolean
  /**
   * Runs what will ask for hashes when it is the turn of each of its lines: few at a time of one account, more of one
   * source. Whoever has waited should ask again whether the try is still to be heard.
   * @throws Refusal `overloaded` when a line is full.
   */
  inTurn<T>(lines: HashLines, work: (hasWaited: boolean) => Promise<T>): Promise<T>
  /**
   * Runs the queries that come before a sign-in's hash. The sign-in counts as waiting while they run; otherwise more would
   * be admitted than the queue holds, and refused only after their queries were paid for.
   * @throws Refusal `overloaded` at once when the queue is full.
   */
  admit<T>(ask: () => Promise<T>): Promise<T>
  /** How many hashes are under way and how many wait, just now. */
  load(): { active: number; waiting: number }
  /** Reports to this watcher from now on. */
  watch(watcher: HashWatcher): void
}

/** Who asks: the ids of an account (or device) and, unless it is a device of its own, of a source. */
interface HashLines {
  account: string
  source?: string
}

interface HashWatcher {
  /** A hash begins after so many seconds in the queue. */
  waited(seconds: number): void
  /** A hash was refused because the queue or a line is full. */
  refused(): void
}

/** The library's number for argon2id; its enum is out of reach of type stripping. */
const ARGON2ID = 2

export interface HashLimits {
  /** Hashes computed at a time. Each holds `memoryKiB`. */
  atOnce: number
  /** Hashes waiting beyond this are refused. */
  waiting: number
  /** Work of one account at a time, and waiting. */
  account: LineLimit
  source: LineLimit
}

interface LineLimit {
  atOnce: number
  waiting: number
}

/**
 * At a time: one per processor, but never all four threads that Node shares among hashes, signatures, files and names.
 * Waiting: at 20 to 27 ms of a processor each (docs/benchmarks.md), some six seconds of work for one processor and two for
 * three. One account, or one source, has half of all that at most: 128 with those at once.
 */
const LIMITS: HashLimits = {
  atOnce: Math.min(availableParallelism(), 3),
  waiting: 256,
  account: { atOnce: 2, waiting: 126 },
  source: { atOnce: 16, waiting: 112 },
}

/** Of 19; any other process goes first. */
const HASH_NICENESS = 10

/** Seconds after which a refused caller may try again. */
const RETRY_AFTER = 2

export function createHasher(settings: HashSettings, limits: HashLimits = LIMITS): Hasher {
  const options = {
    algorithm: ARGON2ID,
    memoryCost: settings.memoryKiB,
    timeCost: settings.passes,
    parallelism: settings.parallelism,
  }
  const prefix = `$argon2id$v=19$m=${settings.memoryKiB},t=${settings.passes},p=${settings.parallelism}$`
  const nobody = `${prefix}${noPadding(randomBytes(16))}$${noPadding(randomBytes(32))}`
  const queue = new PQueue({ concurrency: limits.atOnce })
  let watcher: HashWatcher | undefined
  let arriving = 0
  const overloaded = () => {
    watcher?.refused()
    return new Refusal('overloaded', { retryAfter: RETRY_AFTER })
  }
  const bounded = <T>(work: () => Promise<T>): Promise<T> => {
    if (queue.size >= limits.waiting) throw overloaded()
    const asked = performance.now()
    return queue.add(() => {
      watcher?.waited((performance.now() - asked) / 1000)
      const working = work()
      giveWayOnce()
      return working
    })
  }
  const accounts = createLines(limits.account, overloaded)
  const sources = createLines(limits.source, overloaded)
  return {
    hash: (password) => bounded(() => hash(password, options)),
    async verify(stored, forms) {
      const verifyForm = verifierOf(stored) ?? ((password) => verify(nobody, password).then(() => false))
      return bounded(() => anyOf(forms, verifyForm))
    },
    async admit(ask) {
      if (queue.size + arriving >= limits.waiting) throw overloaded()
      arriving += 1
      try {
        return await ask()
      } finally {
        arriving -= 1
      }
    },
    load: () => ({ active: queue.pending, waiting: queue.size }),
    watch(next) {
      watcher = next
    },
    isToBeReplaced: (stored, password) =>
      !stored.startsWith(prefix) &&
      Buffer.byteLength(password) <= (readForeignHash(stored)?.reads ?? Number.POSITIVE_INFINITY),
    inTurn(lines, work) {
      // The source's line comes first: who waits there takes no one else's place in the account's.
      const ofAccount = (hadWaited: boolean) => accounts(lines.account, (hasWaited) => work(hadWaited || hasWaited))
      return lines.source === undefined ? ofAccount(false) : sources(lines.source, ofAccount)
    },
  }
}

/** As PHC strings write salt and hash. */
const noPadding = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')

let givesWay = false

/**
 * Lets the threads that hash stand back behind the one that answers (and behind the database, where it is on the same
 * machine), which would otherwise wait for a processor until a hash is done. They are there once the first hash is under
 * way. Only Linux has priorities of threads; where it cannot be done, nothing changes.
 */
function giveWayOnce(): void {
  if (givesWay) return
  givesWay = true
  try {
    for (const thread of readdirSync('/proc/self/task')) {
      const isOfPool = readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim() === 'libuv-worker'
      if (isOfPool) setPriority(Number(thread), HASH_NICENESS)
    }
  } catch {
    // Another system, or a sandbox that allows less.
  }
}

/** One line a key, gone when it is empty. */
function createLines(limit: LineLimit, overloaded: () => Refusal) {
  const lines = new Map<string, PQueue>()
  return async <T>(key: string, work: (hasWaited: boolean) => Promise<T>): Promise<T> => {
    const line = lines.get(key) ?? new PQueue({ concurrency: limit.atOnce })
    if (line.size >= limit.waiting) throw overloaded()
    const waits = line.pending >= limit.atOnce
    if (!lines.has(key)) {
      lines.set(key, line)
      line.on('idle', () => lines.delete(key))
    }
    return line.add(() => work(waits))
  }
}

/** Undefined without a hash, or with one that nothing here can read. */
function verifierOf(stored: string | null | undefined): ((password: string) => Promise<boolean>) | undefined {
  if (stored == null) return undefined
  return isOwn(stored) ? (password) => verify(stored, password) : readForeignHash(stored)?.verify
}

const OWN = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$[\w+/]{11,86}\$[\w+/]{16,172}$/

/** As our settings can make them, today's or earlier ones: their bounds are wider than those of foreign hashes. */
function isOwn(stored: string): boolean {
  const [, memoryKiB, passes, lanes] = (OWN.exec(stored) ?? []).map(Number)
  return memoryKiB !== undefined && memoryKiB <= 1_048_576 && Number(passes) <= 20 && Number(lanes) <= 16
}

async function anyOf(forms: readonly string[], verifyForm: (password: string) => Promise<boolean>): Promise<boolean> {
  for (const form of forms) if (await verifyForm(form)) return true
  return false
}
