/** Two processes of the service on one database, as two replicas are, and attacks that hit both at once. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { writeToken } from '../../src/crypto/opaque-token.ts'
import { freePort } from '../../src/dev/free-port.ts'
import { createLink } from '../../src/flows/shared/queue-mail.ts'
import { type AttemptLimit, waitAfter } from '../../src/policy/attempts.ts'
import { startTestApp, type TestApp, testSecretKeys } from './app.ts'
import { type Answer, type Call, createClient } from './client.ts'
import { RunningClock } from './clock.ts'
import { startServer } from './process.ts'
import { race, type TestUser } from './users.ts'

/** How many requests an attack sends at once. */
export const TIMES = 100

export interface TwoProcesses {
  /** For setting up and looking: the same service in the test's own process, on the same database. */
  app: TestApp
  /** The same, with calls that go to one process or the other: even numbers to the first, odd ones to the second. */
  at(n: number): TestApp
}

export async function startTwoProcesses(t: Test): Promise<TwoProcesses> {
  const folder = await mkdtemp(join(tmpdir(), 'omnicrm-identity-races-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const env = { ISSUER: 'http://localhost:3000', TRUST_PROXY: 'loopback', MAIL_DIR: folder }
  const app = await startTestApp(t, { clock: new RunningClock(), env })
  const servers = await Promise.all(
    [0, 1].map(async () => {
      const server = startServer(t, await freePort('localhost'), {
        ...env,
        ...app.database.settings,
        SECRET_KEYS: testSecretKeys,
        REQUESTS_PER_MINUTE: '0',
        LOG_LEVEL: 'silent',
      })
      await server.greeted
      return server
    }),
  )
  const calls = servers.map(({ url }) => patient(createClient(url, app.app.swagger())))
  const replicas = calls.map((call): TestApp => ({ ...app, call }))
  return { app, at: (n) => replicas[n % 2] as TestApp }
}

/** Does what 503 asks for, so that a slow machine changes no outcome: the call was not heard, and is made again. */
function patient(call: Call): Call {
  return async (...args) => {
    for (;;) {
      const answer = await call(...args)
      if (answer.status !== 503) return answer
      await sleep(1000 * Number(answer.headers.get('retry-after')))
    }
  }
}

/** A hundred calls at once, half of them to each process. Sooner or later in between, something else happens once. */
export async function attack({ at }: TwoProcesses, act: Act, between?: (replica: TestApp) => Promise<Answer>) {
  const start = Date.now()
  let answered = 0
  let other: Promise<Answer> | undefined
  const result = await race(TIMES, async (n) => {
    const answer = await act(at(n), n)
    answered += 1
    // When some have been answered and others are under way.
    if (answered === TIMES / 10) other = between?.(at(n + 1))
    return answer
  })
  return { ...result, between: await other, seconds: (Date.now() - start) / 1000 }
}

type Act = (replica: TestApp, n: number) => Promise<Answer>

/** How many failures in a row a limit allows within these seconds: the free ones, the next, and one after each wait. */
export function triesHeard(limit: AttemptLimit, seconds: number): number {
  let heard = limit.free + 1
  for (let left = seconds; left >= waitAfter(limit, heard); heard++) left -= waitAfter(limit, heard)
  return heard
}

/** A reset link, as the user's mail carries it. */
export async function resetToken({ deps }: TestApp, user: TestUser): Promise<string> {
  const make = deps.db.transaction()
  const id = await make.execute((tx) => createLink(tx, deps, user.id, 'password_reset', deps.clock.now()))
  return writeToken(deps.keys.ring, 'password_link', id)
}

export function reset({ call }: TestApp, token: string, password: string): Promise<Answer> {
  return call('POST', '/auth/password/reset', {
    body: { token, new_password: password, confirm_password: password },
  })
}
