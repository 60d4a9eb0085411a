import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { readTwoFactorPolicy, type TwoFactorPolicy, writeTwoFactorPolicy } from '../../store/policy.ts'
import { type Authority, requireCaller } from '../shared/act-on-user.ts'
import { lockKnownRoles } from '../shared/known-roles.ts'
import { recordEvent } from '../shared/record-event.ts'
import { transact } from '../shared/transact.ts'

/**
 * Says whom policy obliges to a second factor; counts at the next sign-in or refresh.
 * @throws Refusal `unknown_role`.
 */
export async function changePolicy(
  deps: Deps,
  authority: Authority,
  policy: TwoFactorPolicy,
  source: Source,
): Promise<TwoFactorPolicy> {
  return transact(deps.db, async (tx) => {
    const caller = await requireCaller(tx, authority, 'manage_policy', deps.clock.now())
    if (caller instanceof Refusal) return caller
    const known = await lockKnownRoles(tx, policy.requiredRoles, '/two_factor/required_roles')
    if (known instanceof Refusal) return known
    const requiredRoles = [...new Set(policy.requiredRoles)].sort()
    const after = { ...policy, requiredRoles }
    const details = { before: await readTwoFactorPolicy(tx), after }
    await writeTwoFactorPolicy(tx, after)
    const report = { type: 'policy_changed', outcome: 'success', actor: caller.actor, details } as const
    await recordEvent(tx, report, source, deps.clock.now())
    return after
  })
}
