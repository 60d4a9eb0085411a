/** Runs the regular jobs of this replica. Each job is safe to run on every replica at once. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'

export interface Job {
  name: string
  /** Milliseconds between the end of one run and the start of the next. */
  every: number
  /** @param signal long runs end early when it tells them to. */
  run: (signal: AbortSignal) => Promise<unknown>
}

/** Starts the jobs. @returns stops them, waiting for runs under way. */
export function startJobs(jobs: Job[], log: Logger): () => Promise<void> {
  const stop = new AbortController()
  const loops = jobs.map((job) => loop(job, log, stop.signal))
  return async () => {
    stop.abort()
    await Promise.all(loops)
  }
}

async function loop(job: Job, log: Logger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await job.run(signal).catch((error: unknown) => {
      if (!signal.aborted) log.warn({ err: error, job: job.name }, 'a job failed; it runs again')
    })
    await sleep(job.every, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
