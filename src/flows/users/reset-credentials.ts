import { newTemporaryPassword } from '../../crypto/temporary-password.ts'
import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { lifetimes, secondsAfter } from '../../policy/lifetimes.ts'
import { deleteCodes } from '../../store/backup-codes.ts'
import { clearEnrolment, setPassword, type UserRecord } from '../../store/users.ts'
import { type Authority, actOnUser, adminAct, endEverything, refuseWithoutOtherAdmin } from '../shared/act-on-user.ts'
import { forgetFailures, releasePassword, releaseUser, userCounter } from '../shared/attempts.ts'
import { queueNotice } from '../shared/queue-notice.ts'
import { recordEvent } from '../shared/record-event.ts'

export interface TemporaryPassword {
  user: UserRecord
  /** Shown once. */
  password: string
  expiresAt: Date
}

/**
 * Replaces a user's password by a temporary one, which opens nothing but its own change. Ends all sessions, steps and
 * links. Known devices stay known: they open nothing, and let the owner in while strangers go on guessing.
 * @throws Refusal `own_account`, `last_admin`, `forbidden`, `not_found`.
 */
export async function resetUserPassword(
  deps: Deps,
  authority: Authority,
  targetId: number,
  reason: string | undefined,
  source: Source,
): Promise<TemporaryPassword> {
  const password = newTemporaryPassword()
  const hash = await deps.hasher.hash(password)
  const act = {
    authority,
    targetId,
    permission: 'reset_user_password',
    notOnOneself: true,
    mayRemoveAdmin: true,
  } as const
  return actOnUser(deps, act, async (tx, context) => {
    const { target, now } = context
    // Whoever has the command line can make another administrator; anybody else would be locked out with this one.
    const lastAdmin = authority.kind === 'cli' ? undefined : await refuseWithoutOtherAdmin(tx, target)
    if (lastAdmin) return lastAdmin
    const expiresAt = secondsAfter(now, lifetimes.temporaryPassword.unused)
    await setPassword(tx, target.id, hash, 'temporary', expiresAt)
    const endedSessions = await endEverything(tx, target.id, now)
    await releasePassword(tx, deps, target.id)
    await recordEvent(tx, adminAct('temporary_password_set', context, { reason }, endedSessions), source, now)
    await queueNotice(tx, deps, target, 'temporary_password', undefined, now)
    return { user: target, password, expiresAt }
  })
}

/**
 * Switches a user's second factor off, for someone who has lost it. Ends all sessions and steps.
 * @throws Refusal `two_factor_not_enabled`, `own_account`, `forbidden`, `not_found`.
 */
export async function resetUserTwoFactor(
  deps: Deps,
  authority: Authority,
  targetId: number,
  reason: string | undefined,
  source: Source,
): Promise<UserRecord> {
  const act = { authority, targetId, permission: 'reset_user_2fa', notOnOneself: true } as const
  return actOnUser(deps, act, async (tx, context) => {
    const { target, now } = context
    if (target.totp_secret === null) return new Refusal('two_factor_not_enabled')
    await clearEnrolment(tx, target.id)
    await deleteCodes(tx, target.id)
    const endedSessions = await endEverything(tx, target.id, now)
    await forgetFailures(tx, deps, [userCounter('secondFactor', target.id)])
    await recordEvent(tx, adminAct('two_factor_reset', context, { reason }, endedSessions), source, now)
    await queueNotice(tx, deps, target, 'two_factor_reset', undefined, now)
    return target
  })
}

/**
 * Lifts every wait and lock that failed attempts have put on an account. Not on one's own: they are there against whoever
 * holds a stolen session, too.
 * @throws Refusal `own_account`, `forbidden`, `not_found`.
 */
export async function unlockUser(
  deps: Deps,
  authority: Authority,
  targetId: number,
  reason: string | undefined,
  source: Source,
): Promise<UserRecord> {
  const act = { authority, targetId, permission: 'edit_user', notOnOneself: true } as const
  return actOnUser(deps, act, async (tx, context) => {
    await releaseUser(tx, deps, context.target.id)
    await recordEvent(tx, adminAct('account_unlocked', context, { reason }), source, context.now)
    return context.target
  })
}
