/** Sessions together with whose they are: what most calls ask, in one statement each. */
import { type Compilable, sql } from 'kysely'
import type { Database } from './database.ts'
import { type Held, heldBy, unfold } from './held-roles.ts'
import { type TokenSession, tokenColumns } from './sessions.ts'
import { inPlace, padded, shared } from './shared.ts'
import { statement } from './statement.ts'
import { findUser, profileColumns, type UserProfile } from './users.ts'

export interface SessionOfUser {
  session: TokenSession
  user: UserProfile
}

export interface StandingSession extends SessionOfUser {
  /** Who acts as the user. */
  impersonator: UserProfile | undefined
}

type Profile = Omit<UserProfile, 'roles' | 'permissions'>

/** A session's columns, and its user's with a prefix: some have the same names. */
type Row = TokenSession & { [Name in keyof Profile as `owner_${Name}`]: Profile[Name] } & { held: Held }

const ofSession = tokenColumns.map((column) => column.slice('sessions.'.length) as keyof TokenSession)
const ofUser = profileColumns.map((column) => column.slice('users.'.length) as keyof Profile)
const prefixed = ofUser.map((name) => `users.${name} as owner_${name}` as const)

const findAll = statement<{ ids: (string | undefined)[] }, Row>((db, value) => {
  const query = db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(tokenColumns)
    .select(prefixed)
    .select(heldBy)
    .where(sql<boolean>`sessions.id = any (${value('ids')}::uuid[])`)
    .where('users.active', '=', true)
  return query as unknown as Compilable<Row>
})

/** Of active users; expired ones among them. */
const find = shared(async (db, ids: readonly string[]) => inPlace(ids, await findAll(db, { ids: padded(ids, ids[0]) })))

/** A standing session with its user; undefined when it has ended, has expired or someone in it is inactive. */
export async function findStandingSession(db: Database, id: string, now: Date): Promise<StandingSession | undefined> {
  const row = await find(db, id)
  if (!row || row.expires_at <= now) return undefined
  const found = split(row)
  if (row.impersonated_by === null) return { ...found, impersonator: undefined }
  const impersonator = await findUser(db, row.impersonated_by)
  return impersonator?.active ? { ...found, impersonator } : undefined
}

export interface Rotation {
  id: string
  /** The one that the caller has presented. */
  generation: number
  /** Asked when the statement is sent: the question may have waited for others. */
  terms: () => RotationTerms
}

interface RotationTerms {
  /** Sessions that rotated later than this do not rotate yet. */
  rotatedBefore: Date
  now: Date
  /** When the session ends unless it is used again, where it has no absolute limit before that. */
  idleLimit: Date
  /** The key that derives the next refresh token. */
  keyId: string
}

type Presented = { ids: (string | null)[]; generations: (number | null)[] }

const rotateAll = statement<RotationTerms & Presented, Row>((db, value) => {
  const given = sql<{
    id: string
    generation: number
  }>`unnest(${value('ids')}::uuid[], ${value('generations')}::integer[])`
  const query = db
    .with('due', (qb) =>
      qb
        .selectFrom(given.as<'given'>(sql`given (id, generation)`))
        .innerJoin('sessions', (join) =>
          join.onRef('sessions.id', '=', 'given.id').onRef('sessions.generation', '=', 'given.generation'),
        )
        .innerJoin('users', 'users.id', 'sessions.user_id')
        .select('sessions.id')
        .where('sessions.rotated_at', '<=', value('rotatedBefore'))
        .where('sessions.expires_at', '>', value('now'))
        .where('sessions.impersonated_by', 'is', null)
        .where('users.active', '=', true)
        .where((eb) =>
          eb.or([
            sql<boolean>`'mfa' = any (factors)`,
            sql<boolean>`not exists (select from policy where two_factor_required_for_all or two_factor_required_roles <> '{}')`,
          ]),
        )
        .forNoKeyUpdate('sessions')
        .skipLocked(),
    )
    .updateTable('sessions')
    .from(['due', 'users'])
    .set({
      generation: sql`sessions.generation + 1`,
      rotated_at: value('now'),
      last_used_at: value('now'),
      expires_at: sql`case when remember_me then absolute_limit_at else least(absolute_limit_at, ${value('idleLimit')}) end`,
      token_key_id: value('keyId'),
    })
    .whereRef('sessions.id', '=', 'due.id')
    .whereRef('users.id', '=', 'sessions.user_id')
    .returning(tokenColumns)
    .returning(prefixed)
    .returning((eb) => heldBy(eb as never))
  return query as unknown as Compilable<Row>
})

const rotate = shared(async (db, rotations: readonly Rotation[]) => {
  const presented = padded<Partial<Rotation>>(rotations, {})
  const ids = presented.map(({ id = null }) => id)
  const generations = presented.map(({ generation = null }) => generation)
  const { terms } = rotations[0] as Rotation
  const rows = await rotateAll(db, { ...terms(), ids, generations })
  const rotated = new Map(rows.map((row) => [`${row.id} ${row.generation - 1}`, row]))
  return rotations.map(({ id, generation }) => {
    const key = `${id} ${generation}`
    const row = rotated.get(key)
    rotated.delete(key)
    return row
  })
})

/**
 * The plain case of a refresh in one statement, which refreshes at the same moment share: the current token of a session
 * that may rotate, whose user is active, and of which no second factor can be demanded. Decides nothing else. A session
 * that someone else has locked is left alone, not waited for: so two such statements cannot hold each other up, and one
 * session holds up no other. Of a token that is presented twice, one is exchanged.
 * @returns the session as it is now; undefined in every other case, with nothing changed.
 */
export async function rotateSession(db: Database, rotation: Rotation): Promise<SessionOfUser | undefined> {
  const row = await rotate(db, rotation)
  return row && split(row)
}

function split(row: Row): SessionOfUser {
  const session: Record<string, unknown> = {}
  for (const name of ofSession) session[name] = row[name]
  const user: Record<string, unknown> = unfold(row.held)
  for (const name of ofUser) user[name] = row[`owner_${name}`]
  return { session: session as unknown as TokenSession, user: user as unknown as UserProfile }
}
