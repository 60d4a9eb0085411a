/**
 * The database that `npm start` runs on when no DATABASE_URL is set: an embedded cluster in `.data/`, kept between
 * starts, with an owner role and a runtime role like any other. Its secrets are made up at the first start.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { SecretKey } from '../config-values.ts'
import { startCluster } from './embedded-cluster.ts'

export interface EmbeddedDatabase {
  /** The runtime role's connection. */
  url: string
  /** The owner's connection. */
  migrationUrl: string
  secretKeys: SecretKey[]
  stop(): Promise<void>
}

/** The folder belongs to another running service. */
export class DataFolderInUse extends Error {}

interface Secrets {
  superuserPassword: string
  ownerPassword: string
  runtimePassword: string
  /** 32 bytes in base64. */
  secretKey: string
}

const DATABASE = 'omnicrm'
const OWNER = 'omnicrm_owner'
const RUNTIME = 'omnicrm_runtime'

/** Milliseconds. After this time a process id in the folder counts only if the database answers, too. */
const LONGEST_START = 60_000

/** @throws DataFolderInUse when another running process uses the folder. */
export async function startEmbeddedDatabase(folder: string): Promise<EmbeddedDatabase> {
  mkdirSync(folder, { recursive: true })
  const secrets = readOrMakeSecrets(folder)
  await claimFolder(folder, secrets)
  const cluster = await startCluster({ dataDir: join(folder, 'postgres'), password: secrets.superuserPassword })
  try {
    const url = (role: string, password: string, database: string) =>
      `postgres://${role}:${password}@127.0.0.1:${cluster.port}/${database}`
    await prepare(url(cluster.superuser, secrets.superuserPassword, 'postgres'), secrets)
    return {
      url: url(RUNTIME, secrets.runtimePassword, DATABASE),
      migrationUrl: url(OWNER, secrets.ownerPassword, DATABASE),
      secretKeys: [{ id: 'local', key: Buffer.from(secrets.secretKey, 'base64') }],
      stop: cluster.stop,
    }
  } catch (error) {
    await cluster.stop()
    throw error
  }
}

/** Roles and database; does nothing where they are. */
async function prepare(superuserUrl: string, secrets: Secrets): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl })
  await client.connect()
  try {
    const roles = { [OWNER]: secrets.ownerPassword, [RUNTIME]: secrets.runtimePassword }
    for (const [role, password] of Object.entries(roles)) {
      const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role])
      if (!rowCount) await client.query(`create role ${role} login password ${client.escapeLiteral(password)}`)
    }
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [DATABASE])
    if (!rowCount) await client.query(`create database ${DATABASE} owner ${OWNER}`)
  } finally {
    await client.end()
  }
}

/** Passwords and the secret key, readable by their owner only. */
function readOrMakeSecrets(folder: string): Secrets {
  const file = join(folder, 'secrets.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  const password = () => randomBytes(24).toString('base64url')
  const secrets: Secrets = {
    superuserPassword: password(),
    ownerPassword: password(),
    runtimePassword: password(),
    secretKey: randomBytes(32).toString('base64'),
  }
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 })
  return secrets
}

/** One service a folder. A database that a killed service left behind is stopped first. */
async function claimFolder(folder: string, secrets: Secrets): Promise<void> {
  const file = join(folder, 'owner.pid')
  const owner = readNumber(file, 0)
  const inUse = owner !== undefined && owner !== process.pid && isRunning(owner)
  const refusal = () =>
    new DataFolderInUse(`another service (process ${owner}) runs on ${folder}; stop it first, or set DATABASE_URL`)
  // Its database does not answer yet while it starts.
  if (inUse && Date.now() - statSync(file).mtimeMs < LONGEST_START) throw refusal()
  const postmasterFile = join(folder, 'postgres', 'postmaster.pid')
  const postmaster = readNumber(postmasterFile, 0)
  const port = readNumber(postmasterFile, 3)
  if (postmaster !== undefined && port !== undefined && (await answers(port, secrets))) {
    if (inUse) throw refusal()
    process.kill(postmaster, 'SIGINT')
    for (let tries = 0; isRunning(postmaster) && tries < 100; tries++) await sleep(100)
  }
  writeFileSync(file, String(process.pid))
}

/** Only our own cluster knows the password, so a process id that now names something else does no harm. */
async function answers(port: number, secrets: Secrets): Promise<boolean> {
  const client = new pg.Client({
    connectionString: `postgres://postgres:${secrets.superuserPassword}@127.0.0.1:${port}/postgres`,
  })
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    return false
  }
}

/** The number on this line of a file, counted from 0. */
function readNumber(file: string, line: number): number | undefined {
  if (!existsSync(file)) return undefined
  const number = Number.parseInt(readFileSync(file, 'utf8').split('\n')[line] ?? '', 10)
  return number > 0 ? number : undefined
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
