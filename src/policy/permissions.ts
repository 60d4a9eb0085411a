/** What roles and permissions mean to this service. */

/** Held by the built-in role of the same name alone; implies every other permission. */
export const ADMIN_PERMISSION = 'admin'
export const ADMIN_ROLE = 'admin'
export const CUSTOMER_ROLE = 'customer'

/** A user of the self-care portal and nothing else. */
export function isPureCustomer(roles: readonly string[]): boolean {
  return roles.length === 1 && roles[0] === CUSTOMER_ROLE
}
