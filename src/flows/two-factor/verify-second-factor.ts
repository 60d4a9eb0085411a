import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { FACTORS } from '../../policy/two-factor.ts'
import { type Line, together } from '../../store/database.ts'
import { deleteStep } from '../../store/steps.ts'
import { acceptTotpStep } from '../../store/users.ts'
import { advanceSignIn } from '../shared/advance-sign-in.ts'
import { findCounts } from '../shared/attempts.ts'
import { checkCode, codeCounters, proveSecondFactor } from '../shared/check-code.ts'
import { describeProgress } from '../shared/issue-tokens.ts'
import { lockBearer } from '../shared/lock-bearer.ts'
import { queueNotice } from '../shared/queue-notice.ts'
import { ownAct } from '../shared/record-event.ts'
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
    const [user, counts] = await together(tx, (line) => [
      lockBearer(line, bearer, now),
      findCounts(line, deps, codeCounters(bearer.user.id), now),
    ])
    if (user instanceof Refusal) return user
    const check = { bearer, user, code: input.code, status: 401, counts } as const
    const proof = await checkCode(tx, deps, check, source, now, (code) => proveSecondFactor(tx, deps, user, code, now))
    if (proof instanceof Refusal) return proof

    const { method } = proof
    if (method === 'backup_code') await queueNotice(tx, deps, user, 'backup_code_used', source, now)
    const passed = {
      user,
      signIn: { ...signInOf(bearer.step), factors: FACTORS.passwordAndSecond },
      reports: [ownAct('second_factor', user.id, { details: { method } })],
      write: (line: Line) => [
        deleteStep(line, bearer.step.id),
        ...(proof.method === 'totp' ? [acceptTotpStep(line, user.id, proof.step)] : []),
      ],
    }
    return { progress: await advanceSignIn(tx, deps, passed, source, now), now }
  })
  return describeProgress(deps, progress, now)
}
