/** The passwords most often seen in breaches: some 49,000, bundled with the package, so no network is asked. */
import { dictionary } from '@zxcvbn-ts/language-common'

const breached = new Set(dictionary['passwords-common'])

/** Compared without regard to case: `Password1` is as common as `password1`. */
export function isBreached(password: string): boolean {
  return breached.has(password.toLowerCase())
}
