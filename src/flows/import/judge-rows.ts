/** What becomes of each row of an import, given who is there. */
import type { Row, RowFault } from './read-row.ts'

interface State {
  /** The names, among those that the rows give, of roles that exist. */
  roles: Set<string>
  /** Users who have one of the rows' ids or e-mail keys. */
  users: Row[]
  /** Ids, among the rows', of users who were deleted here. */
  deleted: Set<number>
}

export type Verdict = { line: number; row: Row } & (
  | { outcome: 'created' }
  | { outcome: 'unchanged'; differs?: string[] }
  | { outcome: 'refused'; errors: RowFault[] }
)

/** Judges the rows in their order: a row that is created counts as there for those after it. */
export function judgeRows(rows: { line: number; row: Row }[], state: State): Verdict[] {
  const byId = new Map(state.users.map((user) => [user.id, user]))
  const byEmail = new Map(state.users.map((user) => [user.email_key, user]))
  return rows.map(({ line, row }): Verdict => {
    const present = byId.get(row.id)
    if (present?.email_key === row.email_key) {
      const differs = differences(row, present)
      return { line, row, outcome: 'unchanged', ...(differs.length > 0 && { differs }) }
    }
    const errors = [...clashes(row, present, byEmail.get(row.email_key)), ...unknownRoles(row, state.roles)]
    if (state.deleted.has(row.id)) errors.push({ path: '/id', message: 'belongs to a user who was deleted here' })
    if (errors.length > 0) return { line, row, outcome: 'refused', errors }
    byId.set(row.id, row)
    byEmail.set(row.email_key, row)
    return { line, row, outcome: 'created' }
  })
}

function clashes(row: Row, sameId: Row | undefined, sameEmail: Row | undefined): RowFault[] {
  const errors: RowFault[] = []
  if (sameId) errors.push({ path: '/id', message: 'belongs to a user with another e-mail address' })
  if (sameEmail && sameEmail.id !== row.id) {
    errors.push({ path: '/email', message: `belongs to the user with the id ${sameEmail.id}` })
  }
  return errors
}

function unknownRoles(row: Row, known: Set<string>): RowFault[] {
  return row.roles
    .filter((name) => !known.has(name))
    .map((name) => ({ path: '/roles', message: `there is no role "${name}"; create it first` }))
}

const COMPARED = [
  'email',
  'first_name',
  'last_name',
  'phone',
  'locale',
  'active',
  'roles',
  'password_hash',
  'totp_secret',
  'login_count',
  'last_login_at',
  'created_at',
] as const

/** The fields in which the user is not, or no longer, as the row says. */
function differences(row: Row, user: Row): string[] {
  const given = COMPARED.filter((name) => name !== 'created_at' || row.created_at !== null)
  return given.filter((name) => JSON.stringify(row[name]) !== JSON.stringify(user[name])).map((name) => `/${name}`)
}
