/**
 * Which statements of a migration the release before can live with, and which hold up a running service. Judged on
 * PostgreSQL's own syntax tree. What is not known to be harmless is refused: better one `allow` too many than one outage.
 */
import { type AlterTableCmd, type ColumnDef, type Constraint, type Node, parse, SqlError } from 'libpg-query'

/** Each rule with its remedy. Those marked `contract` are lifted in a contract step. */
const RULES = {
  drop: {
    contract: true,
    remedy: 'the release before still uses it: drop it one release later, in a contract step',
  },
  'take-away': {
    contract: true,
    remedy: 'the release before still uses it, and no comment changes that: one release later, in a contract step',
  },
  stricter: {
    contract: true,
    remedy: 'the release before may still write what this refuses: do it one release later, in a contract step',
  },
  rename: {
    contract: false,
    remedy: 'one of two releases must fail: add the new name, write both, drop the old one a release later',
  },
  'type-change': {
    contract: false,
    remedy: 'rewrites the table under a lock and surprises the release before: add a column, write both, drop later',
  },
  'required-column': {
    contract: false,
    remedy: 'the release before does not fill it: give it a DEFAULT, or let it be NULL until a contract step',
  },
  'long-lock': {
    contract: false,
    remedy: 'sign-ins wait while it works through the table: find a way around it, or say why the table is small',
  },
  unjudged: { contract: false, remedy: 'say why the release before can live with it' },
  syntax: { contract: false, remedy: 'PostgreSQL would refuse it' },
  'unused-allow': { contract: false, remedy: 'nothing here breaks that rule: remove the comment' },
  contract: {
    contract: false,
    remedy:
      'a contract step starts with -- contract since 1.2.3: …, a version released in CHANGELOG.md that no longer uses what goes, and raises schema_floor to its last migration',
  },
} as const

type Rule = keyof typeof RULES

export interface Finding {
  /** Counted from 1. */
  line: number
  rule: Rule
  /** What is wrong and how to mend it, in one sentence. */
  text: string
}

type Complaint = [rule: Rule, what: string]

/**
 * @param sql a migration's text. `-- allow RULE: reason` above a statement permits what it breaks; a file that starts
 *   with `-- contract since VERSION: what goes` is a contract step.
 * @param released the versions that have been released.
 * @param earlier the names of the migrations before this one.
 */
export async function judgeMigration(sql: string, released: string[], earlier: string[] = []): Promise<Finding[]> {
  const contractSince = /^-- contract since (\S+): \S/.exec(sql)?.[1]
  if (contractSince !== undefined && !released.includes(contractSince)) {
    return [finding(1, 'contract', `${contractSince} is not released`)]
  }
  const statements = await parseStatements(sql)
  if ('rule' in statements) return [statements]
  const floors = statements.filter(({ node }) => raisesFloor(node))
  if (contractSince !== undefined && floors.length === 0) {
    return [finding(1, 'contract', 'releases that still need what goes would start')]
  }
  const wrongFloors = floors.filter(({ node }) => !earlier.includes(floorIn(node)))

  const created = new Set(statements.flatMap(({ node }) => createdTable(node) ?? []))
  const wrong = wrongFloors.map(({ node, line }) =>
    finding(line, 'contract', `schema_floor becomes "${floorIn(node)}", which is no migration before this one`),
  )
  return statements.flatMap(({ node, line, allowed }) => {
    const complaints = judgeStatement(node, created)
    const unused = allowed.filter((name) => name === 'take-away' || !complaints.some(([rule]) => rule === name))
    return [
      ...wrong.splice(0),
      ...complaints
        .filter(
          ([rule]) => (rule === 'take-away' || !allowed.includes(rule)) && !(contractSince && RULES[rule].contract),
        )
        .map(([rule, what]) => finding(line, rule, what)),
      ...unused.map((name) => finding(line, 'unused-allow', `allow ${name}`)),
    ]
  })
}

function finding(line: number, rule: Rule, what: string): Finding {
  return { line, rule, text: `${what}: ${RULES[rule].remedy}` }
}

