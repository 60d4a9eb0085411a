/**
 * The way to PostgreSQL. Works behind PgBouncer in transaction mode: no session state, only transaction-scoped advisory
 * locks, and named statements can be switched off.
 */
import { Kysely, type LogEvent, PostgresDialect, sql, Transaction } from 'kysely'
import pg from 'pg'
import { type Askable, statement, statementName } from './statement.ts'
import type { Tables } from './tables.ts'

/** The pool or, passed the same way, an open transaction. */
export type Database = Kysely<Tables>
export type OpenTransaction = Transaction<Tables>

declare const ofTransaction: unique symbol
/** Where `together` asks: the connection of an open transaction. */
export interface Line extends Askable {
  readonly [ofTransaction]: true
}
/** What only has a meaning within a transaction takes the transaction or its line, and never the pool. */
export type Within = OpenTransaction | Line

const INT8 = 20
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
}

/**
 * Milliseconds that a call waits for a connection, and that one statement may take. Together they end well before an
 * idle HTTP connection is closed (20 s, in app.ts), so that a call which meets both still gets its 503.
 */
const CONNECTION_WAIT = 5_000
const STATEMENT_TIMEOUT = 10_000

export interface DatabaseSettings {
  url: string
  poolSize: number
  /** Off behind a pooler that does not keep prepared statements for its clients. */
  preparedStatements?: boolean | undefined
  /** Called with faults of idle connections, which the pool replaces by itself; PostgreSQL's restarts show up here. */
  onIdleError?: (error: Error) => void
  /** Milliseconds that one statement may take; 0 for as long as it needs, as a migration of a large table must. */
  statementTimeout?: number
  /** Told of each query when it has ended. */
  onQuery?: ((report: QueryReport) => void) | undefined
}

/** A query as it was sent, without its parameters. */
export interface QueryReport {
  text: string
  milliseconds: number
  /** PostgreSQL's code or the driver's; undefined where all went well. */
  failure: string | undefined
}

/** Opens no connection yet; the first query does. */
export function openDatabase(settings: DatabaseSettings): Database {
  const pool = openPool(settings)
  const { onQuery } = settings
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    ...(onQuery && { log: (event: LogEvent) => onQuery(reportOf(event)) }),
  })
  pools.set(db, pool)
  return db
}

function reportOf(event: LogEvent): QueryReport {
  const failure = event.level === 'error' ? String((event.error as { code?: unknown }).code ?? 'unknown') : undefined
  return { text: event.query.sql, milliseconds: event.queryDurationMillis, failure }
}

/** The connections below each database that openDatabase gave out. */
const pools = new WeakMap<Database, pg.Pool>()

/** How many connections work, how many stand by, and how many calls wait for one. */
export function connectionsOf(db: Database): { inUse: number; idle: number; waiting: number } {
  const { totalCount = 0, idleCount = 0, waitingCount = 0 } = pools.get(db) ?? {}
  return { inUse: totalCount - idleCount, idle: idleCount, waiting: waitingCount }
}

/**
 * The connections by themselves, for the queue, which brings its own queries. Its library may give a connection that was cut
 * back twice. The pool throws at that, in a promise that nobody awaits, which would end the process.
 */
export function openQueuePool(settings: DatabaseSettings): pg.Pool {
  const pool = openPool(settings)
  const connect = pool.connect.bind(pool)
  const connectOnce = async () => {
    const client = await connect()
    const { release } = client
    let isHeld = true
    client.release = (error) => {
      if (isHeld) release(error)
      isHeld = false
    }
    return client
  }
  // With a callback it is the pool's own way of asking, which releases once.
  pool.connect = ((callback?: Parameters<typeof connect>[0]) =>
    callback ? connect(callback) : connectOnce()) as typeof pool.connect
  return pool
}

