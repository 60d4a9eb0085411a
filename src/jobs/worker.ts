/** The durable queue (graphile-worker): jobs are rows, so a restart loses none and replicas share them. */
import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Job, Logger as QueueLogger, run, type TaskList } from 'graphile-worker'
import type { Logger } from 'pino'
import type { Deps } from '../deps.ts'
import { type DatabaseSettings, openQueuePool } from '../store/database.ts'
import { DELIVER_MAIL, MAIL_RESET_LINK } from '../store/queue.ts'
import { deliverMail } from './deliver-mail.ts'
import { mailResetLink } from './mail-reset-link.ts'

/** What each job does. */
export function taskList(deps: Deps): TaskList {
  return {
    [DELIVER_MAIL]: async (payload, { job }) => {
      const { mail_id: mailId } = payload as { mail_id: string }
      await deliverMail(deps, mailId, job.attempts >= job.max_attempts)
    },
    [MAIL_RESET_LINK]: async (payload) => {
      const { user_id: userId } = payload as { user_id: number | null }
      await mailResetLink(deps, userId)
    },
  }
}

/** Stopping waits until the end of each job is noted: without a batcher the queue does not wait for these writes. */
export const AWAIT_ENDS = { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } }

/** Milliseconds before a worker that has ended is started again. */
const RESTART_PAUSE = 1_000

/**
 * Works through the queue until told to stop. The library's worker ends by itself when the database goes away at a bad
 * moment, and is ended when it cannot ask for jobs; it is started again then.
 * @param settings of connections without a pooler in between: the worker listens for new jobs on one of them.
 * @returns stops it: waits for the jobs under way, then closes its connections.
 */
export async function startWorker(
  deps: Deps,
  settings: DatabaseSettings,
  isClosing: () => boolean,
): Promise<() => Promise<void>> {
  const pool = openQueuePool(settings)
  const start = async () => {
    const events = new EventEmitter()
    const started = await run({
      pgPool: pool,
      concurrency: 2,
      pollInterval: 2_000,
      noHandleSignals: true,
      parsedCronItems: [],
      preset: AWAIT_ENDS,
      taskList: taskList(deps),
      logger: queueLogger(deps.log, isClosing),
      events,
    })
    // The library looks its tasks up once and keeps a failure of that for good; a new worker looks again.
    events.once('worker:getJob:error', () => started.stop().catch(() => undefined))
    return started
  }
  const stopping = new AbortController()
  let runner = await start()
  const keepRunning = async () => {
    for (;;) {
      await runner.promise.catch(() => undefined)
      if (stopping.signal.aborted) return
      deps.log.warn('the worker of the queue has ended; it is started again')
      await sleep(RESTART_PAUSE, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (!stopping.signal.aborted) runner = await start().catch(() => runner)
    }
  }
  const running = keepRunning()
  return async () => {
    stopping.abort()
    // It throws when it has ended already.
    await runner.stop().catch(() => undefined)
    await running
    await pool.end()
  }
}

/**
 * A failing job is told by the job itself; what the queue says of itself matters only from warnings on, and no more once
 * the service closes and its connections end.
 */
export function queueLogger(log: Logger, isClosing: () => boolean): QueueLogger {
  return new QueueLogger(() => (level, message, meta) => {
    if (isClosing() || (level !== 'error' && level !== 'warning')) return
    const { error, job } = (meta ?? {}) as { error?: unknown; job?: Partial<Job> }
    const about = { reason: openingWords(message), err: error, job: job?.task_identifier, attempt: job?.attempts }
    log[level === 'error' ? 'error' : 'warn'](about, 'the queue reports trouble')
  })
}

/** What the library says by itself. What it quotes, an error's message for one, comes after the first mark or number. */
function openingWords(message: string): string {
  return (/^[A-Za-z ,-]+/.exec(message)?.[0] ?? '').trim()
}
