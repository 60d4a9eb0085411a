/** The service. Each user comes from an address of their own, and from the same one again. */
import { hashSync } from '@node-rs/argon2'
import { generateSecret } from 'otplib'
import { writeToken } from '../../src/crypto/opaque-token.ts'
import { newEnrolment, sealEnrolment } from '../../src/crypto/totp.ts'
import { ask, bearer, PASSWORD, post } from '../harness/calls.ts'
import { type Process, type Server, sql } from '../harness/processes.ts'
import { createApiKey, prepareService, signInAdmin } from '../harness/service.ts'
import { counter, currentCode, SESSIONS, SESSIONS_OF_PGBENCH, type Source, type Subject, USERS } from './subject.ts'

const ENROLLED = 1_500
/** The administrator is the first user, then come those who sign in, those who hold sessions, and those with a second factor. */
const FIRST_ENROLLED = 2 * USERS + 2

export interface Service extends Subject {
  /** The superuser's connection to its database. */
  databaseUrl: string
}

/** @param profile a folder for a CPU profile of the process. */
export async function startService(server: Server, profile?: string): Promise<Service> {
  const database = await server.createServiceDatabase()
  const databaseUrl = database.url
  const { ring, start } = prepareService(server, database)
  const process = await start(profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile])
  const totpSecret = generateSecret({ length: 20 })
  const sealed = Array.from({ length: ENROLLED }, (_, n) =>
    sealEnrolment(ring, FIRST_ENROLLED + n, newEnrolment(totpSecret)),
  )
  await seed(databaseUrl, sealed)

  const refresh = refreshSource((id, generation) => writeToken(ring, 'refresh', id, generation))
  const { access_token: adminToken } = await signInAdmin(process.url)
  const apiKey = await createApiKey(process.url, adminToken, ['view_user'])
  const tokens = await accessTokens(process, refresh)
  const known = counter(KNOWN_TOKENS)
  const any = counter(tokens.length)
  const tokenOf = (next: () => number) => tokens[next() - 1] ?? ''
  const me = (next: () => number) => () => ({ path: '/auth/me', headers: bearer(tokenOf(next)) })
  return {
    name: 'OmniCRM identity',
    databaseUrl,
    process,
    signIn: signInSource((id) => writeToken(ring, 'device', id)),
    during: {
      health: { next: () => ({ path: '/health/live' }) },
      'key set': { next: () => ({ path: '/.well-known/jwks.json' }) },
      refresh,
    },
    refresh,
    lookUps: {
      '/auth/me': { next: me(known) },
      '/auth/me with a new token': { next: me(any) },
      '/auth/check': { next: () => ({ path: '/auth/check', headers: bearer(tokenOf(known)) }) },
      '/auth/introspect': {
        next: () => ({
          method: 'POST',
          path: '/auth/introspect',
          body: `token=${tokenOf(known)}`,
          headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-api-key': apiKey },
        }),
      },
    },
    secondFactor: secondFactorSource(databaseUrl, totpSecret, (id) => writeToken(ring, 'step', id)),
    start: () => start(),
  }
}

/** Which address a user comes from. */
const from = (user: number) => ({ 'x-forwarded-for': `10.${user >> 16}.${(user >> 8) & 255}.${user & 255}` })

/** People come back with the browser that they have signed in with before. */
function signInSource(tokenOf: (device: string) => string): Source {
  const user = counter(USERS)
  return {
    next: () => {
      const n = user()
      const headers = { ...from(n), cookie: `omnicrm_device=${tokenOf(idOf(n))}` }
      return post('/auth/login', { email: `user${n}@bench.test`, password: PASSWORD }, headers)
    },
  }
}

const idOf = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`

/** One session after another, each with its current token. */
function refreshSource(tokenOf: (id: string, generation: number) => string): Source {
  const session = counter(SESSIONS)
  let generation = -1
  return {
    next: () => {
      const n = session()
      if (n === 1) generation += 1
      return post('/auth/refresh', { refresh_token: tokenOf(idOf(n), generation) }, from(n))
    },
  }
}

function secondFactorSource(databaseUrl: string, secret: string, tokenOf: (id: string) => string): Source {
  const code = currentCode(secret)
  let next = 0
  return {
    amount: ENROLLED,
    async prepare() {
      next = 0
      await sql(
        databaseUrl,
        `update users set totp_last_step = null where totp_secret is not null;
         delete from steps;
         insert into steps (id, user_id, kind, credentials_version, token_key_id, auth_time, factors, remember_me,
           token_delivery, device_id, created_at, expires_at)
         select ${uuidOf('id')}, id, 'two_factor', credentials_version, 'b', now(), '{pwd}', false, 'both', ${uuidOf('id - 1')},
           now(), now() + interval '10 minutes' from users where totp_secret is not null`,
      )
    },
    next: () => {
      const user = FIRST_ENROLLED + next
      next += 1
      const headers = { ...from(user), authorization: `Bearer ${tokenOf(idOf(user))}` }
      return post(`/2fa/verify/user/${user}`, { code: code() }, headers)
    },
  }
}

/** The same in SQL. */
const uuidOf = (n: string) => `('00000000-0000-4000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`

/** Users who sign in, users who hold the sessions that are refreshed, and users with a second factor. */
async function seed(databaseUrl: string, sealed: string[]): Promise<void> {
  const hash = hashSync(PASSWORD, { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 })
  await sql(
    databaseUrl,
    `insert into users (id, email, email_key, first_name, last_name, password_hash, password_state, totp_secret, created_at)
     select n + 1, 'user' || n || '@bench.test', 'user' || n || '@bench.test', 'Given', 'Family', $1, 'set',
       ($2::text[])[n + 2 - ${FIRST_ENROLLED}], now()
     from generate_series(1, ${2 * USERS + ENROLLED}) n`,
    [hash, sealed],
  )
  await sql(databaseUrl, `insert into user_roles select id, 'customer_service_agent_1' from users where id > 1`)
  await sql(
    databaseUrl,
    `insert into known_devices (id, user_id, network, created_at, last_used_at)
     select ${uuidOf('n')}, n + 1, '10.0.0.1', now(), now() from generate_series(1, ${2 * USERS + ENROLLED}) n`,
  )
  await sql(
    databaseUrl,
    `insert into sessions (id, user_id, generation, rotated_at, token_key_id, auth_time, factors, remember_me,
       token_delivery, ip, user_agent, created_at, last_used_at, expires_at, absolute_limit_at)
     select ${uuidOf('n')}, ${USERS} + 2 + n % ${USERS}, 0, now() - interval '15 minutes', 'b', now(), '{pwd}', true, 'both',
       '10.0.0.1', 'bench', now(), now() - interval '15 minutes', now() + interval '30 days', now() + interval '30 days'
     from generate_series(1, ${SESSIONS_OF_PGBENCH[1]}) n`,
  )
  await sql(databaseUrl, 'vacuum analyze')
}

/** Tokens that are shown again and again: the service remembers that their signature is good. */
const KNOWN_TOKENS = 500
/** More than it remembers: each is forgotten by the time that its turn comes again. */
const TOKENS = 4_000

async function accessTokens(process: Process, refresh: Source): Promise<string[]> {
  const tokens: string[] = []
  const worker = async () => {
    while (tokens.length < TOKENS) tokens.push((await ask(process.url, refresh.next())).body.access_token)
  }
  await Promise.all(Array.from({ length: 16 }, worker))
  return tokens
}
