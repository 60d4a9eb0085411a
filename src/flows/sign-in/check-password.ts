import { lookupHash } from '../../crypto/lookup-hash.ts'
import { randomTokenId, readToken, writeToken } from '../../crypto/opaque-token.ts'
import type { Deps, Source } from '../../deps.ts'
import { Refusal, type RefusalCode } from '../../errors.ts'
import { emailKey } from '../../policy/email-key.ts'
import { lifetimes, secondsAfter } from '../../policy/lifetimes.ts'
import { normalisePassword, PASSWORD_INPUT_LIMIT, passwordForms } from '../../policy/passwords.ts'
import { FACTORS } from '../../policy/two-factor.ts'
import { type AccountRecord, findAccount, lockAccount } from '../../store/accounts.ts'
import { lockInTransaction, type OpenTransaction, together, type Within } from '../../store/database.ts'
import { findDeviceLike } from '../../store/devices.ts'
import { readTwoFactorPolicy } from '../../store/policy.ts'
import type { TokenDelivery } from '../../store/tables.ts'
import { findUser, markTemporaryPasswordUsed, rehashPassword, type UserRecord } from '../../store/users.ts'
import { advanceSignIn } from '../shared/advance-sign-in.ts'
import {
  accountCounter,
  type Counter,
  findCounts,
  findThrottle,
  forgetFailures,
  recordFailure,
  throttle,
} from '../shared/attempts.ts'
import { describeProgress } from '../shared/issue-tokens.ts'
import { ANONYMOUS, type EventReport, recordEvent } from '../shared/record-event.ts'
import type { Outcome, Progress } from '../shared/sign-in.ts'
import { transact } from '../shared/transact.ts'

export interface Credentials {
  email: string
  password: string
  rememberMe: boolean
  delivery: TokenDelivery
  /** What the device cookie holds: one token for each account that this browser has signed in to. */
  deviceTokens: string[]
}

/** A right password: how far the sign-in has come, and the token by which this browser is known again. */
export interface PasswordChecked {
  outcome: Outcome
  deviceToken: string
}

/** One sign-in attempt: what was sent, whom it names, and what counts its failures. */
interface Attempt {
  credentials: Credentials
  /** The account's key; for what cannot be an address, the text itself. */
  account: string
  user: AccountRecord | undefined
  /** The browser's id, where it has signed in to this account before. */
  device: string | undefined
  counters: Counter[]
  source: Source
}

/**
 * The first step of every sign-in. An unknown account costs the same work and gives the same answer as a wrong password.
 * A browser that has signed in to the account before is judged by its own failures alone, so that a stranger's hold up
 * strangers only.
 * @throws Refusal `invalid_credentials`, `account_inactive` (only after the right password), `too_many_attempts`,
 *   `account_locked`, `overloaded`.
 */
export async function checkPassword(deps: Deps, credentials: Credentials, source: Source): Promise<PasswordChecked> {
  for (;;) {
    const attempt = await deps.hasher.admit(() => beginAttempt(deps, credentials, source))
    const judged = await hashAndJudge(deps, attempt)
    // The account changed while the password was being hashed: what was found out about it no longer counts.
    if (judged === 'changed') continue
    const { progress, deviceId, now } = judged
    const deviceToken = writeToken(deps.keys.ring, 'device', deviceId)
    return { outcome: await describeProgress(deps, progress, now), deviceToken }
  }
}

async function beginAttempt(deps: Deps, credentials: Credentials, source: Source): Promise<Attempt> {
  const key = emailKey(credentials.email)
  const account = key ?? credentials.email.slice(0, 1024)
  const devices = credentials.deviceTokens
    .map((token) => readToken(deps.keys.ring, 'device', token)?.id)
    .filter((id) => id !== undefined)
  const nobody = { account: undefined, device: undefined }
  const { account: user, device } = key === undefined ? nobody : await findAccount(deps.db, key, devices)
  const counters: Counter[] =
    user && device
      ? [{ kind: 'signInDevice', id: device, userId: user.id, deviceId: device }]
      : [accountCounter('signInAccount', account, user), { kind: 'signInSource', id: source.network }]
  const attempt = { credentials, account, user, device, counters, source }
  await refuseUnheard(deps, attempt)
  return attempt
}