function openPool(settings: DatabaseSettings): pg.Pool {
  const pool = new pg.Pool({
    connectionString: settings.url,
    max: settings.poolSize,
    connectionTimeoutMillis: CONNECTION_WAIT,
    statement_timeout: settings.statementTimeout ?? STATEMENT_TIMEOUT,
    idle_in_transaction_session_timeout: 15_000,
    application_name: 'omnicrm-identity',
    types,
    pipeline: true,
  })
  // Unheard, the event would end the process.
  pool.on('error', settings.onIdleError ?? (() => {}))
  pool.on('connect', sendTogether)
  if (settings.preparedStatements) pool.on('connect', prepareStatements)
  // A connection that is lost while a transaction holds it, between two queries, has no one else to tell. Unheard, the
  // event would end the process; heard, the transaction's next query fails.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** Has what is asked of a connection in the same turn of the event loop leave in one message, not each by itself. */
function sendTogether(client: pg.PoolClient): void {
  const { stream } = client.connection
  const query = client.query.bind(client) as (...args: unknown[]) => unknown
  client.query = ((...args: unknown[]) => {
    if (stream.writableCorked === 0) {
      stream.cork()
      process.nextTick(() => stream.uncork())
    }
    return query(...args)
  }) as typeof client.query
}

/** Has a connection keep the hot statements prepared. Kysely hands every query over as text and values, and names none. */
function prepareStatements(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown
  client.query = ((text: unknown, values: unknown, ...rest: unknown[]) => {
    const name = typeof text === 'string' ? statementName(text) : undefined
    return name === undefined ? query(text, values, ...rest) : query({ name, text, values }, ...rest)
  }) as typeof client.query
}

/**
 * Asks several things of a transaction together: they go to PostgreSQL in one message, are done there one after another,
 * each seeing what is committed by then, and come back in one. With this and with fewer statements 230 second factors a
 * second are verified, without them 190 (docs/benchmarks.md). `ask` must use the line it is given; a query on the
 * transaction would wait until all of these have ended.
 * @throws whatever the first that failed throws, when all have ended: those after it fail because of it.
 */
export function together<const Answers extends readonly unknown[]>(
  tx: Within,
  ask: (line: Line) => Answers,
): Promise<{ -readonly [Place in keyof Answers]: Awaited<Answers[Place]> }> {
  if (!(tx instanceof Transaction)) return allInPlace(ask(tx))
  return tx.getExecutor().provideConnection((connection) => allInPlace(ask(connection as unknown as Line)))
}

/** The fault of an earlier place comes before those of later ones, whichever is heard of first. */
async function allInPlace<const Answers extends readonly unknown[]>(answers: Answers) {
  await Promise.allSettled(answers)
  return Promise.all(answers)
}

/** Milliseconds since 1970, by the database's clock. */
export async function readDatabaseTime(db: Database): Promise<number> {
  const result = await sql<{ ms: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`.execute(db)
  return result.rows[0]?.ms ?? Date.now()
}

/** Does the database end what takes too long? A pooler in between drops the limits that a connection asks for. */
export async function isTimeLimited(db: Database): Promise<boolean> {
  const result = await sql<{ limited: boolean }>`
    select current_setting('statement_timeout') <> '0'
      and current_setting('idle_in_transaction_session_timeout') <> '0' as limited`.execute(db)
  return result.rows[0]?.limited === true
}

const takeLock = statement<{ name: string }, unknown>((db, value) =>
  db.selectNoFrom(sql`pg_advisory_xact_lock(hashtextextended(${value('name')}, 0))`.as('taken')),
)

/**
 * Holds a named lock until the transaction ends, waiting for it. Prepared like the lock on a user: sign-ins with an address
 * that nobody has take this one instead, and must not take longer.
 */
export async function lockInTransaction(tx: Within, name: string): Promise<void> {
  await takeLock(tx, { name: `omnicrm-identity:${name}` })
}

/** Takes a named lock until the transaction ends; false when another transaction holds it. */
export async function tryLockInTransaction(tx: OpenTransaction, name: string): Promise<boolean> {
  const result = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${`omnicrm-identity:${name}`}, 0)) as locked`.execute(tx)
  return result.rows[0]?.locked === true
}

/** Another row has this unique value. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505'
}

/**
 * True for faults of the database or the way to it, which pass: connection refused or lost, shutting down, too many
 * connections, out of space, time-outs, a database that is being replaced.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (/^(08|3D000|53|57|25P0[34]|55P03|25006)/.test(code)) return true
  if (/^(ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)/.test(code)) return true
  return /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(
    error.message,
  )
}

/** True when a statement gave up waiting for a lock, or was chosen to give way in a deadlock. */
export function isHeldUp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(55P03|40P01)$/.test(String(error.code))
}

/** True when the role has no right to do this: for good, or until a migration under way has granted it. */
export function lacksRight(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42501'
}

/** True when the database refuses the role: wrong name or password, no right to connect or to do what it must. */
export function isRefusedLogin(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(28|42501$)/.test(String(error.code))
}
