/** What is measured, in the order of one round: each limit beside what is compared with it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../src/store/database.ts'
import { findStandingSession, rotateSession } from '../src/store/standing-sessions.ts'
import { percentile, run, runAllGood } from './harness/load.ts'
import { familyTime, mainThreadTime, processorTime, residentMemory, untilIdle, watchMemory } from './harness/machine.ts'
import type { Process } from './harness/processes.ts'
import type { Reading, Recorder } from './harness/record.ts'
import { type findPgbench, signatureRates, statementRate } from './limits.ts'
import type { Results } from './report.ts'
import { hashRates } from './subjects/peers.ts'
import type { Service } from './subjects/service.ts'
import { SESSIONS_OF_PGBENCH, type Source, type Subject } from './subjects/subject.ts'

export interface Plan {
  service: Service
  peers: Subject[]
  hello: Process
  /** PostgreSQL's process. */
  database: number
  pgbench: ReturnType<typeof findPgbench>
  /** How long each load lasts. */
  seconds: number
  /** Only scenarios whose name holds this. */
  only: string | undefined
}

const CLIENTS = 50
/** Requests a second of each kind while 32 sign in: enough to see waits, too few to be the load. */
const PROBES = 25

type Scenario = (plan: Plan, recorder: Recorder, distributions: Results['distributions']) => Promise<void>

/** By name, in order. */
const scenarios: Record<string, Scenario> = {
  'limits: hashes': async ({ seconds }, recorder) => {
    await recorder.note(async () => rates('raw argon2id verify', hashRates(seconds * 500)))
  },
  'sign-in 8': (plan, recorder) => closed(plan, recorder, 'sign-ins, 8 clients', 8, (subject) => subject.signIn),
  'sign-in 32': async (plan, recorder, distributions) => {
    for (const subject of subjectsOf(plan)) await storm(plan, recorder, distributions, subject)
  },
  overload: async ({ service, seconds }, recorder) => {
    const capacity = recorder.figures().find(({ name }) => name === 'sign-ins, 32 clients · OmniCRM identity')
    await overload(service, recorder, capacity?.values.at(-1) || 100, seconds)
  },
  'limits: signatures': async ({ seconds }, recorder) => {
    await recorder.note(async () => rates('ES256 signatures', await signatureRates(seconds * 250)))
  },
  'limits: hello': async ({ hello, seconds }, recorder) => {
    const load = { url: hello.url, clients: CLIENTS, seconds, next: () => ({ path: '/' }) }
    await recorder.note(async () => ({ 'bare answers, 50 clients · Fastify': [(await runAllGood(load)).good, '/s'] }))
  },
  'limits: statements': async ({ service, pgbench, seconds }, recorder) => {
    if (pgbench === undefined) return
    for (const [name, statement] of Object.entries(statements)) {
      const rate = () => statementRate(pgbench, service.databaseUrl, statement, SESSIONS_OF_PGBENCH, seconds + 2)
      await recorder.note(async () => ({ [`${name} · pgbench`]: [await rate(), '/s'] }))
    }
  },
  refresh: (plan, recorder) => closed(plan, recorder, 'refreshes, 50 clients', CLIENTS, (subject) => subject.refresh),
  'look-ups': async (plan, recorder) => {
    for (const name of new Set(subjectsOf(plan).flatMap(({ lookUps }) => Object.keys(lookUps)))) {
      await closed(plan, recorder, `${name}, 50 clients`, CLIENTS, ({ lookUps }) => lookUps[name])
    }
  },
  'second factor': (plan, recorder) => {
    return closed(plan, recorder, 'TOTP verifications, 50 clients', CLIENTS, (subject) => subject.secondFactor)
  },
  start: async (plan, recorder) => {
    for (const subject of subjectsOf(plan)) await measureStart(recorder, subject)
  },
}

/** The service's own statements, with what pgbench puts in the values' places: always one that changes or finds a row. */
const id = `('00000000-0000-4000-8000-' || lpad(to_hex(:n::bigint), 12, '0'))::uuid`
const statements: Record<string, (db: Database) => Promise<unknown>> = {
  'rotation statement': (db) =>
    rotateSession(db, {
      id,
      generation: expression(`(select generation from sessions where id = ${id})`),
      terms: () => ({
        rotatedBefore: expression("'infinity'::timestamptz"),
        now: expression('now()'),
        idleLimit: expression("now() + interval '1 hour'"),
        keyId: "'b'",
      }),
    }),
  'look-up statement': (db) => findStandingSession(db, id, expression('now()')),
}
/** SQL in the place of a value. */
const expression = (text: string) => text as never

export async function measureRound(plan: Plan, recorder: Recorder, distributions: Results['distributions']) {
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (plan.only === undefined || name.includes(plan.only)) await scenario(plan, recorder, distributions)
  }
}

const subjectsOf = ({ service, peers }: Plan): Subject[] => [service, ...peers]

const rates = (what: string, found: Record<string, number>): Reading =>
  Object.fromEntries(Object.entries(found).map(([name, rate]) => [`${what} · ${name}`, [rate, '/s']]))

