import { hashBackupCode, newBackupCodes } from '../../crypto/backup-codes.ts'
import { openEnrolment } from '../../crypto/totp.ts'
import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { lifetimes, secondsAfter } from '../../policy/lifetimes.ts'
import { replaceActiveCodes } from '../../store/backup-codes.ts'
import type { OpenTransaction } from '../../store/database.ts'
import type { UserRecord } from '../../store/users.ts'
import { withConfirmedPassword } from '../shared/confirm-password.ts'
import { lockBearer } from '../shared/lock-bearer.ts'
import { queueNotice } from '../shared/queue-notice.ts'
import { ownAct, recordEvent } from '../shared/record-event.ts'
import type { SessionBearer } from '../shared/sign-in.ts'
import { transact } from '../shared/transact.ts'
import { requireOwn } from './require-own.ts'

/**
 * Makes eight new backup codes; all old ones are dead.
 * @param input.password needed when the user signed in more than `lifetimes.recentSignIn` ago.
 * @throws Refusal `two_factor_not_enabled`, `reauthentication_required`, `wrong_password`, `too_many_attempts`, `forbidden`.
 */
export async function regenerateBackupCodes(
  deps: Deps,
  bearer: SessionBearer,
  input: { userId: number; password: string | undefined },
  source: Source,
): Promise<string[]> {
  requireOwn(bearer, input.userId)
  const regenerate = async (tx: OpenTransaction, user: UserRecord, now: Date): Promise<string[] | Refusal> => {
    if (user.totp_secret === null) return new Refusal('two_factor_not_enabled')
    const { backupCodeKey } = openEnrolment(deps.keys.ring, user.id, user.totp_secret)
    const codes = newBackupCodes()
    await replaceActiveCodes(
      tx,
      user.id,
      codes.map((code) => hashBackupCode(backupCodeKey, code)),
    )
    await recordEvent(tx, ownAct('backup_codes_regenerated', user.id), source, now)
    await queueNotice(tx, deps, user, 'backup_codes_regenerated', source, now)
    return codes
  }
  if (input.password !== undefined) return withConfirmedPassword(deps, bearer, input.password, source, regenerate)

  return transact(deps.db, async (tx) => {
    const now = deps.clock.now()
    const user = await lockBearer(tx, bearer, now)
    if (user instanceof Refusal) return user
    const recent = secondsAfter(bearer.session.auth_time, lifetimes.recentSignIn) >= now
    return recent || user.totp_secret === null ? regenerate(tx, user, now) : new Refusal('reauthentication_required')
  })
}