interface Statement {
  node: Node
  line: number
  /** The rules that comments above or in the statement permit it to break. */
  allowed: string[]
}

async function parseStatements(sql: string): Promise<Statement[] | Finding> {
  try {
    const { stmts = [] } = sql.trim() === '' ? {} : await parse(sql)
    const bytes = Buffer.from(sql)
    let end = 0
    return stmts.flatMap(({ stmt, stmt_location: start = 0, stmt_len: length }) => {
      if (!stmt) return []
      // Locations count bytes. What lies between the statement before and the end of this one belongs to this one.
      const before = bytes.subarray(0, end).toString()
      end = length ? start + length : bytes.length
      const text = bytes.subarray(Buffer.byteLength(before), end).toString()
      const comments = /^;?(\s*--.*\n|\s*\n)*\s*/.exec(text)?.[0] ?? ''
      const line = `${before}${comments}`.split('\n').length
      const allowed = [...text.matchAll(/-- allow ([a-z-]+): \S/g)].map(([, rule = '']) => rule)
      return [{ node: stmt, line, allowed }]
    })
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    const position = error.sqlDetails?.cursorPosition ?? 0
    return finding(sql.slice(0, position).split('\n').length, 'syntax', error.message)
  }
}

/** A release that does not know the migration named in schema_floor does not serve this schema. */
function raisesFloor(node: Node): boolean {
  return 'UpdateStmt' in node && node.UpdateStmt.relation?.relname === 'schema_floor'
}

/** The migration that the floor is raised to; empty where that is no plain text, or only some rows are meant. */
function floorIn(node: Node): string {
  if (!('UpdateStmt' in node) || node.UpdateStmt.whereClause) return ''
  const [target] = node.UpdateStmt.targetList ?? []
  const value = target && 'ResTarget' in target ? target.ResTarget.val : undefined
  return value && 'A_Const' in value ? (value.A_Const.sval?.sval ?? '') : ''
}

function createdTable(node: Node): string | undefined {
  return 'CreateStmt' in node ? node.CreateStmt.relation?.relname : undefined
}

/** @param created the tables that this migration makes: empty, and unknown to the release before. */
function judgeStatement(node: Node, created: Set<string>): Complaint[] {
  const isNew = (table: string | undefined) => table !== undefined && created.has(table)
  if ('AlterTableStmt' in node) {
    const { relation, cmds = [] } = node.AlterTableStmt
    if (isNew(relation?.relname)) return []
    return cmds.flatMap((cmd) => ('AlterTableCmd' in cmd ? judgeChange(cmd.AlterTableCmd) : []))
  }
  if ('DropStmt' in node) {
    const { removeType } = node.DropStmt
    return [[removeType === 'OBJECT_INDEX' ? 'drop' : 'take-away', `DROP ${wordsOf(removeType)}`]]
  }
  if ('RenameStmt' in node) {
    const { renameType, relation } = node.RenameStmt
    // No release names an index or a constraint.
    if (isNew(relation?.relname) || renameType === 'OBJECT_INDEX' || renameType === 'OBJECT_TABCONSTRAINT') return []
    return [['rename', `RENAME ${wordsOf(renameType)}`]]
  }
  if ('IndexStmt' in node) {
    const { relation, unique, if_not_exists: prepared } = node.IndexStmt
    if (isNew(relation?.relname)) return []
    // IF NOT EXISTS tells of an index that operators can build beforehand, CONCURRENTLY.
    const lock: Complaint[] = prepared ? [] : [['long-lock', `an index on ${relation?.relname}`]]
    return unique ? [...lock, ['stricter', `a unique index on ${relation?.relname}`]] : lock
  }
  if (raisesFloor(node)) return []
  if ('UpdateStmt' in node || 'DeleteStmt' in node) {
    const { relation } = 'UpdateStmt' in node ? node.UpdateStmt : node.DeleteStmt
    return isNew(relation?.relname) ? [] : [['long-lock', `rows of ${relation?.relname} changed in one transaction`]]
  }
  if ('CreateTrigStmt' in node && isNew(node.CreateTrigStmt.relation?.relname)) return []
  if ('CreateFunctionStmt' in node && !node.CreateFunctionStmt.replace) return []
  if ('ViewStmt' in node && !node.ViewStmt.replace) return []
  const [kind = ''] = Object.keys(node)
  return HARMLESS.includes(kind) ? [] : [['unjudged', kind]]
}

