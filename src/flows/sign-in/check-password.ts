import { lookupHash } from '../../crypto/lookup-hash.ts'
import type { Deps, Source } from '../../deps.ts'
import { Refusal, type RefusalCode } from '../../errors.ts'
import { emailKey } from '../../policy/email-key.ts'
import { lifetimes, secondsAfter } from '../../policy/lifetimes.ts'
import { normalisePassword, PASSWORD_INPUT_LIMIT } from '../../policy/passwords.ts'
import { FACTORS } from '../../policy/two-factor.ts'
import { lockInTransaction, type OpenTransaction } from '../../store/database.ts'
import type { TokenDelivery } from '../../store/tables.ts'
import {
  findUserByEmailKey,
  lockUser,
  markTemporaryPasswordUsed,
  rehashPassword,
  type UserRecord,
} from '../../store/users.ts'
import { advanceSignIn } from '../shared/advance-sign-in.ts'
import { type Counter, findThrottle, forgetFailures, recordFailure } from '../shared/attempts.ts'
import { describeProgress } from '../shared/issue-tokens.ts'
import { ANONYMOUS, type EventReport, recordEvent } from '../shared/record-event.ts'
import type { Outcome, Progress } from '../shared/sign-in.ts'
import { transact } from '../shared/transact.ts'

export interface Credentials {
  email: string
  password: string
  rememberMe: boolean
  delivery: TokenDelivery
}

/** One sign-in attempt: what was sent, whom it names, and what counts its failures. */
interface Attempt {
  credentials: Credentials
  /** The account's key; for what cannot be an address, the text itself. */
  account: string
  user: UserRecord | undefined
  counters: Counter[]
  source: Source
}

/**
 * The first step of every sign-in. An unknown account costs the same work and gives the same answer as a wrong password.
 * @throws Refusal `invalid_credentials`, `account_inactive` (only after the right password), `too_many_attempts`.
 */
export async function checkPassword(deps: Deps, credentials: Credentials, source: Source): Promise<Outcome> {
  const key = emailKey(credentials.email)
  const account = key ?? credentials.email.slice(0, 1024)
  const user = key === undefined ? undefined : await findUserByEmailKey(deps.db, key)
  const counters: Counter[] = [
    { kind: 'signInAccount', id: account, ...(user && { userId: user.id }) },
    { kind: 'signInSource', id: source.network },
  ]
  const attempt: Attempt = { credentials, account, user, counters, source }
  const throttled = await findThrottle(deps.db, deps, counters, source, deps.clock.now(), about(deps, attempt))
  if (throttled) throw throttled

  const right = await isRightPassword(deps, user, credentials.password)
  const newHash =
    right && user?.password_hash && deps.hasher.isOutdated(user.password_hash)
      ? await deps.hasher.hash(normalisePassword(credentials.password))
      : undefined

  const judged = await transact(deps.db, (tx) => judge(tx, deps, attempt, right, newHash))
  // The account changed while the password was being hashed: what was found out about it no longer counts.
  if (judged === 'changed') return checkPassword(deps, credentials, source)
  return describeProgress(deps, judged.progress, judged.now)
}

async function isRightPassword(deps: Deps, user: UserRecord | undefined, password: string): Promise<boolean> {
  if (password.length > PASSWORD_INPUT_LIMIT) return false
  return deps.hasher.verify(user?.password_hash, normalisePassword(password))
}

async function judge(
  tx: OpenTransaction,
  deps: Deps,
  attempt: Attempt,
  right: boolean,
  newHash: string | undefined,
): Promise<{ progress: Progress; now: Date } | Refusal | 'changed'> {
  const now = deps.clock.now()
  const user = await lockAccount(tx, attempt)
  if (user?.credentials_version !== attempt.user?.credentials_version) return 'changed'
  const throttled = await findThrottle(tx, deps, attempt.counters, attempt.source, now, about(deps, attempt))
  if (throttled) return throttled

  if (!user || !right || isDeadTemporaryPassword(user, now)) {
    await recordFailure(tx, deps, attempt.counters, now)
    return refuse(tx, deps, attempt, 'invalid_credentials', now)
  }
  if (!user.active) return refuse(tx, deps, attempt, 'account_inactive', now)

  await forgetFailures(
    tx,
    deps,
    attempt.counters.filter((counter) => counter.kind === 'signInAccount'),
  )
  if (newHash && user.password_hash) await rehashPassword(tx, user.id, user.password_hash, newHash)
  if (user.password_state === 'temporary') {
    await markTemporaryPasswordUsed(tx, user.id, now, secondsAfter(now, lifetimes.temporaryPassword.afterFirstUse))
  }
  const { rememberMe, delivery } = attempt.credentials
  const signIn = { factors: FACTORS.password, rememberMe, delivery, authTime: now }
  return { progress: await advanceSignIn(tx, deps, user.id, signIn, attempt.source, now), now }
}

/** Attempts on one account are judged one after another, also on one that does not exist. */
async function lockAccount(tx: OpenTransaction, attempt: Attempt): Promise<UserRecord | undefined> {
  if (attempt.user) return lockUser(tx, attempt.user.id)
  // Escaped, because what cannot be an address may hold a NUL, which PostgreSQL does not take.
  await lockInTransaction(tx, `sign-in:${JSON.stringify(attempt.account)}`)
  return undefined
}

async function refuse(
  tx: OpenTransaction,
  deps: Deps,
  attempt: Attempt,
  code: Extract<RefusalCode, 'invalid_credentials' | 'account_inactive'>,
  now: Date,
): Promise<Refusal> {
  const { details, ...subject } = about(deps, attempt)
  const failure = { type: 'sign_in', outcome: 'failure', actor: ANONYMOUS, ...subject } as const
  await recordEvent(tx, { ...failure, details: { reason: code, ...details } }, attempt.source, now)
  return new Refusal(code)
}

/** Whom an event of this attempt is about; an unknown address only as a keyed hash. */
function about(deps: Deps, { user, account }: Attempt): Pick<EventReport, 'subjectId' | 'details'> {
  if (user) return { subjectId: user.id }
  return { details: { unknown_email: lookupHash(deps.keys.lookupKey, 'email', account).toString('base64url') } }
}

function isDeadTemporaryPassword(user: UserRecord, now: Date): boolean {
  return (
    user.password_state === 'temporary' &&
    user.temporary_password_expires_at !== null &&
    user.temporary_password_expires_at <= now
  )
}
