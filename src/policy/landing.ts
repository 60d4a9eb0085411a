/** Where a front end goes after sign-in. */
import { isPureCustomer } from './permissions.ts'

export function landingPath(roles: readonly string[], uiMode: 'crm' | 'cbc'): string {
  if (isPureCustomer(roles)) return '/self-care'
  return uiMode === 'cbc' ? '/create-cell-broadcast' : '/customers'
}
