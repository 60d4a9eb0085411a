/** What roles and permissions mean to this service. */

/** Holds the permission of the same name, which implies every other. */
export const ADMIN_ROLE = 'admin'
const CUSTOMER_ROLE = 'customer'

/** A user of the self-care portal and nothing else. */
export function isPureCustomer(roles: readonly string[]): boolean {
  return roles.length === 1 && roles[0] === CUSTOMER_ROLE
}