const HARMLESS = [
  'CreateStmt',
  'InsertStmt',
  'SelectStmt',
  'CommentStmt',
  'CreateExtensionStmt',
  'CreateEnumStmt',
  'CreateSeqStmt',
  'CreateStatsStmt',
]

/** One part of an ALTER TABLE on a table that the release before uses. */
function judgeChange(change: AlterTableCmd): Complaint[] {
  const { subtype, name, def } = change
  switch (subtype) {
    case 'AT_AddColumn':
      return def && 'ColumnDef' in def ? judgeNewColumn(def.ColumnDef) : []
    case 'AT_AddConstraint':
      return def && 'Constraint' in def ? judgeNewConstraint(def.Constraint) : []
    case 'AT_DropColumn':
      return [['take-away', `DROP COLUMN ${name}`]]
    case 'AT_ColumnDefault':
      return def ? [] : [['stricter', `DROP DEFAULT of ${name}`]]
    case 'AT_SetNotNull':
      return [['stricter', `SET NOT NULL on ${name}`]]
    case 'AT_AlterColumnType':
      return [['type-change', `another type of ${name}`]]
    case 'AT_DropNotNull':
    case 'AT_SetStatistics':
    case 'AT_SetRelOptions':
    case 'AT_ValidateConstraint':
      return []
    default:
      return [['unjudged', `ALTER TABLE … ${subtype?.replace('AT_', '')} ${name ?? ''}`.trim()]]
  }
}

function judgeNewColumn({ colname, constraints = [] }: ColumnDef): Complaint[] {
  const parts = constraints.flatMap((part) => ('Constraint' in part ? [part.Constraint] : []))
  const has = (...kinds: Constraint['contype'][]) => parts.some(({ contype }) => kinds.includes(contype))
  const defaultValue = parts.find(({ contype }) => contype === 'CONSTR_DEFAULT')?.raw_expr
  const complaints: Complaint[] = []
  if (has('CONSTR_NOTNULL') && !has('CONSTR_DEFAULT', 'CONSTR_GENERATED', 'CONSTR_IDENTITY')) {
    complaints.push(['required-column', `ADD COLUMN ${colname} NOT NULL without a default`])
  }
  if (has('CONSTR_GENERATED', 'CONSTR_IDENTITY') || (defaultValue && !isConstant(defaultValue))) {
    complaints.push(['long-lock', `ADD COLUMN ${colname} computes a value for each row`])
  }
  if (has('CONSTR_PRIMARY', 'CONSTR_UNIQUE')) {
    complaints.push(['long-lock', `ADD COLUMN ${colname} builds an index`])
  }
  return complaints
}

/** PostgreSQL keeps a constant, or what is the same for the whole transaction, once; all else it writes into each row. */
function isConstant(value: Node): boolean {
  if ('TypeCast' in value) return value.TypeCast.arg !== undefined && isConstant(value.TypeCast.arg)
  if ('FuncCall' in value)
    return JSON.stringify(value.FuncCall.funcname) === JSON.stringify([{ String: { sval: 'now' } }])
  return 'A_Const' in value || 'SQLValueFunction' in value
}

function judgeNewConstraint({ conname, contype, skip_validation: notValid, indexname }: Constraint): Complaint[] {
  const what = `ADD CONSTRAINT ${conname ?? wordsOf(contype)}`
  const complaints: Complaint[] = [['stricter', what]]
  if (!notValid && !indexname) complaints.push(['long-lock', `${what} without NOT VALID or USING INDEX`])
  return complaints
}

function wordsOf(constant: string | undefined): string {
  return (constant ?? '').replace(/^[A-Z]+_/, '').replaceAll('_', ' ')
}
