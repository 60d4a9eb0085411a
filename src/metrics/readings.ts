/** Gauges of the whole database. Each replica tells the same of them: aggregate with `max`, never with `sum`. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Gauge, type Registry } from 'prom-client'
import type { Deps } from '../deps.ts'
import { isUnavailable } from '../store/database.ts'
import { type Readings, type SessionKind, takeReadings } from '../store/readings.ts'

/** Milliseconds after which metrics are told without the database's: Prometheus itself waits 10 seconds. */
const PATIENCE = 4_000

/** @returns brings the gauges up to date; while the database does not answer they are absent, and `up` says 0. */
export function registerReadings(deps: Deps, registers: Registry[], maxAge: number): () => Promise<void> {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers })
  const up = gauge('identity_database_up', '1 when the database answered.')
  const plain: [Gauge, (readings: Readings, now: Date) => number | undefined][] = [
    [gauge('identity_mail_queue_depth', 'Mails on their way, at most 100000.'), (r) => r.mailsQueued],
    [
      gauge('identity_mail_oldest_seconds', 'How long the oldest mail has been on its way; 0 without one.'),
      (r, now) => secondsSince(r.oldestQueuedMail, now) ?? 0,
    ],
    [gauge('identity_mail_failed', 'Mails of the last days that were given up, at most 100000.'), (r) => r.mailsFailed],
    [gauge('identity_dead_jobs', 'Jobs of the queue that failed too often to be tried again.'), (r) => r.deadJobs],
    [
      gauge('identity_unsealed_events', 'Audit events that have no place in the chain yet, at most 100000.'),
      (r) => r.unsealedEvents,
    ],
    [
      gauge('identity_signing_key_age_seconds', 'How long the key that signs access tokens has done so.'),
      (r, now) => secondsSince(r.signingSince, now),
    ],
  ]
  const sessions = new Gauge({
    name: 'identity_sessions',
    help: 'Standing sessions by kind; estimated where more than 100000 have rows.',
    labelNames: ['kind'],
    registers,
  })

  const show = (readings: Readings | undefined) => {
    up.set(readings ? 1 : 0)
    const now = deps.clock.now()
    for (const [gauge, pick] of plain) {
      const value = readings && pick(readings, now)
      if (value === undefined) gauge.remove()
      else gauge.set(value)
    }
    sessions.reset()
    for (const kind of Object.keys(readings?.sessions ?? {}) as SessionKind[]) {
      sessions.set({ kind }, readings?.sessions[kind] ?? 0)
    }
  }
  const read = shared(maxAge, () => takeReadings(deps.db, deps.clock.now()).catch((error) => complain(deps, error)))
  return async () => show(await Promise.race([read(), sleep(PATIENCE, undefined, { ref: false })]))
}

function complain(deps: Deps, error: unknown): undefined {
  if (!isUnavailable(error)) deps.log.warn({ err: error }, 'the metrics could not be read from the database')
}

/** Calls share one run while it is under way, and what it gave for so many milliseconds after it began. */
function shared<T>(maxAge: number, run: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined
  let latest: { at: number; value: Promise<T> } | undefined
  return () => {
    if (latest && performance.now() - latest.at < maxAge) return latest.value
    running ??= run().finally(() => {
      running = undefined
    })
    latest = { at: performance.now(), value: running }
    return running
  }
}

function secondsSince(moment: Date | null, now: Date): number | undefined {
  return moment === null ? undefined : Math.max(0, (now.getTime() - moment.getTime()) / 1000)
}
