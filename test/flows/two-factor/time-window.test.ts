import t from 'tap'
import { startTestApp } from '../../support/app.ts'
import { Authenticator } from '../../support/authenticator.ts'
import { enable, signInWithCode, tokenAfterPassword, verifySetup } from '../../support/two-factor.ts'
import { createUser, enrol, gist } from '../../support/users.ts'

// The clock starts at the first second of a 30-second step.
const app = await startTestApp(t)
const [REFUSED, ACCEPTED] = ['401 invalid_code', '200 authenticated']

t.test('sign-in takes the code of the previous, the current and the next step, and none beyond', async (t) => {
  const user = await createUser(app)
  const { authenticator } = await enrol(app, user)
  for (const second of [0, 15, 29]) {
    for (const [shift, expected] of [
      [-3, REFUSED],
      [-2, REFUSED],
      [-1, ACCEPTED],
      [2, REFUSED],
      [3, REFUSED],
      [0, ACCEPTED],
      [1, ACCEPTED],
    ] as const) {
      app.clock.advance(300 + second)
      const answer = await signInWithCode(app, user, authenticator.code(app.clock.now(), shift))
      t.equal(gist(answer), expected, `${shift} steps off, ${second} s into the step`)
      app.clock.advance(-second)
    }
  }
})

t.test('enrolment is confirmed by the same three steps, and by none beyond', async (t) => {
  for (const [shift, expected] of [
    [-2, '400 invalid_code'],
    [-1, '200'],
    [0, '200'],
    [1, '200'],
    [2, '400 invalid_code'],
  ] as const) {
    const user = await createUser(app)
    const token = await tokenAfterPassword(app, user)
    const authenticator = new Authenticator((await enable(app, user, token)).body.provisioning_uri)
    const answer = await verifySetup(app, user, token, authenticator.code(app.clock.now(), shift))
    t.equal(gist(answer), expected, `${shift} steps off`)
  }
})

t.test('with TOTP_TOLERANCE=0 only the current step is taken, at sign-in and enrolment', async (t) => {
  const strict = await startTestApp(t, { database: app.database, clock: app.clock, env: { TOTP_TOLERANCE: '0' } })
  const user = await createUser(strict)
  const token = await tokenAfterPassword(strict, user)
  const authenticator = new Authenticator((await enable(strict, user, token)).body.provisioning_uri)
  const confirm = async (shift: number) =>
    gist(await verifySetup(strict, user, token, authenticator.code(app.clock.now(), shift)))
  t.strictSame([await confirm(-1), await confirm(1), await confirm(0)], ['400 invalid_code', '400 invalid_code', '200'])
  for (const second of [0, 29]) {
    app.clock.advance(300 + second)
    for (const [shift, expected] of [
      [-1, REFUSED],
      [1, REFUSED],
      [0, ACCEPTED],
    ] as const) {
      const answer = await signInWithCode(strict, user, authenticator.code(app.clock.now(), shift))
      t.equal(gist(answer), expected, `${shift} steps off, ${second} s into the step`)
    }
    app.clock.advance(-second)
  }
})

t.test('each step opens once, also the one that confirmed the enrolment', async (t) => {
  const user = await createUser(app)
  const { authenticator, confirmedWith } = await enrol(app, user)
  t.equal(gist(await signInWithCode(app, user, confirmedWith)), REFUSED)
  for (let n = 0; n < 3; n++) {
    app.clock.advance(30)
    const code = authenticator.code(app.clock.now())
    t.equal(gist(await signInWithCode(app, user, code)), ACCEPTED)
    t.equal(gist(await signInWithCode(app, user, code)), REFUSED)
  }
})

t.test('once a later step was accepted, earlier ones are refused', async (t) => {
  const user = await createUser(app)
  const { authenticator } = await enrol(app, user)
  app.clock.advance(120)
  const now = app.clock.now()
  t.equal(gist(await signInWithCode(app, user, authenticator.code(now, 1))), ACCEPTED)
  for (const shift of [-1, 0, 1]) {
    t.equal(gist(await signInWithCode(app, user, authenticator.code(now, shift))), REFUSED, `${shift} steps off`)
  }
  app.clock.advance(30)
  t.equal(gist(await signInWithCode(app, user, authenticator.code(now, 2))), ACCEPTED)
})

t.test('a clock that falls behind the last accepted step refuses codes until it has caught up', async (t) => {
  const user = await createUser(app)
  const { authenticator } = await enrol(app, user)
  app.clock.advance(600)
  t.equal(gist(await signInWithCode(app, user, authenticator.code(app.clock.now(), 1))), ACCEPTED)
  for (const [behind, shift] of [
    [30, 1],
    [60, 0],
    [3600, 0],
  ] as const) {
    app.clock.advance(-behind)
    const answer = await signInWithCode(app, user, authenticator.code(app.clock.now(), shift))
    t.equal(gist(answer), REFUSED, `${behind} s behind`)
    app.clock.advance(behind)
  }
  app.clock.advance(60)
  t.equal(gist(await signInWithCode(app, user, authenticator.code(app.clock.now()))), ACCEPTED)
})

t.test('a new enrolment counts its steps anew, and codes of the old secret open nothing', async (t) => {
  const user = await createUser(app)
  const first = await enrol(app, user)
  await app.db.updateTable('users').set({ totp_secret: null }).where('id', '=', user.id).execute()
  app.clock.advance(-3600)
  const second = await enrol(app, user)
  app.clock.advance(30)
  t.equal(gist(await signInWithCode(app, user, first.authenticator.code(app.clock.now()))), REFUSED)
  t.equal(gist(await signInWithCode(app, user, second.authenticator.code(app.clock.now()))), ACCEPTED)
})
