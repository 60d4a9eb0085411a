/** What is counted is counted, and what is unique stays so, whatever a hundred requests through two processes try. */
import t, { type Test } from 'tap'
import { attemptLimits, limitOf } from '../../src/policy/attempts.ts'
import { adminOf, usersAs } from '../support/admin.ts'
import { keysAs, keyWith } from '../support/api-keys.ts'
import { forgot } from '../support/mail.ts'
import { changePassword } from '../support/two-factor.ts'
import { attack, startTwoProcesses, TIMES, triesHeard } from '../support/two-processes.ts'
import { createUser, gist, login, NEW_PASSWORD, signIn } from '../support/users.ts'

const both = await startTwoProcesses(t)
const { app } = both

t.test('no more wrong passwords are heard than one after another', async (t) => {
  const { email } = await createUser(app)
  const { tally, seconds } = await attack(both, ({ call }, n) =>
    call('POST', '/auth/login', { body: { email, password: 'wrong' }, headers: { 'x-forwarded-for': `10.1.1.${n}` } }),
  )
  expectHeard(t, tally, '401 invalid_credentials', triesHeard(attemptLimits.signInAccount, seconds))
})

t.test('no more wrong current passwords are heard than one after another', async (t) => {
  const { access_token: token } = await signIn(app, await createUser(app))
  const more = { current_password: 'wrong' }
  const { tally, seconds } = await attack(both, (replica) => changePassword(replica, token, NEW_PASSWORD, more))
  expectHeard(t, tally, '403 wrong_password', triesHeard(attemptLimits.currentPassword, seconds))
})

t.test('no more reset links are asked for than one after another: of one account, from one source', async (t) => {
  const user = await createUser(app)
  const ofAccount = await attack(both, (replica) => forgot(replica, user.email))
  expectHeard(t, ofAccount.tally, '200', triesHeard(attemptLimits.resetAccount, ofAccount.seconds))
  const fromSource = await attack(both, (replica, n) => forgot(replica, `nobody.${n}@example.com`, '10.9.9.9'))
  expectHeard(t, fromSource.tally, '404 account_not_found', triesHeard(attemptLimits.resetSource, fromSource.seconds))
})

/** All others are held up. */
function expectHeard(t: Test, tally: Record<string, number>, answer: string, most: number): void {
  const heard = tally[answer] ?? 0
  t.ok(heard > 5 && heard <= most, `${heard} of ${most} are heard: ${JSON.stringify(tally)}`)
  t.equal(tally['429 too_many_attempts'], TIMES - heard)
}

t.test('wrong passwords from one source for many accounts: held up but for those already being checked', async (t) => {
  const headers = { 'x-forwarded-for': '10.8.8.8' }
  const { tally, seconds } = await attack(both, ({ call }, n) =>
    call('POST', '/auth/login', { body: { email: `stranger.${n}@example.com`, password: 'wrong' }, headers }),
  )
  // Each process checks so many of one source at a time.
  const underWay = 2 * 16
  expectHeard(t, tally, '401 invalid_credentials', triesHeard(limitOf('signInSource'), seconds) + underWay)
})

t.test('one user gets the address', async (t) => {
  const admin = await adminOf(app)
  const others = await Promise.all(Array.from({ length: TIMES / 2 }, () => createUser(app, { roles: ['customer'] })))
  const newcomer = { first_name: 'Jane', last_name: 'Doe', roles: ['customer'], send_welcome_email: false }
  const { answers } = await attack(both, (replica, n) => {
    const email = n % 3 === 0 ? 'Wanted@Example.com' : 'wanted@example.com'
    const as = usersAs(replica, admin)
    return n % 4 < 2 ? as.create({ ...newcomer, email }) : as.edit(others[n >> 1]?.id ?? 0, { email })
  })
  const won = answers.filter(({ status }) => status < 300)
  t.equal(won.length, 1)
  for (const answer of answers) if (answer !== won[0]) t.equal(gist(answer), '409 email_taken')
  const { items } = (await usersAs(app, admin).list('?email=wanted@example.com')).body
  t.strictSame(
    items.map(({ id }: { id: number }) => id),
    [won[0]?.body.id],
  )
})

t.test('administrators who take each other away: one is left', async (t) => {
  for (const many of [2, 10]) {
    await app.db.deleteFrom('user_roles').where('role_name', '=', 'admin').execute()
    const admins = await Promise.all(Array.from({ length: many }, () => adminOf(app)))
    const { answers } = await attack(both, (replica, n) => {
      const as = usersAs(replica, admins[n % many] ?? { token: '' })
      const target = admins[(n + 1 + (Math.trunc(n / many) % (many - 1))) % many]?.id ?? 0
      const acts = [
        () => as.edit(target, { roles: ['customer'] }),
        () => as.edit(target, { active: false }),
        () => as.remove(target),
        () => as.resetPassword(target),
      ]
      return acts[Math.trunc(n / 2) % 4]?.() as ReturnType<typeof as.remove>
    })
    for (const { status } of answers) t.ok(status < 500)
    const left = await app.db
      .selectFrom('users')
      .innerJoin('user_roles', 'user_roles.user_id', 'users.id')
      .where('role_name', '=', 'admin')
      .where('active', '=', true)
      .where('password_state', '=', 'set')
      .select('id')
      .execute()
    t.equal(left.length, 1, `of ${many}: ${answers.map(gist)}`)
    const winner = admins.find(({ id }) => id === left[0]?.id)
    t.equal(winner && gist(await login(both.at(1), winner)), '200 authenticated')
  }
})

t.test('of a hundred new secrets of an API key, one works; after its revocation none', async (t) => {
  const maker = await adminOf(app)
  const key = await keyWith(app, ['view_user'], {}, maker)
  const works = async (secret: string, n: number) =>
    (await both.at(n).call('GET', '/admin/users', { apiKey: secret })).status === 200
  const working = async (secrets: string[]) => (await Promise.all(secrets.map(works))).filter(Boolean).length

  const first = await attack(both, (replica) => keysAs(replica, maker).regenerate(key.id))
  t.strictSame(first.tally, { '200 active': TIMES })
  const secrets = first.answers.map(({ body }) => body.api_key as string)
  t.equal(await working([key.api_key, ...secrets]), 1)

  const second = await attack(
    both,
    (replica) => keysAs(replica, maker).regenerate(key.id),
    (replica) => keysAs(replica, maker).revoke(key.id),
  )
  t.equal(second.between?.status, 204)
  for (const answer of second.answers) t.match(gist(answer), /^(200|409 api_key_inactive)( active)?$/)
  const later = second.answers.map(({ body }) => body.api_key as string).filter(Boolean)
  t.equal(await working([...secrets, ...later]), 0)
})
