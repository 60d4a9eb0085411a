/** A PostgreSQL of a benchmark's own, with fsync on and a migrated database; gone when the benchmark is done. */
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { removeClusterData, startCluster } from '../../src/dev/embedded-cluster.ts'
import { migrate } from '../../src/store/migrate.ts'

const RUNTIME = 'runtime'
const DATABASE = 'bench'

/** What a server with some memory to itself would be given. */
const PARAMETERS = ['shared_buffers=512MB', 'max_wal_size=4GB']

export interface BenchDatabase {
  /** The runtime role's connection: what the service gets. */
  url: string
  /** The superuser's, who also owns the schema. */
  ownerUrl: string
  /** For the benchmark's files; its owner removes it. */
  folder: string
}

/** @param parameters further `-c` settings of PostgreSQL, which win over the usual ones. */
export async function withBenchDatabase(
  work: (database: BenchDatabase) => Promise<void>,
  parameters: string[] = [],
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'omnicrm-identity-bench-'))
  await chmod(folder, 0o755)
  const dataDir = join(folder, 'postgres')
  const password = randomBytes(12).toString('hex')
  const cluster = await startCluster({ dataDir, password, parameters: [...PARAMETERS, ...parameters] })
  try {
    const url = (role: string, database: string) =>
      `postgres://${role}:${password}@127.0.0.1:${cluster.port}/${database}`
    const ownerUrl = url(cluster.superuser, DATABASE)
    await ask(url(cluster.superuser, 'postgres'), [
      `create role ${RUNTIME} login password '${password}'`,
      `create database ${DATABASE}`,
    ])
    await migrate(ownerUrl, RUNTIME)
    await work({ url: url(RUNTIME, DATABASE), ownerUrl, folder })
  } finally {
    await cluster.stop()
    await removeClusterData(dataDir)
    await rm(folder, { recursive: true, force: true })
  }
}

async function ask(url: string, statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}
