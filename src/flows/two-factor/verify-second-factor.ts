import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { FACTORS } from '../../policy/two-factor.ts'
import { deleteStep } from '../../store/steps.ts'
import { advanceSignIn } from '../shared/advance-sign-in.ts'
import { checkCode, consumeSecondFactor } from '../shared/check-code.ts'
import { describeProgress } from '../shared/issue-tokens.ts'
import { lockBearer } from '../shared/lock-bearer.ts'
import { queueNotice } from '../shared/queue-notice.ts'
import { ownAct, recordEvent } from '../shared/record-event.ts'
import { type Outcome, type StepBearer, signInOf } from '../shared/sign-in.ts'
import { transact } from '../shared/transact.ts'
import { requireOwn } from './require-own.ts'

/**
 * The second factor of a sign-in: the current TOTP code or an unused backup code.
 * @throws Refusal `invalid_code` (the fifth kills the step), `too_many_attempts`, `step_token_invalid`, `forbidden`.
 */
export async function verifySecondFactor(
  deps: Deps,
  bearer: StepBearer,
  input: { userId: number; code: string },
  source: Source,
): Promise<Outcome> {
  requireOwn(bearer, input.userId)
  const { progress, now } = await transact(deps.db, async (tx) => {
    const now = deps.clock.now()
    const user = await lockBearer(tx, bearer, now)
    if (user instanceof Refusal) return user
    const check = { bearer, user, code: input.code, status: 401 } as const
    const method = await checkCode(tx, deps, check, source, now, (code) =>
      consumeSecondFactor(tx, deps, user, code, now),
    )
    if (method instanceof Refusal) return method

    await deleteStep(tx, bearer.step.id)
    const details = { method }
    await recordEvent(tx, ownAct('second_factor', user.id, { details }), source, now)
    if (method === 'backup_code') await queueNotice(tx, deps, user, 'backup_code_used', source, now)
    const signIn = { ...signInOf(bearer.step), factors: FACTORS.passwordAndSecond }
    return { progress: await advanceSignIn(tx, deps, user, signIn, source, now), now }
  })
  return describeProgress(deps, progress, now)
}
