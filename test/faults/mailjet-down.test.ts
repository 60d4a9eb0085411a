/** Mailjet away for an hour: every mail that is still of use arrives once it is back, and no other. */
import t from 'tap'
import { adminOf, usersAs } from '../support/admin.ts'
import { startTestApp } from '../support/app.ts'
import { forgot, retryNow, workQueue } from '../support/mail.ts'
import { startMailjet } from '../support/mailjet.ts'
import { createUser, login } from '../support/users.ts'

t.test('after an hour without Mailjet: welcomes and later links arrive, links that have expired do not', async (t) => {
  const mailjet = await startMailjet(t)
  const app = await startTestApp(t, { env: { ...mailjet.env, TRUST_PROXY: 'loopback' } })
  const admin = await adminOf(app)
  const [early, late] = [await createUser(app), await createUser(app)]
  const newcomer = { email: 'newcomer@example.com', first_name: 'Jo', last_name: 'Doe', roles: ['customer'] }

  mailjet.sending = 'reset'
  mailjet.lookingUp = 'reset'
  t.equal((await usersAs(app, admin).create(newcomer)).status, 201)
  t.equal((await forgot(app, early.email)).status, 200)
  // Six tries in the hour; acts go on meanwhile.
  for (let tries = 0; tries < 6; tries++) {
    await retryNow(app)
    await workQueue(app)
    app.clock.advance(600)
    if (tries === 4) t.equal((await forgot(app, late.email)).status, 200)
    t.equal((await login(app, late)).status, 200, 'nobody waits for mail')
  }
  t.strictSame(mailjet.accepted, [])

  mailjet.sending = 'accept'
  mailjet.lookingUp = 'answer'
  for (let round = 0; round < 2; round++) {
    await retryNow(app)
    await workQueue(app)
  }
  t.equal(mailjet.arrived(newcomer.email).length, 1)
  t.equal(mailjet.arrived(late.email).length, 1)
  t.equal(mailjet.arrived(early.email).length, 0)
  const mails = await app.db.selectFrom('mails').select(['user_id', 'state', 'last_error']).execute()
  t.strictSame(
    mails.filter(({ user_id }) => user_id === early.id),
    [{ user_id: early.id, state: 'dropped', last_error: 'link_dead' }],
  )
  t.strictSame(
    mails.filter(({ state }) => state === 'queued'),
    [],
  )
})