/** The same load for each subject that knows the call, one after another. */
async function closed(
  plan: Plan,
  recorder: Recorder,
  what: string,
  clients: number,
  sourceOf: (subject: Subject) => Source | undefined,
): Promise<void> {
  for (const subject of subjectsOf(plan)) {
    const source = sourceOf(subject)
    if (!source) continue
    await warmUp(subject, source, clients, plan.seconds)
    await source.prepare?.()
    await recorder.note(async () => {
      const { url, pid } = subject.process
      const spent = () => [processorTime(pid), mainThreadTime(pid), familyTime(plan.database)]
      const before = spent()
      const { good, times } = await runAllGood({ url, clients, seconds: plan.seconds, ...source })
      const [process = 0, mainThread = 0, database = 0] = spent().map(
        (time, n) => (time - (before[n] ?? 0)) / times.length,
      )
      return {
        [`processor time of ${what} · ${subject.name}`]: [process, 'ms'],
        [`its main thread in ${what} · ${subject.name}`]: [mainThread, 'ms'],
        [`PostgreSQL in ${what} · ${subject.name}`]: [database, 'ms'],
        [`${what} · ${subject.name}`]: [good, '/s'],
        [`p99 of ${what} · ${subject.name}`]: [percentile(times, 0.99), 'ms'],
      }
    })
  }
}

/** Compiled code and open connections, as a service has that runs, and nothing left to do. */
async function warmUp(subject: Subject, source: Source, clients: number, seconds: number): Promise<void> {
  await source.prepare?.()
  await runAllGood({ url: subject.process.url, clients, seconds, ...source })
  await untilIdle(subject.process.pid)
}

/** 32 clients sign in while others ask for what must not wait for them. */
async function storm(
  { seconds }: Plan,
  recorder: Recorder,
  distributions: Results['distributions'],
  subject: Subject,
): Promise<void> {
  const { url, pid } = subject.process
  await warmUp(subject, subject.signIn, 32, seconds)
  const memory = watchMemory(pid)
  const times: Record<string, number[]> = {}
  await recorder.note(async () => {
    const probes = Object.entries(subject.during).map(async ([name, source]) => {
      times[name] = (await runAllGood({ url, clients: 1, seconds, rate: PROBES, ...source })).times
    })
    const [signIns] = await Promise.all([runAllGood({ url, clients: 32, seconds, ...subject.signIn }), ...probes])
    times['sign-in'] = signIns.times
    const waits = Object.entries(times).map(
      ([name, all]) => [`p99 of ${name} in the storm · ${subject.name}`, [percentile(all, 0.99), 'ms']] as const,
    )
    return {
      [`sign-ins, 32 clients · ${subject.name}`]: [signIns.good, '/s'],
      ...Object.fromEntries(waits),
      [`memory in the storm · ${subject.name}`]: [memory(), 'MB'],
    }
  })
  for (const [name, all] of Object.entries(times)) {
    const key = `${name} · ${subject.name}`
    distributions[key] = [...(distributions[key] ?? []), ...all.map((time) => Math.round(time * 100) / 100)]
  }
}

/** Four times as many sign-ins as it can do, whether it answers or not. */
async function overload(service: Service, recorder: Recorder, capacity: number, seconds: number): Promise<void> {
  const { url, pid } = service.process
  const offered = Math.round(capacity * 4)
  const before = residentMemory(pid)
  const memory = watchMemory(pid)
  await recorder.note(async () => {
    // Whoever waits for an answer asks nothing meanwhile: so many more clients that the others alone offer the load.
    const answers = await run({
      url,
      clients: offered + 256,
      rate: offered + 256,
      seconds: 2 * seconds,
      ...service.signIn,
    })
    const { good, times, refusedTimes, withRetryAfter } = answers
    const at = 'at 4 × the capacity'
    return {
      [`sign-ins ${at} · ${service.name}`]: [good, '/s'],
      [`refusals ${at} · ${service.name}`]: [answers.all - good, '/s'],
      [`refusals with Retry-After ${at} · ${service.name}`]: [withRetryAfter / refusedTimes.length, 'share'],
      [`p99 of refusals ${at} · ${service.name}`]: [percentile(refusedTimes, 0.99), 'ms'],
      [`p99 of sign-ins ${at} · ${service.name}`]: [percentile(times, 0.99), 'ms'],
      [`memory growth ${at} · ${service.name}`]: [memory() - before, 'MB'],
    }
  })
  await untilIdle(pid)
}

async function measureStart(recorder: Recorder, subject: Subject): Promise<void> {
  let started: Process | undefined
  await recorder.note(async () => {
    started = await subject.start()
    return { [`start to first answer · ${subject.name}`]: [started.startedIn, 's'] }
  })
  if (!started) return
  const { pid, stop } = started
  await sleep(3_000)
  await recorder.note(async () => ({ [`memory idle · ${subject.name}`]: [residentMemory(pid), 'MB'] }))
  await stop()
}

/** Throughput by number of clients. */
export async function measureSweep(plan: Plan): Promise<NonNullable<Results['sweep']>> {
  const sweep: NonNullable<Results['sweep']> = []
  const measure = async (what: string, counts: number[], sourceOf: (subject: Subject) => Source | undefined) => {
    for (const clients of counts) {
      for (const subject of subjectsOf(plan)) {
        const source = sourceOf(subject)
        if (!source) continue
        const { url, pid } = subject.process
        const { good } = await runAllGood({ url, clients, seconds: 2, ...source })
        await untilIdle(pid)
        sweep.push({ what, subject: subject.name, clients, rate: Math.round(good) })
      }
    }
  }
  await measure('sign-ins', [1, 2, 4, 8, 16, 32, 64], ({ signIn }) => signIn)
  await measure('refreshes', [1, 5, 10, 25, 50, 100], ({ refresh }) => refresh)
  await measure('session look-ups', [1, 5, 10, 25, 50, 100], ({ lookUps }) => Object.values(lookUps)[0])
  return sweep
}
