/**
 * Statements that requests ask again and again: composed once a process, parsed and planned by PostgreSQL once a
 * connection.
 *
 * Only with named columns: a migration that adds one to a table would break a prepared `select *`. And only where one plan
 * fits all values: a search or a list is planned each time for what is searched.
 */
import {
  type Compilable,
  type CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import type { Database } from './database.ts'
import type { Tables } from './tables.ts'

/** Composes statements; asks nothing. */
const composer: Database = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

/** What a statement can be asked of: the pool, a transaction, or the line of one (`together`). */
export interface Askable {
  executeQuery<Row>(query: CompiledQuery<Row>): Promise<QueryResult<Row>>
}

/** Where a value will be. */
class Slot {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

const names = new Map<string, string>()

/** The name under which connections keep this text prepared; undefined for any other. */
export function statementName(text: string): string | undefined {
  return names.get(text)
}

/**
 * @param build composes the query; `value(name)` stands where a value will be. What it decides by itself is decided once.
 * @returns what runs it with these values and gives its rows.
 */
export function statement<Values extends object, Row>(
  build: (db: Database, value: <Name extends keyof Values & string>(name: Name) => Values[Name]) => Compilable<Row>,
): (db: Askable, values: Values) => Promise<Row[]> {
  let compiled: CompiledQuery<Row> | undefined
  let order: unknown[] = []
  return async (db, values) => {
    if (!compiled) {
      compiled = build(composer, (name) => new Slot(name) as never).compile()
      order = [...compiled.parameters]
      if (!names.has(compiled.sql)) names.set(compiled.sql, `s${names.size}`)
    }
    const parameters = order.map((entry) => (entry instanceof Slot ? values[entry.name as keyof Values] : entry))
    const { rows } = await db.executeQuery<Row>({ ...compiled, parameters })
    return rows
  }
}

/** For what finds one row or none. */
export function statementForOne<Values extends object, Row>(
  build: Parameters<typeof statement<Values, Row>>[0],
): (db: Askable, values: Values) => Promise<Row | undefined> {
  const run = statement(build)
  return async (db, values) => (await run(db, values))[0]
}
