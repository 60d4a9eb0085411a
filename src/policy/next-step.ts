/** What stands between a user and `authenticated`, computed each time from the present state. */
import { provedSecondFactor } from './two-factor.ts'

export type NextStep = 'two_factor' | 'password_change' | 'two_factor_setup' | 'authenticated'

export interface SignInState {
  factors: readonly string[]
  secondFactorOn: boolean
  secondFactorDemanded: boolean
  temporaryPassword: boolean
}

/** Order: second factor (if on), password change (if temporary), enrolment (if policy demands), done. */
export function nextStep(state: SignInState): NextStep {
  if (state.secondFactorOn && !provedSecondFactor(state.factors)) return 'two_factor'
  if (state.temporaryPassword) return 'password_change'
  if (state.secondFactorDemanded && !state.secondFactorOn) return 'two_factor_setup'
  return 'authenticated'
}
