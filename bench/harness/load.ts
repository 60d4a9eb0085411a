/** Load by autocannon: closed (each client asks again when it is answered) or open (so many requests a second). */
import autocannon from 'autocannon'
import type { Call } from './calls.ts'

export interface Load {
  url: string
  clients: number
  seconds: number
  /** Requests a second for all clients together; absent: as fast as they are answered. */
  rate?: number
  /** Ends after so many requests instead. */
  amount?: number
  next: () => Call
  /** Sees each answer, for what the next call needs of it. */
  answered?: (status: number, body: string) => void
}

export interface Answers {
  /** Calls, with those that were under way at the end: they are done, but not waited for. */
  sent: number
  /** Of those with a status below 300, a second. */
  good: number
  /** Answers a second. */
  all: number
  /** Milliseconds of the good ones, ascending. */
  times: number[]
  /** Milliseconds of the others, ascending. */
  refusedTimes: number[]
  statuses: Record<number, number>
  /** Refusals that said when to try again. */
  withRetryAfter: number
}

export async function run(load: Load): Promise<Answers> {
  const times: number[] = []
  const refusedTimes: number[] = []
  const statuses: Record<number, number> = {}
  let withRetryAfter = 0
  const options: autocannon.Options = {
    url: load.url,
    connections: load.clients,
    duration: load.seconds,
    ...(load.amount !== undefined && { amount: load.amount }),
    ...(load.rate !== undefined && { overallRate: load.rate }),
    timeout: 60,
    requests: [
      {
        setupRequest: (request) => ({ ...request, method: 'GET', ...load.next() }),
        onResponse: (status, body, _context, headers = {}) => {
          if (status >= 300 && Object.keys(headers).some((name) => name.toLowerCase() === 'retry-after'))
            withRetryAfter += 1
          load.answered?.(status, body)
        },
      },
    ],
  }
  const ended = Promise.withResolvers<autocannon.Result>()
  const instance = autocannon(options, (error, result) => {
    if (error) ended.reject(error)
    else ended.resolve(result)
  })
  const start = performance.now()
  let last = start
  instance.on('response', (_client, status, _bytes, milliseconds) => {
    statuses[status] = (statuses[status] ?? 0) + 1
    ;(status < 300 ? times : refusedTimes).push(milliseconds)
    last = performance.now()
  })
  const result = await ended.promise
  if (result.errors > 0) throw new Error(`${result.errors} calls of ${load.url} got no answer`)
  const seconds = Math.max(last - start, 1) / 1000
  const ascending = (a: number, b: number) => a - b
  return {
    sent: result.requests.sent,
    good: times.length / seconds,
    all: (times.length + refusedTimes.length) / seconds,
    times: times.sort(ascending),
    refusedTimes: refusedTimes.sort(ascending),
    statuses,
    withRetryAfter,
  }
}

/** As run, for loads that nothing may refuse. */
export async function runAllGood(load: Load): Promise<Answers> {
  const answers = await run(load)
  if (answers.refusedTimes.length > 0) {
    throw new Error(`calls of ${load.url} were refused: ${JSON.stringify(answers.statuses)}`)
  }
  return answers
}

/** @param share 0.99 for the time within which 99 of 100 were answered. */
export function percentile(times: readonly number[], share: number): number {
  return times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN
}