/** @throws Refusal `too_many_attempts` or `account_locked` when the try is not to be heard. */
async function refuseUnheard(deps: Deps, attempt: Attempt): Promise<void> {
  const { counters, source } = attempt
  const counts = await findThrottle(deps.db, deps, counters, source, deps.clock.now(), about(deps, attempt))
  if (counts instanceof Refusal) throw counts
}

async function hashAndJudge(deps: Deps, attempt: Attempt): Promise<Judgement | 'changed'> {
  const { user, device, account, source } = attempt
  const { password } = attempt.credentials
  const lines = device ? { account: `device:${device}` } : { account: `email:${account}`, source: source.network }
  return deps.hasher.inTurn(lines, async (hasWaited) => {
    if (hasWaited) await refuseUnheard(deps, attempt)
    const right = await isRightPassword(deps, user, password)
    const newHash =
      right && user?.password_hash && deps.hasher.isToBeReplaced(user.password_hash, password)
        ? await deps.hasher.hash(normalisePassword(password))
        : undefined
    return transact(deps.db, (tx) => judge(tx, deps, attempt, right, newHash))
  })
}

interface Judgement {
  progress: Progress
  deviceId: string
  now: Date
}

async function isRightPassword(deps: Deps, user: AccountRecord | undefined, password: string): Promise<boolean> {
  if (password.length > PASSWORD_INPUT_LIMIT) return false
  return deps.hasher.verify(user?.password_hash, passwordForms(password))
}

async function judge(
  tx: OpenTransaction,
  deps: Deps,
  attempt: Attempt,
  right: boolean,
  newHash: string | undefined,
): Promise<Judgement | Refusal | 'changed'> {
  const now = deps.clock.now()
  const [unchanged, counts] = await together(tx, (line) => [
    lockUnchanged(line, attempt),
    findCounts(line, deps, attempt.counters, now),
  ])
  if (!unchanged) return 'changed'
  const refusal = await throttle(tx, deps, attempt.counters, counts, attempt.source, now, about(deps, attempt))
  if (refusal) return refusal

  // Only with the right password, and where it is heard: with a wrong one an account costs as many questions as an unknown
  // address, and one that is held up costs the same with either.
  const proven = right ? attempt.user : undefined
  const [user, policy] = proven
    ? await together(tx, (line) => [findUser(line, proven.id), readTwoFactorPolicy(line)])
    : []
  if (!user || isDeadTemporaryPassword(user, now)) {
    await recordFailure(tx, deps, attempt.counters, attempt.source, now, about(deps, attempt))
    return refuse(tx, deps, attempt, 'invalid_credentials', now)
  }
  if (!user.active) return refuse(tx, deps, attempt, 'account_inactive', now)

  const ownCounters = attempt.counters.filter((counter) => counter.kind !== 'signInSource')
  await forgetFailures(tx, deps, ownCounters, counts)
  if (newHash && user.password_hash) await rehashPassword(tx, user.id, user.password_hash, newHash)
  if (user.password_state === 'temporary') {
    await markTemporaryPasswordUsed(tx, user.id, now, secondsAfter(now, lifetimes.temporaryPassword.afterFirstUse))
  }
  const { rememberMe, delivery } = attempt.credentials
  const deviceId = attempt.device ?? (await deviceFor(tx, user, attempt.source))
  const signIn = { factors: FACTORS.password, rememberMe, delivery, authTime: now, deviceId }
  return { progress: await advanceSignIn(tx, deps, { user, signIn, policy }, attempt.source, now), deviceId, now }
}

/**
 * The id under which this browser becomes known when the sign-in is finished. The same program on the same network is
 * taken for the same device: clients that keep no cookies would otherwise be a new one each time.
 */
async function deviceFor(tx: OpenTransaction, user: UserRecord, { userAgent, network }: Source): Promise<string> {
  return (await findDeviceLike(tx, user.id, userAgent, network)) ?? randomTokenId()
}

/**
 * Attempts on one account are judged one after another, also on one that does not exist.
 * @returns false when its credentials have changed since the attempt began, or it knows the device no more.
 */
async function lockUnchanged(tx: Within, { user, device, account }: Attempt): Promise<boolean> {
  if (!user) {
    // Escaped, because what cannot be an address may hold a NUL, which PostgreSQL does not take.
    await lockInTransaction(tx, `sign-in:${JSON.stringify(account)}`)
    return true
  }
  const locked = await lockAccount(tx, user.id, device)
  return locked?.version === user.credentials_version && (device === undefined || locked.holds)
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
