import type { Clock } from '../../src/clock.ts'

/** A clock that stands until it is moved. */
export class FrozenClock implements Clock {
  #now: number
  constructor(start = '2026-03-02T10:00:00.000Z') {
    this.#now = Date.parse(start)
  }
  now(): Date {
    return new Date(this.#now)
  }
  /** Moves on by so many seconds (or back, with a negative number). */
  advance(seconds: number): void {
    this.#now += seconds * 1000
  }
}

/** The time as processes of their own see it. */
export class RunningClock extends FrozenClock {
  override now(): Date {
    return new Date()
  }
}
