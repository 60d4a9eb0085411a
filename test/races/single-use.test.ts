/** What opens once opens once, also when a hundred requests race for it through two processes. */
import { decodeJwt } from 'jose'
import { sql } from 'kysely'
import t from 'tap'
import { randomTokenId, writeToken } from '../../src/crypto/opaque-token.ts'
import { createLink } from '../../src/flows/shared/queue-mail.ts'
import { attemptLimits } from '../../src/policy/attempts.ts'
import { lifetimes } from '../../src/policy/lifetimes.ts'
import type { TestApp } from '../support/app.ts'
import { Authenticator } from '../support/authenticator.ts'
import { changePassword, enable, readStatus, refresh, tokenAfterPassword, verify } from '../support/two-factor.ts'
import { attack, reset, resetToken, startTwoProcesses, TIMES, triesHeard } from '../support/two-processes.ts'
import { createUser, enrol, eventsAbout, gist, login, signIn, type TestUser } from '../support/users.ts'

const both = await startTwoProcesses(t)
const { app } = both

const passwordOf = (n: number) => `violet-anchor-Maple-${n}`
const sessionsOf = ({ id }: TestUser) => app.db.selectFrom('sessions').select('id').where('user_id', '=', id).execute()

async function enrolledUser() {
  const user = await createUser(app)
  const enrolment = await enrol(app, user)
  // As if some time had passed: the code shown now has opened nothing yet.
  await app.db.updateTable('users').set({ totp_last_step: 0 }).where('id', '=', user.id).execute()
  return { ...enrolment, user }
}

/** A step for each request, so that only the code can decide: as many as one step, made through sign-in, is copied to. */
async function manySteps(user: TestUser): Promise<string[]> {
  await tokenAfterPassword(app, user)
  const step = await app.db.selectFrom('steps').selectAll().where('user_id', '=', user.id).executeTakeFirstOrThrow()
  const steps = Array.from({ length: TIMES }, () => ({ ...step, id: randomTokenId() }))
  await app.db.insertInto('steps').values(steps).execute()
  return steps.map(({ id }) => writeToken(app.deps.keys.ring, 'step', id))
}

t.test('a reset link sets one password', async (t) => {
  const user = await createUser(app)
  const token = await resetToken(app, user)
  const { answers, tally } = await attack(both, (replica, n) => reset(replica, token, passwordOf(n)))
  t.strictSame(tally, { '200': 1, '400 reset_link_invalid': TIMES - 1 })
  const winner = answers.findIndex(({ status }) => status === 200)
  t.equal(gist(await login(both.at(winner + 1), { ...user, password: passwordOf(winner) })), '200 authenticated')
  t.strictSame((await eventsAbout(app, user.id)).slice(0, 1), ['password_reset'])
})

t.test('a temporary password is changed once, within the time that its first use leaves', async (t) => {
  const user = await createUser(app, { state: 'temporary' })
  const start = Date.now()
  const { answers, tally } = await attack(both, (replica) => login(replica, user))
  t.strictSame(tally, { '200 password_change_required': TIMES })
  const row = await app.db.selectFrom('users').selectAll().where('id', '=', user.id).executeTakeFirstOrThrow()
  const [used, expires] = [row.temporary_password_used_at, row.temporary_password_expires_at]
  t.equal(Number(expires) - Number(used), lifetimes.temporaryPassword.afterFirstUse * 1000)
  t.ok(Number(used) >= start - 1000)

  const steps = answers.map(({ body }) => body.step_token as string)
  const changes = await attack(both, (replica, n) => changePassword(replica, steps[n], passwordOf(n)))
  t.strictSame(changes.tally, { '200 authenticated': 1, '401 step_token_invalid': TIMES - 1 })
  t.equal((await sessionsOf(user)).length, 1)
  t.equal(gist(await login(both.at(1), user)), '401 invalid_credentials')
})

