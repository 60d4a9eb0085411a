import t from 'tap'
import { nextStep } from '../../src/policy/next-step.ts'
import { FACTORS } from '../../src/policy/two-factor.ts'

t.test('the order is second factor, password change, enrolment, done, in every state of an account', async (t) => {
  const { password, passwordAndSecond: second } = FACTORS
  // factors, second factor on, demanded, temporary password
  const cases: [readonly string[], boolean, boolean, boolean, string][] = [
    [password, false, false, false, 'authenticated'],
    [password, false, false, true, 'password_change'],
    [password, false, true, false, 'two_factor_setup'],
    [password, false, true, true, 'password_change'],
    [password, true, false, false, 'two_factor'],
    [password, true, false, true, 'two_factor'],
    [password, true, true, false, 'two_factor'],
    [password, true, true, true, 'two_factor'],
    [second, false, false, false, 'authenticated'],
    [second, false, false, true, 'password_change'],
    // Proven before it was switched off: policy asks for a new enrolment.
    [second, false, true, false, 'two_factor_setup'],
    [second, false, true, true, 'password_change'],
    [second, true, false, false, 'authenticated'],
    [second, true, false, true, 'password_change'],
    [second, true, true, false, 'authenticated'],
    [second, true, true, true, 'password_change'],
  ]
  for (const [factors, secondFactorOn, secondFactorDemanded, temporaryPassword, expected] of cases) {
    const state = { factors, secondFactorOn, secondFactorDemanded, temporaryPassword }
    t.equal(nextStep(state), expected, JSON.stringify(state))
  }
})
