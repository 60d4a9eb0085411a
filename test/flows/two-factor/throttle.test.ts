import t from 'tap'
import { startTestApp } from '../../support/app.ts'
import { disable, enable, signInWithCode, tokenAfterPassword, verify } from '../../support/two-factor.ts'
import { createUser, enrol, eventsAbout, gist, login, type TestUser } from '../../support/users.ts'

const app = await startTestApp(t)

async function enrolledUser() {
  const user = await createUser(app)
  const { authenticator, token, backupCodes } = await enrol(app, user)
  app.clock.advance(90)
  return {
    user,
    token,
    backupCodes,
    code: () => authenticator.code(app.clock.now()),
    wrong: () => authenticator.wrongCode(app.clock.now()),
  }
}

/** Presents a wrong code in a step of its own: the step's own limit is not what is tried here. */
async function failOnce(user: TestUser, wrong: () => string) {
  return verify(app, user, await tokenAfterPassword(app, user), wrong())
}

t.test(
  'after five wrong codes each further one makes the user wait, twice as long each time, 15 minutes at most',
  async (t) => {
    const { user, code, wrong } = await enrolledUser()
    for (let n = 0; n < 5; n++) t.equal(gist(await failOnce(user, wrong)), '401 invalid_code')
    for (const wait of [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]) {
      t.equal(gist(await failOnce(user, wrong)), '401 invalid_code', 'heard')
      const early = await signInWithCode(app, user, code())
      t.equal(gist(early), '429 too_many_attempts', 'the right code waits too')
      t.equal(early.headers.get('retry-after'), String(wait))
      app.clock.advance(wait - 1)
      const stillEarly = await signInWithCode(app, user, code())
      t.equal(gist(stillEarly), '429 too_many_attempts')
      t.equal(stillEarly.headers.get('retry-after'), '1')
      app.clock.advance(1)
    }
    t.equal(gist(await signInWithCode(app, user, code())), '200 authenticated', 'released after the wait')
  },
)

t.test('a right code ends the row of wrong ones', async (t) => {
  const { user, code, wrong } = await enrolledUser()
  for (let round = 0; round < 3; round++) {
    for (let n = 0; n < 5; n++) t.equal(gist(await failOnce(user, wrong)), '401 invalid_code')
    t.equal(gist(await signInWithCode(app, user, code())), '200 authenticated')
    app.clock.advance(30)
  }
})

t.test('a row of wrong codes is forgotten a day after its last one', async (t) => {
  const { user, code, wrong } = await enrolledUser()
  for (let n = 0; n < 6; n++) await failOnce(user, wrong)
  app.clock.advance(86_399)
  await failOnce(user, wrong)
  t.equal((await signInWithCode(app, user, code())).headers.get('retry-after'), '10')
  app.clock.advance(86_400)
  for (let n = 0; n < 5; n++) t.equal(gist(await failOnce(user, wrong)), '401 invalid_code')
  t.equal(gist(await signInWithCode(app, user, code())), '200 authenticated')
})

t.test('a try that must wait is not counted, kills no step and uses up no code', async (t) => {
  const { user, code, wrong, backupCodes } = await enrolledUser()
  for (let n = 0; n < 6; n++) await failOnce(user, wrong)
  const step = await tokenAfterPassword(app, user)
  for (let n = 0; n < 12; n++) {
    const answer = await verify(app, user, step, [wrong(), code(), backupCodes[0] ?? ''][n % 3] ?? '')
    t.equal(gist(answer), '429 too_many_attempts')
    t.equal(answer.headers.get('retry-after'), '5')
  }
  app.clock.advance(5)
  t.equal((await verify(app, user, step, wrong())).body.attempts_left, 4)
  app.clock.advance(10)
  t.equal(gist(await verify(app, user, step, backupCodes[0] ?? '')), '200 authenticated')
  t.equal(gist(await signInWithCode(app, user, code())), '200 authenticated')
  t.equal((await eventsAbout(app, user.id)).filter((type) => type === 'attempts_throttled!').length, 2, '1st and 10th')
})

t.test('the wait holds for one user, in every call that takes a code', async (t) => {
  const [slow, free] = [await enrolledUser(), await enrolledUser()]
  for (let n = 0; n < 6; n++) {
    t.equal(gist(await disable(app, slow.user, slow.token, slow.wrong())), '400 invalid_code')
  }
  t.equal(gist(await disable(app, slow.user, slow.token, slow.code())), '429 too_many_attempts')
  t.equal(gist(await signInWithCode(app, slow.user, slow.code())), '429 too_many_attempts')
  t.equal(gist(await signInWithCode(app, free.user, free.code())), '200 authenticated')
})

t.test('wrong codes and wrong passwords are counted apart', async (t) => {
  const { user, token, code, wrong } = await enrolledUser()
  for (let n = 0; n < 6; n++) await failOnce(user, wrong)
  t.equal(gist(await login(app, user)), '200 two_factor_required', 'the password is heard while codes must wait')
  t.equal(gist(await enable(app, user, token)), '409 two_factor_already_enabled')
  app.clock.advance(5)

  for (let n = 0; n < 6; n++) t.equal(gist(await enable(app, user, token, 'wrong')), '403 wrong_password')
  t.equal(gist(await enable(app, user, token)), '429 too_many_attempts')
  t.equal(
    gist(await signInWithCode(app, user, code())),
    '200 authenticated',
    'codes are heard while passwords must wait',
  )
})
