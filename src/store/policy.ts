/** The organisation's policy on second factors. */
import type { OpenTransaction } from './database.ts'
import { type Askable, statementForOne } from './statement.ts'

export interface TwoFactorPolicy {
  requiredForAll: boolean
  requiredRoles: string[]
}

const read = statementForOne<object, TwoFactorPolicy>((db) =>
  db
    .selectFrom('policy')
    .select(['two_factor_required_for_all as requiredForAll', 'two_factor_required_roles as requiredRoles']),
)

export async function readTwoFactorPolicy(db: Askable): Promise<TwoFactorPolicy> {
  const policy = await read(db, {})
  if (!policy) throw new Error('the policy has lost its row')
  return policy
}

export async function writeTwoFactorPolicy(tx: OpenTransaction, policy: TwoFactorPolicy): Promise<void> {
  await tx
    .updateTable('policy')
    .set({ two_factor_required_for_all: policy.requiredForAll, two_factor_required_roles: policy.requiredRoles })
    .execute()
}
