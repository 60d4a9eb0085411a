import type { Deps } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { ADMIN_PERMISSION, ADMIN_ROLE, allows, covers, type OwnPermission } from '../../policy/permissions.ts'
import { lockInTransaction, type OpenTransaction } from '../../store/database.ts'
import type { Actor } from '../../store/events.ts'
import { deleteLinks } from '../../store/links.ts'
import { endSessions } from '../../store/sessions.ts'
import { findStandingSession } from '../../store/standing-sessions.ts'
import { deleteSteps } from '../../store/steps.ts'
import { hasOtherAdmin, lockUser, type UserRecord } from '../../store/users.ts'
import { findStandingApiKey } from './check-api-key.ts'
import { apiKeyActor, type EventReport, userActor } from './record-event.ts'
import type { ApiKeyBearer, SessionBearer } from './sign-in.ts'
import { transact } from './transact.ts'

/** On whose authority an administrator's act is done: a signed-in user's, a service's, or the operator's at the command line. */
export type Authority = SessionBearer | ApiKeyBearer | CommandLine

export interface CommandLine {
  kind: 'cli'
  /** The operator's name on that machine. */
  operator: string
}

/** Who acts, as of this moment. */
export interface Caller {
  actor: Actor
  /** Whose account counts as their own: a service's is that of whoever holds its secret. Undefined for the command line. */
  userId: number | undefined
  permissions: readonly string[]
}

export interface UserAct {
  authority: Authority
  targetId: number
  permission: OwnPermission
  /** Refused on oneself. */
  notOnOneself?: boolean
  /** Could leave the service without an administrator; such acts wait for each other. */
  mayRemoveAdmin?: boolean
}

export interface ActContext {
  caller: Caller
  /** As locked. */
  target: UserRecord
  now: Date
}

/**
 * Runs an administrator's act on a user in one transaction, on the state of this moment: the caller still holds the
 * permission, the target is locked, and nobody acts on someone who has more than they have.
 * @throws Refusal `not_found`, `own_account`, `permission_required`, `forbidden`, or what the act returns.
 */
export function actOnUser<T>(
  deps: Deps,
  act: UserAct,
  work: (tx: OpenTransaction, context: ActContext) => Promise<T | Refusal>,
): Promise<T> {
  return transact(deps.db, async (tx) => {
    const now = deps.clock.now()
    if (act.mayRemoveAdmin) await lockInTransaction(tx, 'administrators')
    const target = await lockUser(tx, act.targetId)
    const caller = await requireCaller(tx, act.authority, act.permission, now)
    if (caller instanceof Refusal) return caller
    if (!target) return new Refusal('not_found')
    if (act.notOnOneself && target.id === caller.userId) return new Refusal('own_account')
    if (!covers(caller.permissions, target.permissions)) return new Refusal('forbidden')
    return work(tx, { caller, target, now })
  })
}

/**
 * The caller as of this moment, who may have been signed out, revoked or lost the permission since the call was let in.
 */
export async function requireCaller(
  tx: OpenTransaction,
  authority: Authority,
  permission: OwnPermission,
  now: Date,
): Promise<Caller | Refusal> {
  if (authority.kind === 'cli') {
    return { actor: actorOf(authority), userId: undefined, permissions: [ADMIN_PERMISSION] }
  }
  const caller =
    authority.kind === 'api_key' ? await findService(tx, authority, now) : await findPerson(tx, authority, now)
  if (caller instanceof Refusal || allows(caller.permissions, permission)) return caller
  return new Refusal('permission_required', { permission })
}

async function findPerson(tx: OpenTransaction, { session }: SessionBearer, now: Date): Promise<Caller | Refusal> {
  const standing = await findStandingSession(tx, session.id, now)
  if (!standing) return new Refusal('session_ended')
  const { id, permissions } = standing.user
  return { actor: userActor(id), userId: id, permissions }
}

async function findService(tx: OpenTransaction, bearer: ApiKeyBearer, now: Date): Promise<Caller | Refusal> {
  const standing = await findStandingApiKey(tx, bearer.key, bearer.narrowedTo, now)
  if (!standing) return new Refusal('api_key_invalid')
  return { actor: actorOf(bearer), userId: standing.key.issued_by, permissions: standing.permissions }
}

/** Who the log of events says it was. */
export function actorOf(authority: Authority): Actor {
  if (authority.kind === 'cli') return { kind: 'cli', id: authority.operator }
  return authority.kind === 'api_key' ? apiKeyActor(authority.key.id) : userActor(authority.user.id)
}

/** A refusal when this user is the last active administrator with a password of their own. */
export async function refuseWithoutOtherAdmin(tx: OpenTransaction, target: UserRecord): Promise<Refusal | undefined> {
  const counts = target.active && target.password_state === 'set' && target.roles.includes(ADMIN_ROLE)
  return counts && !(await hasOtherAdmin(tx, target.id)) ? new Refusal('last_admin') : undefined
}

/**
 * Sessions, steps and links: nothing that stood on the old credentials goes on.
 * @returns the ids of the sessions that ended.
 */
export async function endEverything(tx: OpenTransaction, userId: number, now: Date): Promise<string[]> {
  await deleteSteps(tx, userId)
  await deleteLinks(tx, userId)
  return endSessions(tx, userId, now)
}

/** The report of an administrator's act on a user. */
export function adminAct(
  type: EventReport['type'],
  { caller, target }: Pick<ActContext, 'caller' | 'target'>,
  details: Record<string, unknown> = {},
  endedSessions: string[] = [],
): EventReport {
  return { type, outcome: 'success', actor: caller.actor, subjectId: target.id, details, endedSessions }
}
