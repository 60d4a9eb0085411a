/** Nothing that is under way survives the end of what it stands on, whichever of two processes handles which. */
import { decodeJwt } from 'jose'
import { sql } from 'kysely'
import t from 'tap'
import { createHasher } from '../../src/crypto/hasher.ts'
import { adminOf, staffWith, usersAs } from '../support/admin.ts'
import { refresh } from '../support/two-factor.ts'
import { attack, reset, resetToken, startTwoProcesses } from '../support/two-processes.ts'
import { createUser, gist, login, NEW_PASSWORD, signIn, type TestUser } from '../support/users.ts'

const both = await startTwoProcesses(t)
const { app } = both
const admin = await adminOf(app)

const sessionsOf = ({ id }: TestUser) => app.db.selectFrom('sessions').select('id').where('user_id', '=', id).execute()

/** The old password has become a wrong one, and made the account wait: not what this is about. */
async function opens(user: TestUser, password: string) {
  await app.db.deleteFrom('attempts').execute()
  return gist(await login(both.at(0), { ...user, password }))
}

t.test('sign-ins and a reset: no session of the old password is left', async (t) => {
  const user = await createUser(app)
  const token = await resetToken(app, user)
  const { answers, between } = await attack(
    both,
    (replica) => login(replica, user),
    (replica) => reset(replica, token, NEW_PASSWORD),
  )
  t.equal(between?.status, 200)
  for (const answer of answers)
    t.match(gist(answer), /^(200 authenticated|401 invalid_credentials|429 too_many_attempts)$/)
  t.strictSame(await sessionsOf(user), [])
  t.equal(await opens(user, NEW_PASSWORD), '200 authenticated')
})

t.test('sign-ins and a deactivation: no session is left', async (t) => {
  const user = await createUser(app)
  const { answers, between } = await attack(
    both,
    (replica) => login(replica, user),
    (replica) => usersAs(replica, admin).edit(user.id, { active: false }),
  )
  t.equal(between?.status, 200)
  for (const answer of answers) t.match(gist(answer), /^(200 authenticated|403 account_inactive)$/)
  t.strictSame(await sessionsOf(user), [])
})

t.test('sign-ins that hash the password anew and a reset: the new password stands', async (t) => {
  const user = await createUser(app)
  const older = createHasher({ memoryKiB: 8192, passes: 1, parallelism: 1 })
  const password_hash = await older.hash(user.password)
  await app.db.updateTable('users').set({ password_hash }).where('id', '=', user.id).execute()
  const token = await resetToken(app, user)
  const { between } = await attack(
    both,
    (replica) => login(replica, user),
    (replica) => reset(replica, token, NEW_PASSWORD),
  )
  t.equal(between?.status, 200)
  t.strictSame(await sessionsOf(user), [])
  t.equal(await opens(user, NEW_PASSWORD), '200 authenticated')
})

t.test('refreshes and a deactivation: the session ends', async (t) => {
  const user = await createUser(app)
  const { refresh_token } = await signIn(app, user)
  await sql`update sessions set rotated_at = rotated_at - interval '1 hour' where user_id = ${user.id}`.execute(app.db)
  const { answers, between } = await attack(
    both,
    (replica) => refresh(replica, refresh_token),
    (replica) => usersAs(replica, admin).edit(user.id, { active: false }),
  )
  t.equal(between?.status, 200)
  t.strictSame(await sessionsOf(user), [])
  const successors = answers.map(({ body }) => body.refresh_token as string | undefined)
  for (const token of new Set([refresh_token, ...successors])) {
    if (token) t.equal(gist(await refresh(both.at(1), token)), '401 invalid_refresh_token')
  }
})

t.test('impersonations and the sign-out of their actor: none is left, and each end is told', async (t) => {
  const user = await createUser(app, { roles: ['customer'] })
  const { token } = await staffWith(app, ['can_impersonate'])
  const body = { user_id: user.id, reason: 'Ticket 4711' }
  const { answers, between } = await attack(
    both,
    ({ call }) => call('POST', '/auth/impersonate', { token, body }),
    ({ call }) => call('POST', '/auth/logout', { token }),
  )
  t.equal(between?.status, 204)
  t.strictSame(await sessionsOf(user), [])
  const events = await app.db.selectFrom('events').select('details').execute()
  const told = new Set(events.flatMap(({ details }) => (details['ended_sessions'] ?? []) as string[]))
  for (const answer of answers) {
    t.match(gist(answer), /^(200|401 (session_ended|access_token_invalid))/)
    if (answer.status === 200) t.ok(told.has(String(decodeJwt(answer.body.access_token)['sid'])))
  }
})
