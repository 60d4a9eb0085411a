/** The organisation's policy on second factors. */
import type { Database, OpenTransaction } from './database.ts'

export interface TwoFactorPolicy {
  requiredForAll: boolean
  requiredRoles: string[]
}

export async function readTwoFactorPolicy(db: Database): Promise<TwoFactorPolicy> {
  const row = await db
    .selectFrom('policy')
    .select(['two_factor_required_for_all', 'two_factor_required_roles'])
    .executeTakeFirstOrThrow()
  return { requiredForAll: row.two_factor_required_for_all, requiredRoles: row.two_factor_required_roles }
}

export async function writeTwoFactorPolicy(tx: OpenTransaction, policy: TwoFactorPolicy): Promise<void> {
  await tx
    .updateTable('policy')
    .set({ two_factor_required_for_all: policy.requiredForAll, two_factor_required_roles: policy.requiredRoles })
    .execute()
}
