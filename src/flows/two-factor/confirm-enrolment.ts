import { matchTotpStep, openEnrolment } from '../../crypto/totp.ts'
import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { FACTORS } from '../../policy/two-factor.ts'
import { activatePendingCodes } from '../../store/backup-codes.ts'
import type { OpenTransaction } from '../../store/database.ts'
import { endSessions, setSessionFactors } from '../../store/sessions.ts'
import { deleteSteps } from '../../store/steps.ts'
import { readUser, confirmEnrolment as storeConfirmedEnrolment } from '../../store/users.ts'
import { advanceSignIn } from '../shared/advance-sign-in.ts'
import { checkCode } from '../shared/check-code.ts'
import { describeProgress } from '../shared/issue-tokens.ts'
import { lockBearer } from '../shared/lock-bearer.ts'
import { queueNotice } from '../shared/queue-notice.ts'
import { ownAct, recordEvent } from '../shared/record-event.ts'
import { type Bearer, type Outcome, type Progress, signInOf } from '../shared/sign-in.ts'
import { transact } from '../shared/transact.ts'
import { requireOwn } from './require-own.ts'

/**
 * Switches two-factor authentication on: a code proves that the authenticator has the secret. All other sessions end;
 * this one, or this sign-in, has proven the second factor from here on.
 * @returns the next outcome of the sign-in for a step token; undefined for an access token.
 * @throws Refusal `two_factor_not_pending`, `invalid_code`, `too_many_attempts`, `forbidden`.
 */
export async function confirmEnrolment(
  deps: Deps,
  bearer: Bearer,
  input: { userId: number; code: string },
  source: Source,
): Promise<Outcome | undefined> {
  requireOwn(bearer, input.userId)
  const { progress, now } = await transact(deps.db, async (tx) => {
    const now = deps.clock.now()
    const user = await lockBearer(tx, bearer, now)
    if (user instanceof Refusal) return user
    const sealed = user.totp_pending
    if (sealed === null) return new Refusal('two_factor_not_pending')

    const { totpSecret } = openEnrolment(deps.keys.ring, user.id, sealed)
    const check = { bearer, user, code: input.code, status: 400 } as const
    const step = await checkCode(tx, deps, check, source, now, async (code) =>
      matchTotpStep(totpSecret, code, now, null, deps.config.totpTolerance),
    )
    if (step instanceof Refusal) return step

    await storeConfirmedEnrolment(tx, user.id, sealed, step)
    await activatePendingCodes(tx, user.id)
    const endedSessions = await endOthers(tx, bearer, now)
    await recordEvent(tx, ownAct('two_factor_enabled', user.id, { endedSessions }), source, now)
    await queueNotice(tx, deps, user, 'two_factor_enabled', source, now)
    return { progress: await goOn(tx, deps, bearer, source, now), now }
  })
  return progress && describeProgress(deps, progress, now)
}

/** Ends everything that stood before the second factor, except what just proved it. */
async function endOthers(tx: OpenTransaction, bearer: Bearer, now: Date): Promise<string[]> {
  await deleteSteps(tx, bearer.user.id)
  return endSessions(tx, bearer.user.id, now, bearer.kind === 'session' ? bearer.session.id : undefined)
}

/** What proved the second factor has proven it from here on. */
async function goOn(
  tx: OpenTransaction,
  deps: Deps,
  bearer: Bearer,
  source: Source,
  now: Date,
): Promise<Progress | undefined> {
  if (bearer.kind === 'session') {
    await setSessionFactors(tx, bearer.session.id, [...FACTORS.passwordAndSecond])
    return undefined
  }
  const signIn = { ...signInOf(bearer.step), factors: FACTORS.passwordAndSecond }
  return advanceSignIn(tx, deps, { user: await readUser(tx, bearer.user.id), signIn }, source, now)
}
