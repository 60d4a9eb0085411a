import t from 'tap'
import { startTestApp } from '../../support/app.ts'
import { Authenticator } from '../../support/authenticator.ts'
import {
  enable,
  readStatus,
  regenerate,
  signInWithCode,
  tokenAfterPassword,
  verify,
  verifySetup,
} from '../../support/two-factor.ts'
import { createUser, demandSecondFactor, enrol, gist, race, type TestUser } from '../../support/users.ts'

const TIMES = 50
const app = await startTestApp(t)

const countSessions = async (user: TestUser) =>
  (await app.db.selectFrom('sessions').select('id').where('user_id', '=', user.id).execute()).length

async function enrolledUser() {
  const user = await createUser(app)
  const enrolment = await enrol(app, user)
  app.clock.advance(90)
  return { ...enrolment, user, code: enrolment.authenticator.code(app.clock.now()) }
}

/** One step token for each request, so that only the code can decide. */
const manySteps = (user: TestUser) => Promise.all(Array.from({ length: TIMES }, () => tokenAfterPassword(app, user)))

// The losers are wrong codes like any others: five are free, the sixth makes all that follow wait.
const ONE_WINNER = { '200 authenticated': 1, '401 invalid_code': 6, '429 too_many_attempts': TIMES - 7 }

t.test('a TOTP code opens once, also when fifty sign-ins race for it', async (t) => {
  const { user, code } = await enrolledUser()
  const steps = await manySteps(user)
  const { tally } = await race(TIMES, (n) => verify(app, user, steps[n], code))
  t.strictSame(tally, ONE_WINNER)
  t.equal(await countSessions(user), 2, 'the one that enrolled and the winner')
})

t.test('a backup code works once, also when fifty sign-ins race for it', async (t) => {
  const { user, backupCodes, token } = await enrolledUser()
  const steps = await manySteps(user)
  const { tally } = await race(TIMES, (n) => verify(app, user, steps[n], backupCodes[3] ?? ''))
  t.strictSame(tally, ONE_WINNER)
  t.equal((await readStatus(app, user, token)).body.backup_codes_remaining, 7)
})

t.test('a step token opens once, also when fifty requests race with it and the same code', async (t) => {
  const { user, code, backupCodes } = await enrolledUser()
  for (const presented of [code, backupCodes[0] ?? '']) {
    const step = await tokenAfterPassword(app, user)
    const before = await countSessions(user)
    const { tally } = await race(TIMES, () => verify(app, user, step, presented))
    t.strictSame(tally, { '200 authenticated': 1, '401 step_token_invalid': TIMES - 1 })
    t.equal(await countSessions(user), before + 1)
  }
})

t.test('a step token opens once, also when eight backup codes race with it; seven stay unused', async (t) => {
  const { user, backupCodes, token } = await enrolledUser()
  const step = await tokenAfterPassword(app, user)
  const { tally } = await race(8, (n) => verify(app, user, step, backupCodes[n] ?? ''))
  t.strictSame(tally, { '200 authenticated': 1, '401 step_token_invalid': 7 })
  t.equal((await readStatus(app, user, token)).body.backup_codes_remaining, 7)
})

t.test('fifty wrong codes at once get no more tries than one after another', async (t) => {
  const { user, authenticator } = await enrolledUser()
  const wrong = authenticator.wrongCode(app.clock.now())
  const step = await tokenAfterPassword(app, user)
  const oneStep = await race(TIMES, () => verify(app, user, step, wrong))
  t.strictSame(oneStep.tally, { '401 invalid_code': 5, '401 step_token_invalid': TIMES - 5 })
  const left = oneStep.answers.map(({ body }) => body.attempts_left).filter((value) => value !== undefined)
  t.strictSame(left.sort(), [0, 1, 2, 3, 4])

  const steps = await manySteps(user)
  const ownSteps = await race(TIMES, (n) => verify(app, user, steps[n], wrong))
  t.strictSame(ownSteps.tally, { '401 invalid_code': 1, '429 too_many_attempts': TIMES - 1 })
})

t.test('an enrolment is confirmed once, also when fifty requests race with the code', async (t) => {
  const user = await createUser(app)
  const token = await tokenAfterPassword(app, user)
  const code = new Authenticator((await enable(app, user, token)).body.provisioning_uri).code(app.clock.now())
  const { tally } = await race(TIMES, () => verifySetup(app, user, token, code))
  t.strictSame(tally, { '200': 1, '409 two_factor_not_pending': TIMES - 1 })
  t.equal((await readStatus(app, user, token)).body.backup_codes_remaining, 8)
})

t.test('fifty enrolment steps that confirm at once open one session', async (t) => {
  await demandSecondFactor(app, { roles: ['admin'] })
  const admin = await createUser(app, { roles: ['admin'] })
  const steps = await manySteps(admin)
  const code = new Authenticator((await enable(app, admin, steps[0])).body.provisioning_uri).code(app.clock.now())
  const { tally } = await race(TIMES, (n) => verifySetup(app, admin, steps[n], code))
  t.strictSame(tally, { '200 authenticated': 1, '401 step_token_invalid': TIMES - 1 })
  t.equal(await countSessions(admin), 1)
})

t.test('of ten sets of backup codes made at once, one works, whole', async (t) => {
  const { user, backupCodes, token } = await enrolledUser()
  const { answers } = await race(10, () => regenerate(app, user, token))
  for (const answer of answers) t.equal(answer.status, 200)
  t.equal((await readStatus(app, user, token)).body.backup_codes_remaining, 8)
  const working: string[][] = []
  for (const { body } of answers) {
    // Waits are not what this is about.
    await app.db.deleteFrom('attempts').execute()
    const [first, ...others] = body.backup_codes
    if (gist(await signInWithCode(app, user, first)) === '200 authenticated') working.push(others)
  }
  t.equal(working.length, 1)
  for (const code of working.flat()) t.equal(gist(await signInWithCode(app, user, code)), '200 authenticated')
  t.equal(gist(await signInWithCode(app, user, backupCodes[0] ?? '')), '401 invalid_code')
})
