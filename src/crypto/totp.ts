/**
 * Time-based one-time passwords (RFC 6238: SHA-1, 6 digits, 30 seconds) through otplib, and the sealed envelope in which
 * an enrolment's secrets lie.
 */
import { createGuardrails, generateSecret, generateURI, verifySync } from 'otplib'
import { newBackupCodeKey } from './backup-codes.ts'
import type { KeyRing } from './key-ring.ts'
import { open, seal, sealAnew } from './sealed.ts'

/** What authenticator apps show as the account's provider. */
const TOTP_ISSUER = 'OmniCRM'

const STEP_SECONDS = 30

/** New secrets have 160 bit; those of older systems, which an import brings, often 80. */
const guardrails = createGuardrails({ MIN_SECRET_BYTES: 10 })

/** The secrets of one enrolment. They live and die together: erase the envelope and neither code nor backup code opens. */
export interface Enrolment {
  /** base32, 160 bit (RFC 4226, section 4, R6). */
  totpSecret: string
  /** Keys the hashes of this enrolment's backup codes. */
  backupCodeKey: Buffer
}

export function newEnrolment(totpSecret = generateSecret({ length: 20 })): Enrolment {
  return { totpSecret, backupCodeKey: newBackupCodeKey() }
}

/** A secret of another system in our spelling; undefined for what is no base32 of 80 to 512 bit. */
export function readTotpSecret(text: string): string | undefined {
  const secret = text.replace(/[\s=]/g, '').toUpperCase()
  if (!/^[A-Z2-7]{16,103}$/.test(secret)) return undefined
  try {
    verifySync({ secret, token: '000000', epoch: 0, guardrails })
    return secret
  } catch {
    return undefined
  }
}

/** Sealed for one user: copied to another user's row it does not open. */
export function sealEnrolment(ring: KeyRing, userId: number, enrolment: Enrolment): string {
  const plain = JSON.stringify({
    totpSecret: enrolment.totpSecret,
    backupCodeKey: enrolment.backupCodeKey.toString('base64url'),
  })
  return seal(ring, `totp:${userId}`, Buffer.from(plain))
}

export function openEnrolment(ring: KeyRing, userId: number, sealed: string): Enrolment {
  const plain = JSON.parse(open(ring, `totp:${userId}`, sealed).toString('utf8'))
  return { totpSecret: plain.totpSecret, backupCodeKey: Buffer.from(plain.backupCodeKey, 'base64url') }
}

export function sealEnrolmentAnew(ring: KeyRing, userId: number, sealed: string): string {
  return sealAnew(ring, `totp:${userId}`, sealed)
}

/** The `otpauth://` URI that front ends draw as a QR code. */
export function provisioningUri(email: string, totpSecret: string): string {
  return generateURI({ issuer: TOTP_ISSUER, label: email, secret: totpSecret })
}

/**
 * The 30-second step whose code this is.
 * @param afterStep only later steps count, so that no step is accepted twice; the caller makes that hold under races.
 * @param tolerance how many steps either side of the current one count, too (RFC 6238, 5.2: one at most).
 * @returns undefined for a wrong, stale or repeated code, and for what is not six digits.
 */
export function matchTotpStep(
  totpSecret: string,
  code: string,
  now: Date,
  afterStep: number | null,
  tolerance = 1,
): number | undefined {
  // Otplib throws for anything else.
  if (!/^\d{6}$/.test(code)) return undefined
  const epoch = Math.floor(now.getTime() / 1000)
  // Otplib throws for a last step beyond the window; it lies there when the clock that accepted it was ahead of this one.
  if (afterStep !== null && afterStep > Math.floor(epoch / STEP_SECONDS)) return undefined
  const result = verifySync({
    secret: totpSecret,
    token: code,
    epoch,
    epochTolerance: tolerance * STEP_SECONDS,
    guardrails,
    ...(afterStep === null ? {} : { afterTimeStep: afterStep }),
  })
  return result.valid && 'timeStep' in result ? result.timeStep : undefined
}
