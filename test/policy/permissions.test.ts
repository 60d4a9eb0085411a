import t from 'tap'
import {
  type ActionTarget,
  allows,
  covers,
  isPureCustomer,
  openActions,
  USER_ACTIONS,
} from '../../src/policy/permissions.ts'

t.test('a permission is held literally, or by the permission admin, which implies every other', async (t) => {
  const cases: [string[], string, boolean][] = [
    [['edit_user'], 'edit_user', true],
    [['edit_user'], 'delete_user', false],
    [['edit_user'], 'admin', false],
    [['admin'], 'edit_user', true],
    [['admin'], 'anything.of_another:service', true],
    [[], 'view_user', false],
    [['edit_users', 'Admin', 'administrator', 'edit_'], 'edit_user', false],
  ]
  for (const [held, permission, expected] of cases)
    t.equal(allows(held, permission), expected, `${held}: ${permission}`)
})

t.test('permissions lie within others when each of them does, and admin lies only within itself', async (t) => {
  const cases: [string[], string[], boolean][] = [
    [[], [], true],
    [['a'], [], true],
    [['a', 'b'], ['b'], true],
    [['a', 'b'], ['b', 'a', 'a'], true],
    [['a', 'b'], ['b', 'c'], false],
    [[], ['a'], false],
    [['admin'], ['a', 'b', 'admin'], true],
    [['a', 'b', 'c'], ['admin'], false],
  ]
  for (const [held, target, expected] of cases) t.equal(covers(held, target), expected, `[${held}] covers [${target}]`)
})

t.test('only who is a customer and nothing else is a pure customer', async (t) => {
  t.equal(isPureCustomer(['customer']), true)
  for (const roles of [[], ['admin'], ['customer', 'admin'], ['customers'], ['Customer']])
    t.equal(isPureCustomer(roles), false, roles.join())
})

t.test('the actions on a user are those that apply now and are open to the caller', async (t) => {
  const plain: ActionTarget = {
    id: 2,
    permissions: ['view_customer'],
    active: true,
    secondFactorOn: false,
    loginCount: 3,
    locked: false,
  }
  const all = [...USER_ACTIONS]
  const everything = { secondFactorOn: true, loginCount: 0, locked: true }
  const held = (...permissions: string[]) => ['view_customer', ...permissions]
  const cases: [string, string[], Partial<ActionTarget>, string[]][] = [
    ['an administrator, everything applies', ['admin'], everything, all],
    ['an administrator, nothing special', ['admin'], {}, ['edit', 'delete', 'reset_password']],
    ['only with a second factor can it be reset', ['admin'], { secondFactorOn: true }, [...all.slice(0, 4)]],
    ['only before the first sign-in', ['admin'], { loginCount: 0 }, [...all.slice(0, 3), 'send_welcome_email']],
    ['only while active', ['admin'], { loginCount: 0, active: false }, all.slice(0, 3)],
    ['only while locked', ['admin'], { locked: true }, [...all.slice(0, 3), 'unlock']],
    ['oneself', ['admin'], { ...everything, id: 1 }, ['edit', 'send_welcome_email']],
    ['edit_user', held('edit_user'), everything, ['edit', 'unlock']],
    ['delete_user', held('delete_user'), everything, ['delete']],
    ['reset_user_password', held('reset_user_password'), everything, ['reset_password']],
    ['reset_user_2fa', held('reset_user_2fa'), everything, ['reset_2fa']],
    ['send_welcome_email', held('send_welcome_email'), everything, ['send_welcome_email']],
    ['no permission for any of them', held('view_user'), everything, []],
    ['a user with more than the caller', ['edit_user', 'delete_user'], everything, []],
    ['an administrator, to someone with less', held('edit_user'), { ...everything, permissions: ['admin'] }, []],
    ['another administrator', ['admin'], { permissions: ['admin'] }, ['edit', 'delete', 'reset_password']],
    ['nobody in particular has no permissions', ['edit_user'], { permissions: [] }, ['edit']],
  ]
  for (const [name, permissions, change, expected] of cases)
    t.strictSame(openActions({ id: 1, permissions }, { ...plain, ...change }), expected, name)
})
