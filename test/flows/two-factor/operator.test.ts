import { sql } from 'kysely'
import t from 'tap'
import { startTestApp } from '../../support/app.ts'
import { Authenticator } from '../../support/authenticator.ts'
import {
  disable,
  enable,
  me,
  readStatus,
  regenerate,
  signInWithCode,
  tokenAfterPassword,
  verify,
  verifySetup,
} from '../../support/two-factor.ts'
import { createUser, enrol, gist, login, type TestUser } from '../../support/users.ts'

const app = await startTestApp(t)

/** What the product documents tell an operator to do by hand. */
const clearTotpSecret = (user: TestUser) =>
  sql`update users set totp_secret = null where id = ${user.id}`.execute(app.db)

async function enrolledUser() {
  const user = await createUser(app)
  const enrolment = await enrol(app, user)
  app.clock.advance(90)
  return { ...enrolment, user, code: () => enrolment.authenticator.code(app.clock.now()) }
}

t.test('totp_secret set to NULL in the database switches it off, old backup codes included', async (t) => {
  const { user, token, code, backupCodes } = await enrolledUser()
  const step = await tokenAfterPassword(app, user)
  await clearTotpSecret(user)

  t.equal(gist(await login(app, user)), '200 authenticated', 'with the password alone')
  t.equal((await me(app, token)).body.two_factor_enabled, false)
  t.match((await readStatus(app, user, token)).body, { enabled: false, backup_codes_remaining: 0 })
  t.equal(gist(await regenerate(app, user, token)), '409 two_factor_not_enabled')
  t.equal(gist(await disable(app, user, token, backupCodes[0] ?? '')), '409 two_factor_not_enabled')
  for (const dead of [code(), backupCodes[0] ?? '']) {
    t.equal(gist(await verify(app, user, step, dead)), '401 invalid_code', 'also at a step that was open')
  }
})

t.test('after it, enrolling again brings no old backup code back to life', async (t) => {
  const { user, token, code, backupCodes } = await enrolledUser()
  await clearTotpSecret(user)
  const offer = (await enable(app, user, token)).body
  const authenticator = new Authenticator(offer.provisioning_uri)
  t.equal((await verifySetup(app, user, token, authenticator.code(app.clock.now()))).status, 200)
  t.equal((await readStatus(app, user, token)).body.backup_codes_remaining, 8)
  for (const dead of [code(), ...backupCodes.slice(0, 4)]) {
    t.equal(gist(await signInWithCode(app, user, dead)), '401 invalid_code')
  }
  for (const good of offer.backup_codes) t.equal(gist(await signInWithCode(app, user, good)), '200 authenticated')
})

t.test('even where old hashes are put back by hand, they open nothing in a new enrolment', async (t) => {
  const { user, token, backupCodes } = await enrolledUser()
  const old = await app.db.selectFrom('backup_codes').selectAll().where('user_id', '=', user.id).execute()
  await clearTotpSecret(user)
  const offer = (await enable(app, user, token)).body
  await verifySetup(app, user, token, new Authenticator(offer.provisioning_uri).code(app.clock.now()))
  await app.db.insertInto('backup_codes').values(old).execute()
  for (const dead of backupCodes.slice(0, 5)) {
    t.equal(gist(await signInWithCode(app, user, dead)), '401 invalid_code')
  }
})

t.test('an envelope that was copied from another user, or is broken, lets nobody in', async (t) => {
  const mallory = await enrolledUser()
  const stored = await app.db
    .selectFrom('users')
    .select('totp_secret')
    .where('id', '=', mallory.user.id)
    .executeTakeFirstOrThrow()
  const envelope = stored.totp_secret ?? ''
  const middle = Math.floor(envelope.length / 2)
  const flipped = envelope.slice(0, middle) + (envelope[middle] === 'A' ? 'B' : 'A') + envelope.slice(middle + 1)
  for (const wrong of [envelope, flipped, envelope.slice(0, -4), envelope.replace('v1.t1.', 'v1.t9.'), 'NULL', '']) {
    const victim = await enrolledUser()
    await app.db.deleteFrom('backup_codes').where('user_id', '=', victim.user.id).execute()
    await sql`update users set totp_secret = ${wrong} where id = ${victim.user.id}`.execute(app.db)
    await sql`insert into backup_codes select ${victim.user.id}, code_hash, pending from backup_codes
      where user_id = ${mallory.user.id}`.execute(app.db)

    t.equal(gist(await login(app, victim.user)), '200 two_factor_required', 'the second factor is still asked for')
    const codes = [mallory.code(), mallory.backupCodes[0], victim.code(), victim.backupCodes[0]]
    for (const code of codes) {
      const answer = await signInWithCode(app, victim.user, code ?? '')
      t.equal(gist(answer), '500 internal_error')
      t.notMatch(answer.text, /sealed|decrypt|auth|totp|SECRET_KEYS/i, 'nothing of the cause is told')
    }
    t.equal(gist(await disable(app, victim.user, victim.token, mallory.code())), '500 internal_error')
    t.equal(gist(await enable(app, victim.user, victim.token)), '409 two_factor_already_enabled')

    await clearTotpSecret(victim.user)
    t.equal(gist(await login(app, victim.user)), '200 authenticated', 'the operator can help')
  }
})

t.test('a pending envelope that was copied from another user confirms nothing', async (t) => {
  const [mallory, victim] = [await createUser(app), await createUser(app)]
  const [malloryToken, victimToken] = [await tokenAfterPassword(app, mallory), await tokenAfterPassword(app, victim)]
  const authenticator = new Authenticator((await enable(app, mallory, malloryToken)).body.provisioning_uri)
  await sql`update users set totp_pending = (select totp_pending from users where id = ${mallory.id})
    where id = ${victim.id}`.execute(app.db)
  const answer = await verifySetup(app, victim, victimToken, authenticator.code(app.clock.now()))
  t.equal(gist(answer), '500 internal_error')
  t.equal(gist(await login(app, victim)), '200 authenticated')
  t.equal((await enable(app, victim, victimToken)).status, 200, 'a new offer replaces it')
})
