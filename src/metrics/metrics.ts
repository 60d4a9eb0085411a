/**
 * What the service counts, by name. One registry a service: nothing is global, so two services in one process do not
 * mix. What flows answered is counted in `http/measure.ts`; the rest is read when somebody asks.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Deps } from '../deps.ts'
import { VERSION } from '../release.ts'
import { connectionsOf } from '../store/database.ts'
import { registerReadings } from './readings.ts'

export type Metrics = ReturnType<typeof createMetrics>

/** From a look-up in memory to a call that waits behind a full queue of password hashes. */
const REQUEST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const WAIT_BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** @param maxAge milliseconds for which what was read from the database is told again. */
export function createMetrics(deps: Deps, maxAge = 10_000) {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })

  new Gauge({
    name: 'identity_build_info',
    help: 'The release and the Node.js that runs it; always 1.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version: VERSION, node: process.version }, 1)
  registerHashing(deps, registers)
  registerPool(deps, registers)
  const read = registerReadings(deps, registers, maxAge)

  return {
    requestDuration: new Histogram({
      name: 'identity_http_request_duration_seconds',
      help: 'Requests by method, route and status, and how long they took.',
      labelNames: ['method', 'route', 'status'],
      buckets: REQUEST_BUCKETS,
      registers,
    }),
    signIns: new Counter({
      name: 'identity_sign_ins_total',
      help: 'Sign-ins that reached `authenticated`, by whatever step, and those refused at the password, by code.',
      labelNames: ['outcome'],
      registers,
    }),
    signInSteps: new Counter({
      name: 'identity_sign_in_steps_total',
      help: 'Steps of sign-ins: password, two_factor, password_change, two_factor_setup; `passed`, or the code of the refusal.',
      labelNames: ['step', 'outcome'],
      registers,
    }),
    refreshes: new Counter({
      name: 'identity_refreshes_total',
      help: 'Refreshes: `refreshed`, or the code of the refusal.',
      labelNames: ['outcome'],
      registers,
    }),
    refreshReuse: new Counter({
      name: 'identity_refresh_reuse_total',
      help: 'Sessions ended because an old refresh token came back: it may have been stolen.',
      registers,
    }),
    throttled: new Counter({
      name: 'identity_throttled_total',
      help: 'Calls refused unheard, by the limit they ran into.',
      labelNames: ['kind'],
      registers,
    }),
    contentType: registry.contentType,
    /** Everything in Prometheus' text format. Answers also while the database does not. */
    async render(): Promise<string> {
      await read()
      return registry.metrics()
    },
  }
}

function registerHashing({ hasher }: Deps, registers: Registry[]): void {
  new Gauge({
    name: 'identity_password_hash_queue_depth',
    help: 'Password hashes that wait for their turn.',
    registers,
    collect() {
      this.set(hasher.load().waiting)
    },
  })
  new Gauge({
    name: 'identity_password_hash_active',
    help: 'Password hashes under way.',
    registers,
    collect() {
      this.set(hasher.load().active)
    },
  })
  const wait = new Histogram({
    name: 'identity_password_hash_wait_seconds',
    help: 'How long password hashes waited for their turn.',
    buckets: WAIT_BUCKETS,
    registers,
  })
  const refused = new Counter({
    name: 'identity_password_hash_refused_total',
    help: 'Password hashes refused because too many waited.',
    registers,
  })
  hasher.watch({ waited: (seconds) => wait.observe(seconds), refused: () => refused.inc() })
}

function registerPool({ db }: Deps, registers: Registry[]): void {
  new Gauge({
    name: 'identity_database_connections',
    help: 'Database connections of this replica, without those of the queue.',
    labelNames: ['state'],
    registers,
    collect() {
      const { inUse, idle } = connectionsOf(db)
      this.set({ state: 'in_use' }, inUse)
      this.set({ state: 'idle' }, idle)
    },
  })
  new Gauge({
    name: 'identity_database_waiting',
    help: 'Calls that wait for a database connection.',
    registers,
    collect() {
      this.set(connectionsOf(db).waiting)
    },
  })
}
