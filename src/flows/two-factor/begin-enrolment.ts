import { hashBackupCode, newBackupCodes } from '../../crypto/backup-codes.ts'
import { newEnrolment, provisioningUri, sealEnrolment } from '../../crypto/totp.ts'
import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { replacePendingCodes } from '../../store/backup-codes.ts'
import { setPendingEnrolment } from '../../store/users.ts'
import { withConfirmedPassword } from '../shared/confirm-password.ts'
import { ownAct, recordEvent } from '../shared/record-event.ts'
import type { Bearer } from '../shared/sign-in.ts'
import { requireOwn } from './require-own.ts'

export interface EnrolmentOffer {
  provisioningUri: string
  secret: string
  backupCodes: string[]
}

/**
 * Makes a new secret and backup codes. They open nothing until a code confirms that the authenticator has the secret;
 * asking again replaces them.
 * @throws Refusal `two_factor_already_enabled`, `wrong_password`, `too_many_attempts`, `forbidden`.
 */
export async function beginEnrolment(
  deps: Deps,
  bearer: Bearer,
  input: { userId: number; password: string },
  source: Source,
): Promise<EnrolmentOffer> {
  requireOwn(bearer, input.userId)
  return withConfirmedPassword(deps, bearer, input.password, source, async (tx, user, now) => {
    if (user.totp_secret !== null) return new Refusal('two_factor_already_enabled')
    const enrolment = newEnrolment()
    const backupCodes = newBackupCodes()
    await setPendingEnrolment(tx, user.id, sealEnrolment(deps.keys.ring, user.id, enrolment))
    await replacePendingCodes(
      tx,
      user.id,
      backupCodes.map((code) => hashBackupCode(enrolment.backupCodeKey, code)),
    )
    await recordEvent(tx, ownAct('two_factor_enrolment_started', user.id), source, now)
    return {
      provisioningUri: provisioningUri(user.email, enrolment.totpSecret),
      secret: enrolment.totpSecret,
      backupCodes,
    }
  })
}
