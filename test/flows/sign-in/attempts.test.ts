import t from 'tap'
import { startTestApp, type TestApp } from '../../support/app.ts'
import type { Answer } from '../../support/client.ts'
import { createUser, gist, login, race, signIn } from '../../support/users.ts'

const HOUR = 3600
const wrong = { password: 'not-the-password' }

const waitOf = (answer: Answer) => Number(answer.headers.get('retry-after'))

/** A sign-in from an address, as the reverse proxy reports it. */
function loginFrom({ call }: TestApp, ip: string, email: string, password = wrong.password): Promise<Answer> {
  return call('POST', '/auth/login', { body: { email, password }, headers: { 'x-forwarded-for': ip } })
}

t.test('beyond five wrong passwords each try waits, twice as long each time, known account or not', async (t) => {
  const app = await startTestApp(t)
  const known = await createUser(app)
  const observed: unknown[] = []
  for (const email of [known.email, 'nobody@example.com']) {
    const seen: unknown[] = []
    for (let n = 0; n < 5; n++) seen.push(gist(await login(app, { ...wrong, email })))
    for (let round = 0; round < 11; round++) {
      seen.push(gist(await login(app, { ...wrong, email })))
      // Wrong or right, a try that comes too early is not heard.
      for (const password of [wrong.password, known.password]) {
        const early = await login(app, { email, password })
        seen.push(gist(early), waitOf(early))
      }
      const wait = Number(seen.at(-1))
      app.clock.advance(wait - 1)
      const last = await login(app, { email, password: known.password })
      seen.push(gist(last), waitOf(last))
      app.clock.advance(1)
    }
    observed.push(seen)
  }
  const expected = [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900].flatMap((wait) => [
    '401 invalid_credentials',
    ...['429 too_many_attempts', wait, '429 too_many_attempts', wait, '429 too_many_attempts', 1],
  ])
  t.strictSame(observed[0], [...Array(5).fill('401 invalid_credentials'), ...expected])
  t.strictSame(observed[1], observed[0], 'an unknown account is not told apart')
})

t.test('after the wait the right password signs in, and the count begins anew', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  for (let n = 0; n < 6; n++) t.equal((await login(app, { ...user, ...wrong })).status, 401)
  t.equal(gist(await login(app, user)), '429 too_many_attempts')
  app.clock.advance(2)
  t.equal(gist(await login(app, user)), '200 authenticated')
  for (let n = 0; n < 6; n++) t.equal((await login(app, { ...user, ...wrong })).status, 401, `free again: ${n}`)
  const answer = await login(app, user)
  t.equal(gist(answer), '429 too_many_attempts')
  t.equal(waitOf(answer), 2)
})

t.test('a count is forgotten a day after its last failure, not before', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  const fail = () => login(app, { ...user, ...wrong })
  for (let n = 0; n < 5; n++) await fail()
  app.clock.advance(24 * HOUR - 1)
  t.equal((await fail()).status, 401)
  t.equal(waitOf(await fail()), 2, 'the sixth in a row')
  app.clock.advance(24 * HOUR)
  for (let n = 0; n < 6; n++) t.equal((await fail()).status, 401, `free again: ${n}`)
  t.equal(waitOf(await fail()), 2)
})

t.test('fifty wrong tries at once get no more than the free ones judged, however the address is spelled', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  const expected = { '401 invalid_credentials': 6, '429 too_many_attempts': 44 }
  for (const email of [user.email, 'nobody@example.com']) {
    const spell = (n: number) => (n % 2 ? email.toUpperCase() : ` ${email}`)
    const { tally, answers } = await race(50, (n) => login(app, { ...wrong, email: spell(n) }))
    t.strictSame(tally, expected, email)
    for (const answer of answers.filter(({ status }) => status === 429)) t.equal(waitOf(answer), 2)
  }
})

t.test('fifty right tries at once are all heard', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  t.strictSame((await race(50, () => login(app, user))).tally, { '200 authenticated': 50 })
  const { login_count } = (await signIn(app, user)).user
  t.equal(login_count, 51)
})

t.test('tries refused unheard are told at the 1st, 10th and 100th, with the account', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  for (const [email, subject] of [
    [user.email, user.id],
    ['nobody@example.com', null],
  ] as const) {
    for (let n = 0; n < 6; n++) await login(app, { ...wrong, email })
    const { tally } = await race(120, () => login(app, { ...wrong, email }))
    t.strictSame(tally, { '429 too_many_attempts': 120 })
    const events = await app.db
      .selectFrom('events')
      .selectAll()
      .where('type', '=', 'attempts_throttled')
      .where('subject_id', 'is not distinct from', subject)
      .orderBy('id')
      .execute()
    const counts = events.map((event) => event.details['count'])
    t.strictSame(counts.sort(), [1, 10, 100], email)
    for (const { details, outcome, ip } of events) {
      t.match(details, { kind: 'signInAccount', until: new Date(app.clock.now().getTime() + 2000).toISOString() })
      t.equal(typeof details['unknown_email'], subject === null ? 'string' : 'undefined')
      t.notMatch(JSON.stringify(details), email)
      t.strictSame([outcome, ip], ['failure', '127.0.0.1'])
    }
  }
})

t.test('fifty failures from one source make it wait, whatever accounts it tries; others are heard', async (t) => {
  const app = await startTestApp(t, { env: { TRUST_PROXY: '1' } })
  const user = await createUser(app)
  // One /64 is one source: its holder has 2^64 addresses.
  for (let n = 0; n < 50; n++) {
    t.equal((await loginFrom(app, `2001:db8:0:1::${n + 1}`, `nobody${n}@example.com`)).status, 401)
  }
  const success = await loginFrom(app, '2001:db8:0:1::ffff', user.email, user.password)
  t.equal(gist(success), '200 authenticated', 'a success of its own does not clear the count')
  t.equal(gist(await loginFrom(app, '2001:db8:0:1::1', 'nobody50@example.com')), '401 invalid_credentials')
  for (const email of ['nobody51@example.com', user.email]) {
    const refused = await loginFrom(app, '2001:db8:0:1:aaaa::1', email, user.password)
    t.equal(gist(refused), '429 too_many_attempts', email)
    t.equal(waitOf(refused), 2)
  }
  for (const ip of ['2001:db8:0:2::1', '192.0.2.1'])
    t.equal(gist(await loginFrom(app, ip, user.email, user.password)), '200 authenticated', ip)
  app.clock.advance(2)
  t.equal(gist(await loginFrom(app, '2001:db8:0:1::1', user.email, user.password)), '200 authenticated')
})

t.test('forwarded addresses count only from trusted proxies', async (t) => {
  const app = await startTestApp(t)
  for (let n = 0; n < 51; n++) await loginFrom(app, `192.0.2.${n}`, `nobody${n}@example.com`)
  t.equal(gist(await loginFrom(app, '192.0.2.99', 'nobody99@example.com')), '429 too_many_attempts')
})
