/**
 * PgBouncer in transaction mode: calls that race for one session get along behind it, and two replicas behind nginx work
 * at a rate that is told.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { freePort } from '../../src/dev/free-port.ts'
import { ROLE_LIMITS, startPgBouncer } from '../support/pgbouncer.ts'
import { type Postgres, query, startPostgres } from './debian-postgres.ts'
import { startNginx } from './nginx.ts'
import { ADMIN, migrate, PROJECT, productionSettings, startReplica, succeed, urlsOf } from './production-service.ts'
import type { SystemCheck } from './system-check.ts'

/** POOLER_TESTS names other files, separated by spaces; empty: all of them. */
const TESTS = process.env['POOLER_TESTS'] ?? 'test/flows/sessions/race.test.ts'
const CLIENTS = 8
const emailOf = (n: number) => `person${n}@example.com`
const CROWD = `
  insert into users (email, email_key, first_name, last_name, password_state, password_hash, created_at)
  select e, e, 'Jane', 'Doe', password_state, password_hash, created_at
  from users, (select 'person' || n || '@example.com' as e from generate_series(1, ${CLIENTS}) n) addresses`
/** Milliseconds that each rate is measured for. */
const SPAN = 2000

export const pooler: SystemCheck = {
  name: 'pooler',
  packages: ['postgresql', 'pgbouncer', 'nginx'],
  async check(ok) {
    const folder = await mkdtemp(join(tmpdir(), 'omnicrm-identity-pooler-'))
    const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })]
    try {
      const postgres = await startPostgres(['max_connections=200'])
      undo.push(postgres.remove)
      ok(await runTests(postgres))

      const { username: name, password, port } = new URL(postgres.runtimeUrl)
      const pgbouncer = await startPgBouncer(Number(port), { name, password })
      undo.push(pgbouncer.stop)
      for (const limit of ROLE_LIMITS) await query(postgres.adminUrl, `alter role ${name} ${limit}`)
      const ports = [await freePort('127.0.0.1'), await freePort('127.0.0.1')]
      const nginx = await startNginx(ports)
      undo.push(nginx.remove)
      const settings = productionSettings(nginx.url, folder, {
        ...urlsOf(postgres),
        DATABASE_URL: Object.assign(new URL(postgres.runtimeUrl), { port: pgbouncer.port }).href,
        DATABASE_DIRECT_URL: postgres.runtimeUrl,
        TRUST_PROXY: '1',
        REQUESTS_PER_MINUTE: '0',
      })
      migrate(settings)
      for (const replicaPort of ports) {
        const replica = await startReplica(settings, replicaPort)
        undo.push(replica.kill)
      }
      await query(postgres.ownerUrl, CROWD)
      ok(`two replicas behind nginx and PgBouncer: ${await measure(nginx.url)}`)
      const [pool] = (await pgbouncer.show('pools')).filter(({ database }) => database === 'identity')
      assert.equal(pool?.['pool_mode'], 'transaction')
      const stats = (await pgbouncer.show('stats')).find(({ database }) => database === 'identity')
      const { passed, retried } = await nginx.counts()
      assert.equal(retried, 0)
      ok(`nginx passed on ${passed} requests, PgBouncer ${stats?.['total_xact_count']} transactions`)
    } finally {
      for (const step of undo.reverse()) await step()
    }
  },
}

/** @returns the last word of the run. */
async function runTests({ adminUrl }: Postgres): Promise<string> {
  const env = { ...process.env, DATABASE_URL: adminUrl, TEST_POOLER: 'pgbouncer' }
  const child = spawn('npm', ['test', '--', ...TESTS.split(' ').filter(Boolean)], {
    cwd: PROJECT,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const output = await text(child.stdout)
  assert.equal(await ended, 0, output)
  const [, total, passed] = /^# \{ total: (\d+), pass: (\d+) \}/m.exec(output) ?? []
  const [, transactions] = /^# through PgBouncer: (\d+) transactions/m.exec(output) ?? []
  assert.ok(Number(total) > 0 && Number(transactions) > 0, output)
  assert.equal(passed, total, output)
  return `${TESTS || 'all tests'} through PgBouncer: ${passed} of ${total} passed, ${transactions} transactions`
}

async function measure(base: string): Promise<string> {
  const people = Array.from({ length: CLIENTS }, (_, n) => ({ email: emailOf(n + 1), password: ADMIN.password }))
  const opened = await Promise.all(people.map((person) => succeed(base, '/auth/login', { body: person })))
  const post = (path: string, body: object | undefined) =>
    fetch(base + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const signIns = await rate((n) => post('/auth/login', people[n]))
  const refreshes = await rate((n) => post('/auth/refresh', { refresh_token: opened[n].refresh_token }))
  const lookUps = await rate((n) =>
    fetch(`${base}/auth/me`, { headers: { authorization: `Bearer ${opened[n].access_token}` } }),
  )
  return `${signIns} sign-ins, ${refreshes} refreshes, ${lookUps} look-ups a second with ${CLIENTS} clients`
}

/** How many calls a second succeed, none failing. */
async function rate(act: (client: number) => Promise<Response>): Promise<number> {
  const end = performance.now() + SPAN
  let count = 0
  const client = async (n: number) => {
    while (performance.now() < end) {
      const answer = await act(n)
      const body = await answer.text()
      assert.equal(answer.status, 200, body)
      count += 1
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, (_, n) => client(n)))
  return Math.round((1000 * count) / SPAN)
}
