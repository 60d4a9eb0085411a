/**
 * The plans by which PostgreSQL carries out what the service asks of it: of every statement that runs, those inside of
 * functions, triggers and foreign keys too, as auto_explain tells them.
 */
import pg from 'pg'
import { type TestDatabase, testServer } from './server.ts'

interface PlanNode {
  'Node Type': string
  'Parent Relationship'?: string
  'Relation Name'?: string
  'Index Name'?: string
  'Index Cond'?: string
  Filter?: string
  Plans?: PlanNode[]
}

export interface Plan {
  statement: string
  node: PlanNode
}

/** From here on, what the runtime role runs in this database is told. @returns asks for the plans so far, each once. */
export async function watchPlans(database: TestDatabase): Promise<() => Plan[]> {
  const admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
  const settings = {
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_nested_statements': 'on',
    'auto_explain.log_format': 'json',
    'auto_explain.log_level': 'notice',
  }
  for (const [name, value] of Object.entries(settings))
    await admin.query(`alter database ${database.name} set ${name} = '${value}'`)
  await admin.end()

  const plans = new Map<string, Plan>()
  const note = ({ message = '' }) => {
    const [, json] = /^duration: .* plan:\n(.*)$/s.exec(message) ?? []
    if (json === undefined) return
    const { 'Query Text': statement, Plan: node } = JSON.parse(json)
    const seen: string[] = []
    walk(node, false, ({ 'Node Type': type, 'Index Name': index }) => seen.push(`${type} ${index}`))
    plans.set(`${statement}${seen}`, { statement, node })
  }
  const { connect } = pg.Client.prototype
  pg.Client.prototype.connect = function (this: pg.Client, ...args: unknown[]) {
    if (this.database === database.name && this.user === testServer().runtime) this.on('notice', note)
    return Reflect.apply(connect, this, args)
  } as typeof connect
  return () => [...plans.values()]
}

/** These pass a row on as soon as they have it, so a limit above them is one for what is below, too. */
const STREAMING = [
  'Limit',
  'LockRows',
  'Nested Loop',
  'Merge Join',
  'Result',
  'Subquery Scan',
  'Append',
  'Merge Append',
  'ProjectSet',
  'Incremental Sort',
]

/** @param limited no more is read than the answer needs. */
function walk(node: PlanNode, limited: boolean, visit: (node: PlanNode, limited: boolean) => void): void {
  visit(node, limited)
  const passes = STREAMING.includes(node['Node Type']) && (limited || node['Node Type'] === 'Limit')
  for (const below of node.Plans ?? []) {
    const relation = below['Parent Relationship'] ?? ''
    const isStream = ['Outer', 'Member', 'Subquery'].includes(relation) || node['Node Type'] === 'Merge Join'
    walk(below, passes && isStream, visit)
  }
}

/**
 * What a plan reads from one end to the other, however much there is: a table, or an index without a condition. Reading
 * as many rows as a limit asks for is none of that.
 * @param partial indexes that hold only what is asked for.
 */
export function readsWhole({ node }: Plan, partial: string[]): string[] {
  const found: string[] = []
  walk(node, false, (at, limited) => {
    const { 'Node Type': type, 'Relation Name': table = '', 'Index Name': index = '' } = at
    const isWhole =
      type === 'Seq Scan' ||
      (/^(Index|Index Only|Bitmap Index) Scan/.test(type) && !at['Index Cond'] && !partial.includes(index))
    const stopsAtLimit = limited && (type !== 'Seq Scan' || !at.Filter)
    if (isWhole && !stopsAtLimit) found.push(table || index)
  })
  return found
}