for (const kind of ['a TOTP code', 'a backup code'] as const) {
  t.test(`${kind} opens one session; the losers are wrong tries, of which no more are heard than ever`, async (t) => {
    const { user, authenticator, backupCodes, token } = await enrolledUser()
    const steps = await manySteps(user)
    const code = kind === 'a TOTP code' ? authenticator.code(new Date()) : (backupCodes[2] as string)
    const { tally, seconds } = await attack(both, (replica, n) => verify(replica, user, steps[n], code))
    const heard = tally['401 invalid_code'] ?? 0
    t.equal(tally['200 authenticated'], 1)
    t.ok(
      heard > attemptLimits.secondFactor.free && heard <= triesHeard(attemptLimits.secondFactor, seconds),
      `${heard}`,
    )
    t.equal(tally['429 too_many_attempts'], TIMES - 1 - heard)
    t.equal((await sessionsOf(user)).length, 2, 'the one that enrolled and the winner')
    const left = (await readStatus(both.at(0), user, token)).body.backup_codes_remaining
    t.equal(left, kind === 'a TOTP code' ? 8 : 7)
  })
}

t.test('a step token opens one session, whichever code comes with it', async (t) => {
  const { user, authenticator, backupCodes } = await enrolledUser()
  const step = await tokenAfterPassword(app, user)
  const codes = [authenticator.code(new Date()), ...backupCodes]
  const { tally } = await attack(both, (replica, n) => verify(replica, user, step, codes[n % codes.length] as string))
  t.strictSame(tally, { '200 authenticated': 1, '401 step_token_invalid': TIMES - 1 })
  t.equal((await sessionsOf(user)).length, 2)
})

t.test('an enrolment is confirmed once', async (t) => {
  const user = await createUser(app)
  const { access_token: token } = await signIn(app, user)
  const code = new Authenticator((await enable(app, user, token)).body.provisioning_uri).code(new Date())
  const path = `/2fa/verify-setup/user/${user.id}`
  const { tally } = await attack(both, ({ call }) => call('POST', path, { token, body: { code } }))
  t.strictSame(tally, { '200': 1, '409 two_factor_not_pending': TIMES - 1 })
  t.equal((await readStatus(both.at(1), user, token)).body.backup_codes_remaining, 8)
})

t.test('a link that confirms a new address is used once', async (t) => {
  const user = await createUser(app)
  const to = `new.${user.email}`
  const id = await app.deps.db
    .transaction()
    .execute((tx) => createLink(tx, app.deps, user.id, 'email_change', new Date(), to))
  const token = writeToken(app.deps.keys.ring, 'email_link', id)
  const { tally } = await attack(both, ({ call }) => call('POST', '/auth/email/confirm', { body: { token } }))
  t.strictSame(tally, { '200': 1, '400 email_link_invalid': TIMES - 1 })
  t.equal(gist(await login(both.at(0), { ...user, email: to })), '200 authenticated')
})

/** As if the session's last rotation were so many seconds older. */
const age = ({ db }: TestApp, sid: string, seconds: number) =>
  sql`update sessions set rotated_at = rotated_at - make_interval(secs => ${seconds}) where id = ${sid}`.execute(db)

t.test('a refresh token rotates once: all get the same successor, and nobody is signed out', async (t) => {
  const { refresh_token, access_token } = await signIn(app, await createUser(app))
  const sid = String(decodeJwt(access_token)['sid'])
  await age(app, sid, 3600)
  const { tally, answers, seconds } = await attack(both, (replica) => refresh(replica, refresh_token))
  if (seconds >= lifetimes.refreshRotation) return t.pass(`${seconds} s: too slow to tell these from reuse`)
  t.strictSame(tally, { '200 authenticated': TIMES })
  t.equal(new Set(answers.map(({ body }) => body.refresh_token)).size, 1)
  const session = await app.db.selectFrom('sessions').select('generation').where('id', '=', sid).executeTakeFirst()
  t.strictSame(session, { generation: 1 })
})

t.test('an old refresh token ends the session once and is told once', async (t) => {
  const user = await createUser(app)
  const { refresh_token, access_token } = await signIn(app, user)
  const sid = String(decodeJwt(access_token)['sid'])
  await app.db.updateTable('sessions').set({ generation: 2 }).where('id', '=', sid).execute()
  const { tally } = await attack(both, (replica) => refresh(replica, refresh_token))
  t.strictSame(tally, { '401 invalid_refresh_token': TIMES })
  t.strictSame(await sessionsOf(user), [])
  t.strictSame(await eventsAbout(app, user.id), ['sign_in', 'refresh_token_reuse!'])
})
