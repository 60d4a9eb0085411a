/** Users at work: sign-ins with and without a second factor, and refreshes. Counts what a user would have seen fail. */
import { setTimeout as sleep } from 'node:timers/promises'
import { createHasher } from '../../src/crypto/hasher.ts'
import { query } from './debian-postgres.ts'
import { type Answer, call, succeed } from './production-service.ts'

const PASSWORD = 'plum-tractor-Quilt-9'
const USERS = 30
const USERS_WITH_CODES = 12
/** No worker does more, however long the upgrade takes. */
const MOST_ACTS = 3000
/** Milliseconds between two acts of a worker. */
const PAUSE = 50

interface Tally {
  tried: number
  succeeded: number
  failed: number
}

export interface Load {
  /** Runs until the signal says stop. @returns the tallies by act, and what the first failures were. */
  run(stop: AbortSignal): Promise<{ tallies: Record<string, Tally>; failures: string[] }>
}

interface Person {
  id: number
  email: string
  backupCodes: string[]
  /** Each calls from an address of their own. */
  from: string
}

/** Makes the users in the database and enrols some over HTTP. */
export async function prepareLoad(ownerUrl: string, base: string): Promise<Load> {
  const hash = await createHasher({ memoryKiB: 19456, passes: 2, parallelism: 1 }).hash(PASSWORD)
  const rows = await query(
    ownerUrl,
    `with made as (
      insert into users (email, email_key, first_name, last_name, password_state, password_hash, created_at)
      select e, e, 'Jane', 'Doe', 'set', '${hash}', now() from (select 'person' || n || '@example.com' as e
        from generate_series(1, ${USERS}) n) addresses returning id, email
    ), roles as (
      insert into user_roles select id, 'customer_service_agent_1' from made
    ) select id::int, email from made`,
  )
  const people = rows.map(
    ({ id, email }, n): Person => ({ id: Number(id), email: String(email), backupCodes: [], from: `127.0.1.${n + 1}` }),
  )
  const careful = people.splice(0, USERS_WITH_CODES)
  for (const person of careful) await enrol(base, person)
  return { run: (stop) => runLoad(base, people, careful, stop) }
}

async function enrol(base: string, person: Person): Promise<void> {
  const { generateSync } = await import('otplib')
  const { access_token: token } = await succeed(base, '/auth/login', { body: credentials(person), from: person.from })
  const options = { token, from: person.from }
  const offer = await succeed(base, `/2fa/enable/user/${person.id}`, { ...options, body: { password: PASSWORD } })
  const code = generateSync({ secret: offer.secret })
  await succeed(base, `/2fa/verify-setup/user/${person.id}`, { ...options, body: { code } })
  person.backupCodes = offer.backup_codes
}

const credentials = ({ email }: Person) => ({ email, password: PASSWORD })

async function runLoad(base: string, people: Person[], careful: Person[], stop: AbortSignal) {
  const tallies: Record<string, Tally> = {}
  const failures: string[] = []
  /** One act of a user. No call in it is tried again. */
  const count = async (act: string, work: () => Promise<Answer>): Promise<Answer['body'] | undefined> => {
    tallies[act] ??= { tried: 0, succeeded: 0, failed: 0 }
    tallies[act].tried += 1
    const answer = await work().catch((error: Error) => ({ status: error.message, body: undefined }))
    if (answer.status === 200 && answer.body.status === 'authenticated') {
      tallies[act].succeeded += 1
      return answer.body
    }
    tallies[act].failed += 1
    failures.push(`${act}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return undefined
  }
  const post = (path: string, { from }: Person, body: object, token?: string) =>
    call(base, 'POST', path, { body, from, token })

  const signIns = async (turn: Person[]) => {
    for (let n = 0; n < MOST_ACTS && !stop.aborted; n++) {
      const person = turn[n % turn.length] as Person
      await count('sign-ins', () => post('/auth/login', person, credentials(person)))
      await sleep(PAUSE)
    }
  }
  const signInsWithCodes = async () => {
    for (let n = 0; n < MOST_ACTS && !stop.aborted; n++) {
      const person = careful[n % careful.length] as Person
      const code = person.backupCodes.pop()
      if (code === undefined) return
      await count('sign-ins with a second factor', async () => {
        const step = await post('/auth/login', person, credentials(person))
        if (step.body.status !== 'two_factor_required') return step
        return post(`/2fa/verify/user/${person.id}`, person, { code }, step.body.step_token)
      })
      await sleep(PAUSE * 8)
    }
  }
  const refreshes = async (person: Person) => {
    let { refresh_token } = await succeed(base, '/auth/login', { body: credentials(person), from: person.from })
    for (let n = 0; n < MOST_ACTS && !stop.aborted; n++) {
      const body = await count('refreshes', () => post('/auth/refresh', person, { refresh_token }))
      refresh_token = body?.refresh_token ?? refresh_token
      await sleep(PAUSE)
    }
  }
  const [first, second, third, ...others] = people as [Person, Person, Person, ...Person[]]
  await Promise.all([signIns(others), signInsWithCodes(), ...[first, second, third].map(refreshes)])
  return { tallies, failures }
}
