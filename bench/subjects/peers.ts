/** What the service is measured against, each written as its documentation shows, on the same PostgreSQL. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { ask, PASSWORD, post } from '../harness/calls.ts'
import { type Process, type Server, sql, startProcess } from '../harness/processes.ts'
import { counter, currentCode, SESSIONS, type Subject, USERS } from './subject.ts'

const FOLDER = new URL('../peers/', import.meta.url).pathname

/** Their packages are no dependencies of the project: installed at the first run. */
export function installPeers(): void {
  if (existsSync(`${FOLDER}node_modules`)) return
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: FOLDER,
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error('the peers could not be installed')
}

/** @returns passwords verified a second by each implementation. */
export function hashRates(milliseconds: number): Record<string, number> {
  const { stdout } = spawnSync(process.execPath, ['hash-rates.js', String(milliseconds)], {
    cwd: FOLDER,
    encoding: 'utf8',
  })
  return JSON.parse(stdout)
}

export function startHello(): Promise<Process> {
  return startProcess(['hello.js'], '/', { NODE_ENV: 'production' }, FOLDER)
}

/** Only for the first start: fills the database. */
const filling = { USERS: String(USERS), PASSWORD }

export async function startHandRolled(server: Server): Promise<Subject> {
  const { url: databaseUrl } = await server.createDatabase('hand_rolled')
  const env = { NODE_ENV: 'production', DATABASE_URL: databaseUrl }
  const start = (more = {}) => startProcess(['hand-rolled.js'], '/health', { ...env, ...more }, FOLDER)
  const process = await start(filling)
  const user = counter(USERS)
  const signIn = { next: () => post('/sign-in', { email: `user${user()}@bench.test`, password: PASSWORD }) }
  // Each is used once: a run that ends leaves answers unread, and the tokens in them are lost.
  await sql(
    databaseUrl,
    `insert into refresh_tokens (user_id, hash, expires_at)
     select 1 + n % ${USERS}, sha256(('bench' || n)::bytea), now() + interval '30 days' from generate_series(1, ${SESSIONS}) n`,
  )
  await sql(databaseUrl, 'vacuum analyze')
  const token = counter(SESSIONS)
  return {
    name: 'Fastify + bcrypt by hand',
    process,
    signIn,
    during: { health: { next: () => ({ path: '/health' }) } },
    refresh: { next: () => post('/refresh', { refresh_token: `bench${token()}` }) },
    lookUps: {},
    start,
  }
}

export async function startBetterAuth(server: Server): Promise<Subject> {
  const { url: databaseUrl } = await server.createDatabase('better_auth')
  const env = { NODE_ENV: 'production', DATABASE_URL: databaseUrl }
  const start = (more = {}) => startProcess(['better-auth.js'], '/api/auth/ok', { ...env, ...more }, FOLDER)
  const process = await start(filling)
  const [{ totp_secret: secret }] = await sql(databaseUrl, 'select totp_secret from bench')
  // The first half of the users have no second factor.
  const user = counter(USERS / 2)
  const signInOf = (n: number, headers = {}) =>
    post('/api/auth/sign-in/email', { email: `user${n}@bench.test`, password: PASSWORD }, headers)
  const cookieOf = async (n: number) => (await ask(process.url, signInOf(n, { origin: process.url }))).cookie
  const sessions = await Promise.all(Array.from({ length: 128 }, () => cookieOf(user())))
  const session = counter(sessions.length)
  let pending: string[] = []
  const amount = 200
  const code = currentCode(secret)
  return {
    name: 'better-auth',
    process,
    signIn: { next: () => signInOf(user()) },
    during: { health: { next: () => ({ path: '/api/auth/ok' }) } },
    lookUps: {
      'get-session': {
        next: () => ({ path: '/api/auth/get-session', headers: { cookie: sessions[session() - 1] ?? '' } }),
      },
    },
    secondFactor: {
      amount,
      async prepare() {
        await sql(databaseUrl, 'delete from verification')
        pending = []
        for (let n = 0; n < amount; n++) pending.push(await cookieOf(USERS / 2 + 1 + n))
      },
      next: () => {
        const headers = { cookie: pending.shift() ?? '', origin: process.url }
        return post('/api/auth/two-factor/verify-totp', { code: code() }, headers)
      },
    },
    start,
  }
}
