/** Is this code the user's second factor? Every wrong one is counted, for the user and for the step. */
import { hashBackupCode } from '../../crypto/backup-codes.ts'
import { matchTotpStep, openEnrolment } from '../../crypto/totp.ts'
import type { Deps, Source } from '../../deps.ts'
import { Refusal, type RefusalExtras } from '../../errors.ts'
import { WRONG_CODES_PER_STEP } from '../../policy/attempts.ts'
import type { AttemptHold } from '../../store/attempts.ts'
import { consumeCode } from '../../store/backup-codes.ts'
import type { OpenTransaction } from '../../store/database.ts'
import { countWrongCode, deleteStep } from '../../store/steps.ts'
import type { UserRecord } from '../../store/users.ts'
import { type Counter, findCounts, forgetFailures, recordFailure, throttle, userCounter } from './attempts.ts'
import { recordEvent, userActor } from './record-event.ts'
import type { Bearer } from './sign-in.ts'

export type SecondFactorProof = { method: 'totp'; step: number } | { method: 'backup_code' }

export interface CodeCheck {
  bearer: Bearer
  /** As locked. */
  user: UserRecord
  code: string
  /** The status of `invalid_code` in this call. */
  status: 400 | 401
  /** Wrong codes by now, where the caller has asked for them under the lock. */
  counts?: AttemptHold[]
}

/** What counts a user's wrong codes. */
export function codeCounters(userId: number): Counter[] {
  return [userCounter('secondFactor', userId)]
}

/**
 * Checks the code with the given test and counts a failure.
 * @param accept consumes the code; undefined for a wrong one. Runs only while the user is not held up.
 * @returns what accept gave, or the refusal to return from the transaction.
 */
export async function checkCode<T>(
  tx: OpenTransaction,
  deps: Deps,
  check: CodeCheck,
  source: Source,
  now: Date,
  accept: (code: string) => Promise<T | undefined>,
): Promise<T | Refusal> {
  const about = { subjectId: check.user.id }
  const counters = codeCounters(check.user.id)
  const counts = check.counts ?? (await findCounts(tx, deps, counters, now))
  const refusal = await throttle(tx, deps, counters, counts, source, now, about)
  if (refusal) return refusal

  const accepted = await accept(normaliseCode(check.code))
  if (accepted !== undefined) {
    await forgetFailures(tx, deps, counters, counts)
    return accepted
  }
  await recordFailure(tx, deps, counters, source, now, about)
  const extras: RefusalExtras = { status: check.status }
  if (check.bearer.kind === 'step') extras.attemptsLeft = await countAgainstStep(tx, check.bearer.step.id)
  await recordEvent(
    tx,
    {
      type: 'second_factor',
      outcome: 'failure',
      actor: userActor(check.user.id),
      subjectId: check.user.id,
      details: { attempts_left: extras.attemptsLeft },
    },
    source,
    now,
  )
  return new Refusal('invalid_code', extras)
}

/**
 * What the code proves of the confirmed enrolment; undefined when nothing. A backup code is used up with it, a TOTP step by
 * whoever goes on (`acceptTotpStep`).
 */
export async function proveSecondFactor(
  tx: OpenTransaction,
  deps: Deps,
  user: UserRecord,
  code: string,
  now: Date,
): Promise<SecondFactorProof | undefined> {
  if (user.totp_secret === null) return undefined
  const enrolment = openEnrolment(deps.keys.ring, user.id, user.totp_secret)
  const step = matchTotpStep(enrolment.totpSecret, code, now, user.totp_last_step, deps.config.totpTolerance)
  if (step !== undefined) return { method: 'totp', step }
  if (/^[0-9a-f]{8}$/.test(code)) {
    const consumed = await consumeCode(tx, user.id, hashBackupCode(enrolment.backupCodeKey, code))
    return consumed ? { method: 'backup_code' } : undefined
  }
  return undefined
}

/** @returns how many codes may still be tried; the step is dead at 0. */
async function countAgainstStep(tx: OpenTransaction, stepId: string): Promise<number> {
  const left = WRONG_CODES_PER_STEP - (await countWrongCode(tx, stepId))
  if (left <= 0) await deleteStep(tx, stepId)
  return Math.max(0, left)
}

/** Case, spaces and hyphens do not count. */
function normaliseCode(code: string): string {
  return code.replace(/[\s-]/g, '').toLowerCase()
}
