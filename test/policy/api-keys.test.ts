import t from 'tap'
import { apiKeyState, effectivePermissions } from '../../src/policy/api-keys.ts'

const now = new Date('2026-03-01T10:00:00.000Z')
const before = new Date(now.getTime() - 1)
const after = new Date(now.getTime() + 1)

t.test('a key is good until the moment it expires, and never once it is revoked', async (t) => {
  const cases: [Date | null, Date | null, string][] = [
    [null, null, 'active'],
    [null, after, 'active'],
    [null, now, 'expired'],
    [null, before, 'expired'],
    [before, null, 'revoked'],
    [before, after, 'revoked'],
    [before, before, 'revoked'],
  ]
  for (const [revoked_at, expires_at, state] of cases)
    t.equal(apiKeyState({ revoked_at, expires_at }, now), state, `revoked ${revoked_at}, expires ${expires_at}`)
})

t.test('of what a key names, it may do what its issuer may', async (t) => {
  t.strictSame(effectivePermissions(['view_user', 'edit_user'], ['edit_user', 'delete_user']), ['edit_user'])
  t.strictSame(effectivePermissions(['view_user', 'edit_user'], ['admin']), ['view_user', 'edit_user'])
  t.strictSame(effectivePermissions(['admin'], ['view_user']), [])
  t.strictSame(effectivePermissions([], ['admin']), [])
})
