/** Who must have a second factor. */
import { isPureCustomer } from './permissions.ts'

/** Never users whose only role is `customer`: the product promises them that no one demands it. */
export function mustHaveSecondFactor(
  policy: { requiredForAll: boolean; requiredRoles: readonly string[] },
  roles: readonly string[],
): boolean {
  if (isPureCustomer(roles)) return false
  return policy.requiredForAll || roles.some((role) => policy.requiredRoles.includes(role))
}

/** The factors of a sign-in, as the `amr` of RFC 8176. */
export const FACTORS = { password: ['pwd'], passwordAndSecond: ['pwd', 'otp', 'mfa'] } as const

export function provedSecondFactor(factors: readonly string[]): boolean {
  return factors.includes('mfa')
}
