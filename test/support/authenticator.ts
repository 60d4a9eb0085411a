/** The authenticator app of the tests: makes codes from what a QR code would carry. */
import { generateSync } from 'otplib'

export class Authenticator {
  readonly secret: string
  constructor(provisioningUri: string) {
    this.secret = new URL(provisioningUri).searchParams.get('secret') ?? ''
  }
  /** The code shown at this time. @param steps so many 30-second steps later (or earlier). */
  code(at: Date, steps = 0): string {
    return generateSync({ secret: this.secret, epoch: Math.floor(at.getTime() / 1000) + steps * 30 })
  }
  /** A code that is right neither now nor in the steps around. */
  wrongCode(at: Date): string {
    const right = [-2, -1, 0, 1, 2].map((steps) => this.code(at, steps))
    for (let n = 0; ; n++) {
      const code = String(n).padStart(6, '0')
      if (!right.includes(code)) return code
    }
  }
}
