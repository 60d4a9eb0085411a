/** What roles and permissions mean to this service, and who may do what to whom. */

/** Held by the built-in role of the same name alone; implies every other permission. */
export const ADMIN_PERMISSION = 'admin'

export const ADMIN_ROLE = 'admin'
const CUSTOMER_ROLE = 'customer'

/** The permissions that this service itself asks for. Others are for other services. */
export type OwnPermission =
  | 'view_user'
  | 'create_user'
  | 'edit_user'
  | 'delete_user'
  | 'reset_user_password'
  | 'reset_user_2fa'
  | 'send_welcome_email'
  | 'view_audit_log'
  | 'manage_roles'
  | 'manage_policy'
  | 'manage_api_keys'
  | 'can_impersonate'

/** A user of the self-care portal and nothing else. */
export function isPureCustomer(roles: readonly string[]): boolean {
  return roles.length === 1 && roles[0] === CUSTOMER_ROLE
}

export function allows(held: readonly string[], permission: string): boolean {
  return held.includes(permission) || held.includes(ADMIN_PERMISSION)
}

/**
 * Nobody gains by editing: an act on a user, role or key needs the target's permissions, before and after, to lie within
 * the caller's own. The permission `admin` lies only within itself.
 */
export function covers(held: readonly string[], target: readonly string[]): boolean {
  return target.every((permission) => allows(held, permission))
}

/** May this user act as that one? Never as someone who has more. Asked again at each call. */
export function mayImpersonate(
  actor: { permissions: readonly string[] },
  target: { permissions: readonly string[] },
): boolean {
  return allows(actor.permissions, 'can_impersonate') && covers(actor.permissions, target.permissions)
}

/** What can be done to a user in an administration's list. */
export const USER_ACTIONS = ['edit', 'delete', 'reset_password', 'reset_2fa', 'send_welcome_email', 'unlock'] as const
export type UserAction = (typeof USER_ACTIONS)[number]

const PERMISSION_OF: Record<UserAction, OwnPermission> = {
  edit: 'edit_user',
  delete: 'delete_user',
  reset_password: 'reset_user_password',
  reset_2fa: 'reset_user_2fa',
  send_welcome_email: 'send_welcome_email',
  unlock: 'edit_user',
}

export interface ActionTarget {
  id: number
  permissions: readonly string[]
  active: boolean
  secondFactorOn: boolean
  loginCount: number
  locked: boolean
}

/** The acts that apply to this user now *and* are open to this caller. */
export function openActions(
  caller: { id: number; permissions: readonly string[] },
  target: ActionTarget,
): UserAction[] {
  if (!covers(caller.permissions, target.permissions)) return []
  const own = caller.id === target.id
  const applies: Record<UserAction, boolean> = {
    edit: true,
    delete: !own,
    reset_password: !own,
    reset_2fa: !own && target.secondFactorOn,
    send_welcome_email: target.active && target.loginCount === 0,
    unlock: !own && target.locked,
  }
  return USER_ACTIONS.filter((action) => applies[action] && allows(caller.permissions, PERMISSION_OF[action]))
}
