/** The PostgreSQL server of a test run: two roles, one migrated template, and a database of its own for each test app. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { migrate } from '../../src/store/migrate.ts'
import { ROLE_LIMITS } from './pgbouncer.ts'

export interface TestServer {
  /** A role that may create databases and roles. */
  adminUrl: string
  template: string
  owner: string
  runtime: string
  /** Of both roles. */
  password: string
  /** Of a PgBouncer in front, through which the service reaches its databases. */
  poolerPort?: number
}

export interface TestDatabase {
  name: string
  /** The runtime role's connection: what the service gets. */
  url: string
  /** The same without a pooler in between. */
  directUrl: string
  /** All three as the service's settings. */
  settings: { DATABASE_URL: string; DATABASE_MIGRATION_URL: string; DATABASE_DIRECT_URL?: string }
  /** The owner's connection: what `migrate`, operators and the tests' own set-up use. */
  ownerUrl: string
  adminUrl: string
  drop(): Promise<void>
}

/** The server of this run, as `npm test` made it. */
export function testServer(): TestServer {
  const text = process.env['OMNICRM_TEST_SERVER']
  if (!text) throw new Error('run the tests with: npm test -- <files>')
  return JSON.parse(text)
}

export async function createTemplate(server: TestServer): Promise<void> {
  await asAdmin(server, async (client) => {
    for (const role of [server.owner, server.runtime]) {
      await client.query(`create role ${role} login password '${server.password}'`)
    }
    if (server.poolerPort !== undefined)
      for (const limit of ROLE_LIMITS) await client.query(`alter role ${server.runtime} ${limit}`)
    await client.query(`grant ${server.owner} to current_user`)
    await client.query(`create database ${server.template} owner ${server.owner}`)
  })
  await migrate(urlOf(server, server.owner, server.template), server.runtime)
}

/** Takes away all that the run has made, also what tests that broke off have left. */
export async function dropTemplate(server: TestServer): Promise<void> {
  await asAdmin(server, async (client) => {
    const { rows } = await client.query('select datname from pg_database where starts_with(datname, $1)', [
      server.template,
    ])
    for (const { datname } of rows) await client.query(`drop database if exists ${datname} with (force)`)
    for (const role of [server.owner, server.runtime]) await client.query(`drop role if exists ${role}`)
  })
}

/** A copy of the migrated template, or an empty database. */
export async function createTestDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const server = testServer()
  const name = `${server.template}_${randomBytes(5).toString('hex')}`
  const template = empty ? 'template0' : server.template
  await asAdmin(server, (client) => client.query(`create database ${name} owner ${server.owner} template ${template}`))
  const directUrl = urlOf(server, server.runtime, name)
  const url = server.poolerPort === undefined ? directUrl : atPort(directUrl, server.poolerPort)
  const ownerUrl = urlOf(server, server.owner, name)
  return {
    name,
    url,
    directUrl,
    ownerUrl,
    settings: {
      DATABASE_URL: url,
      DATABASE_MIGRATION_URL: ownerUrl,
      ...(url !== directUrl && { DATABASE_DIRECT_URL: directUrl }),
    },
    adminUrl: server.adminUrl.replace(/\/[^/]*$/, `/${name}`),
    drop: async () => {
      await asAdmin(server, (client) => client.query(`drop database if exists ${name} with (force)`))
    },
  }
}

function urlOf(server: TestServer, role: string, database: string): string {
  const url = new URL(server.adminUrl)
  url.username = role
  url.password = server.password
  url.pathname = `/${database}`
  return url.href
}

function atPort(url: string, port: number): string {
  return Object.assign(new URL(url), { port }).href
}

async function asAdmin(server: TestServer, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: server.adminUrl })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
