/** Follows the identity service's feed of revocations in the background. */
import type { Revocation, RevocationMemory } from './revocation-memory.ts'

export interface FeedSettings {
  url: string
  apiKey: string
  /** Milliseconds between two questions. */
  interval: number
  /** Milliseconds until an answer is given up. */
  timeout: number
  now: () => number
  /** Told of each failed question. */
  onError: (error: unknown) => void
}

interface Page {
  items: Revocation[]
  next_cursor: string
}

/** The longest pause between two questions while the service does not answer, in milliseconds. */
const LONGEST_PAUSE = 30_000

export class RevocationFeed {
  readonly #settings: FeedSettings
  readonly #memory: RevocationMemory
  readonly #stop = new AbortController()
  readonly #first: Promise<void>
  #cursor: string | undefined
  #heardAt: number | undefined
  #failures = 0
  #timer: NodeJS.Timeout | undefined

  constructor(settings: FeedSettings, memory: RevocationMemory) {
    this.#settings = settings
    this.#memory = memory
    this.#first = this.#run()
  }

  /** The first question has been answered, or has failed. */
  get started(): Promise<void> {
    return this.#first
  }

  /** Milliseconds since everything up to then was known; undefined before the first answer. */
  get silence(): number | undefined {
    return this.#heardAt === undefined ? undefined : this.#settings.now() - this.#heardAt
  }

  close(): void {
    this.#stop.abort()
    clearTimeout(this.#timer)
  }

  async #run(): Promise<void> {
    try {
      await this.#catchUp()
      this.#failures = 0
    } catch (error) {
      if (this.#stop.signal.aborted) return
      this.#failures += 1
      this.#settings.onError(error)
    }
    this.#memory.forgetOld(this.#settings.now())
    if (this.#stop.signal.aborted) return
    const pause = Math.min(this.#settings.interval * 2 ** Math.max(0, this.#failures - 1), LONGEST_PAUSE)
    this.#timer = setTimeout(() => void this.#run(), pause)
    // Following the feed is no reason for a process to go on.
    this.#timer.unref()
  }

  /** Reads page after page until nothing is new. */
  async #catchUp(): Promise<void> {
    for (;;) {
      const askedAt = this.#settings.now()
      const page = await this.#ask()
      // The cursor is of another database, or of this one before it was restored: begin anew, and forget nothing.
      if (page === 'gone') {
        this.#cursor = undefined
        continue
      }
      for (const item of page.items) this.#memory.add(item)
      const isLast = page.items.length === 0 || page.next_cursor === this.#cursor
      this.#cursor = page.next_cursor
      if (!isLast) continue
      this.#heardAt = askedAt
      return
    }
  }

  async #ask(): Promise<Page | 'gone'> {
    const { url, apiKey, timeout } = this.#settings
    const query = this.#cursor === undefined ? '' : `?after=${encodeURIComponent(this.#cursor)}`
    const response = await fetch(url + query, {
      headers: { 'x-api-key': apiKey, accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(timeout)]),
    })
    if (response.status === 410 && this.#cursor !== undefined) {
      await response.body?.cancel()
      return 'gone'
    }
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new Error(`the revocation feed answered ${response.status}`)
    }
    const page = (await response.json()) as Page
    if (!Array.isArray(page.items) || typeof page.next_cursor !== 'string') {
      throw new Error('the revocation feed answered with something else')
    }
    return page
  }
}
