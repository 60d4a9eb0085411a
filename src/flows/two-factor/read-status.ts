import type { Deps } from '../../deps.ts'
import { isPureCustomer } from '../../policy/permissions.ts'
import { mustHaveSecondFactor } from '../../policy/two-factor.ts'
import { countActiveCodes } from '../../store/backup-codes.ts'
import { readTwoFactorPolicy } from '../../store/policy.ts'
import type { SessionBearer } from '../shared/sign-in.ts'
import { requireOwn } from './require-own.ts'

export interface TwoFactorStatus {
  enabled: boolean
  /** Policy demands it. */
  required: boolean
  /** False for pure customers, whom front ends do not ask to enrol; they may all the same. */
  showPrompts: boolean
  backupCodesRemaining: number
}

/** @throws Refusal `forbidden`. */
export async function readTwoFactorStatus(deps: Deps, bearer: SessionBearer, userId: number): Promise<TwoFactorStatus> {
  requireOwn(bearer, userId)
  const { user } = bearer
  const enabled = user.totp_secret !== null
  return {
    enabled,
    required: mustHaveSecondFactor(await readTwoFactorPolicy(deps.db), user.roles),
    showPrompts: !isPureCustomer(user.roles),
    backupCodesRemaining: enabled ? await countActiveCodes(deps.db, user.id) : 0,
  }
}
