/**
 * `npm run bench`: how near the service comes to what the machine allows, and how it compares. Starts a PostgreSQL of its
 * own, the service, the peers; measures them by turns in the same run, several rounds, and prints medians with spread.
 *
 *   npm run bench -- [--quick] [--record] [--only NAME] [--rounds N] [--profile FOLDER] [--soak MINUTES] [--flood]
 *
 * --record writes bench/results/service.json, from which `npm run bench:docs` makes the tables and plots of the docs.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { flood } from './flood.ts'
import { describeMachine } from './harness/machine.ts'
import { startDatabaseServer } from './harness/processes.ts'
import { createRecorder } from './harness/record.ts'
import { findPgbench } from './limits.ts'
import { comparisons, printTable, RESULTS, type Results } from './report.ts'
import { measureRound, measureSweep, type Plan } from './scenarios.ts'
import { soak } from './soak.ts'
import { installPeers, startBetterAuth, startHandRolled, startHello } from './subjects/peers.ts'
import { startService } from './subjects/service.ts'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    profile: { type: 'string' },
    soak: { type: 'string' },
    flood: { type: 'boolean', default: false },
  },
})

const stops: (() => Promise<void>)[] = []
/** Notes how to end what was started, last first. */
function keep<T extends { stop(): Promise<void> } | { process: { stop(): Promise<void> } }>(started: T): T {
  stops.push('process' in started ? started.process.stop : started.stop)
  return started
}

try {
  installPeers()
  const server = keep(await startDatabaseServer())
  const service = keep(await startService(server, options.profile))
  if (options.flood) {
    await flood(service)
  } else if (options.soak === undefined) {
    const peers = [keep(await startHandRolled(server)), keep(await startBetterAuth(server))]
    const hello = keep(await startHello())
    const database = server.pid
    const { quick, only } = options
    await measure({ service, peers, hello, database, pgbench: findPgbench(), seconds: quick ? 2 : 4, only })
  } else {
    await soak(service, Number(options.soak))
  }
} finally {
  for (const stop of stops.reverse()) await stop()
}

async function measure(plan: Plan): Promise<void> {
  const start = performance.now()
  const recorder = createRecorder((line) => console.error(line))
  const rounds = Number(options.rounds ?? (options.quick ? 2 : 5))
  const distributions: Results['distributions'] = {}
  for (let round = 1; round <= rounds; round++) {
    console.error(`-- round ${round} of ${rounds}`)
    await measureRound(plan, recorder, distributions)
  }
  const sweep = options.quick || options.only ? undefined : await measureSweep(plan)
  const results: Results = {
    machine: describeMachine(),
    date: new Date().toISOString().slice(0, 10),
    rounds,
    seconds: Math.round((performance.now() - start) / 1000),
    figures: recorder.figures(),
    comparisons: [],
    distributions,
    ...(sweep && { sweep }),
  }
  results.comparisons = comparisons(results.figures)
  console.log(printTable(results))
  if (!options.record) return
  await mkdir(new URL('./', RESULTS), { recursive: true })
  await writeFile(RESULTS, `${JSON.stringify(results, null, 1)}\n`)
}
