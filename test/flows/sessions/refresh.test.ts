import { isDeepStrictEqual } from 'node:util'
import { decodeJwt } from 'jose'
import { sql } from 'kysely'
import t from 'tap'
import { writeToken } from '../../../src/crypto/opaque-token.ts'
import { startTestApp, type TestApp, testSecretKeys } from '../../support/app.ts'
import { Authenticator } from '../../support/authenticator.ts'
import { enable, verifySetup } from '../../support/two-factor.ts'
import {
  createUser,
  deactivate,
  demandSecondFactor,
  enrol,
  eventsAbout,
  gist,
  race,
  signIn,
} from '../../support/users.ts'

const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

const app = await startTestApp(t)

const refresh = (token: string, { call }: TestApp = app) =>
  call('POST', '/auth/refresh', { body: { refresh_token: token } })
const refused = '401 invalid_refresh_token'

/** Refreshes and gives the token that came back. */
async function next(token: string): Promise<string> {
  const answer = await refresh(token)
  if (answer.status !== 200) throw new Error(`expected new tokens, got ${answer.text}`)
  return answer.body.refresh_token
}

t.test('a refresh answers like a finished sign-in, but counts as none', async (t) => {
  const user = await createUser(app)
  const tokens = await signIn(app, user)
  app.clock.advance(MINUTE)
  const { status, body, headers } = await refresh(tokens.refresh_token)
  t.equal(status, 200)
  t.strictSame(Object.keys(body).sort(), Object.keys(tokens).sort())
  t.strictSame(body.user, tokens.user)
  t.not(body.access_token, tokens.access_token)
  t.not(body.refresh_token, tokens.refresh_token)
  t.match(body, { expires_in: 900, refresh_expires_in: 3600 })
  t.equal(headers.get('cache-control'), 'no-store')
  const [before, after] = [decodeJwt(tokens.access_token), decodeJwt(body.access_token)]
  t.strictSame(
    { ...after, jti: '', iat: 0, exp: 0 },
    { ...before, jti: '', iat: 0, exp: 0 },
    'the session, its sign-in time and its factors stay',
  )
  t.not(after.jti, before.jti)
})

t.test('within ten seconds of a rotation the previous and the current token both give the current one', async (t) => {
  const { refresh_token: first } = await signIn(app, await createUser(app))
  for (const seconds of [0, 5, 4]) {
    app.clock.advance(seconds)
    t.equal(await next(first), first, 'not rotated yet')
  }
  app.clock.advance(1)
  const second = await next(first)
  t.not(second, first)
  for (const seconds of [0, 5, 4]) {
    app.clock.advance(seconds)
    t.equal(await next(first), second, `the previous one after ${seconds} s more`)
    t.equal(await next(second), second, `the current one after ${seconds} s more`)
  }
  app.clock.advance(1)
  const third = await next(second)
  t.not(third, second)
  t.equal(await next(second), third)
})

t.test('an older token is reuse: the session ends, for every token of it, and that is audited', async (t) => {
  const cases: Record<string, (tokens: string[]) => Promise<string>> = {
    'the previous token, ten seconds after the rotation': async ([first = '']) => {
      await next(first)
      app.clock.advance(10)
      return first
    },
    'the one before the previous, at once': async ([first = '']) => {
      const second = await next(first)
      app.clock.advance(10)
      await next(second)
      return first
    },
  }
  for (const [name, prepare] of Object.entries(cases)) {
    const user = await createUser(app)
    const bystander = await signIn(app, user)
    const stolen = await signIn(app, user)
    app.clock.advance(10)
    const old = await prepare([stolen.refresh_token])
    t.equal(gist(await refresh(old)), refused, name)
    t.equal(gist(await refresh(old)), refused, name)
    t.equal(gist(await app.call('GET', '/auth/me', { token: stolen.access_token })), '401 session_ended', name)
    t.equal((await app.call('GET', '/auth/me', { token: bystander.access_token })).status, 200, 'other sessions go on')
    const events = await eventsAbout(app, user.id)
    t.strictSame(events, ['sign_in', 'sign_in', 'refresh_token_reuse!'], name)
  }
})

t.test(
  'a token from after the moment that a restored database knows is accepted, and the session goes on from it',
  async (t) => {
    const { refresh_token, access_token } = await signIn(app, await createUser(app))
    const sid = decodeJwt(access_token)['sid'] as string
    let current = refresh_token
    for (let n = 0; n < 3; n++) {
      app.clock.advance(20)
      current = await next(current)
    }
    await app.db.updateTable('sessions').set({ generation: 1 }).where('id', '=', sid).execute()
    const { answers, tally } = await race(20, () => refresh(current))
    t.strictSame(tally, { '200 authenticated': 20 })
    const successors = new Set(answers.map((answer) => answer.body.refresh_token))
    t.equal(successors.size, 1)
    t.notOk(successors.has(current), 'no token is handed out a second time for another moment')
    app.clock.advance(10)
    await next([...successors][0])
    t.equal(gist(await refresh(refresh_token)), refused, 'the oldest one is reuse all the same')
  },
)

t.test('fifty refreshes of one token at once give exactly one successor and sign nobody out', async (t) => {
  const user = await createUser(app)
  const { refresh_token } = await signIn(app, user)
  app.clock.advance(MINUTE)
  const { answers, tally } = await race(50, () => refresh(refresh_token))
  t.strictSame(tally, { '200 authenticated': 50 })
  const successors = [...new Set(answers.map((answer) => answer.body.refresh_token))]
  t.equal(successors.length, 1)
  t.not(successors[0], refresh_token)
  t.equal(await next(successors[0]), successors[0])
  t.equal(new Set(answers.map((answer) => decodeJwt(answer.body.access_token).jti)).size, 50)
  t.strictSame(await eventsAbout(app, user.id), ['sign_in'])
})

t.test('without remember_me a session ends 60 minutes after its last refresh', async (t) => {
  const { refresh_token } = await signIn(app, await createUser(app))
  app.clock.advance(HOUR - 1)
  const second = await next(refresh_token)
  app.clock.advance(HOUR - 1)
  const third = await next(second)
  app.clock.advance(HOUR)
  t.equal(gist(await refresh(third)), refused)
})

t.test('repeating the current token within ten seconds is activity too', async (t) => {
  const { refresh_token } = await signIn(app, await createUser(app))
  app.clock.advance(9)
  t.equal(await next(refresh_token), refresh_token)
  app.clock.advance(HOUR - 1)
  await next(refresh_token)
})

t.test('without remember_me a session ends after 24 hours at most, and nothing of it lasts longer', async (t) => {
  const tokens = await signIn(app, await createUser(app))
  const end = app.clock.now().getTime() / 1000 + DAY
  let current = tokens.refresh_token
  for (let minutes = 50; minutes < 24 * 60; minutes += 50) {
    app.clock.advance(50 * MINUTE)
    const { body } = await refresh(current)
    const left = end - app.clock.now().getTime() / 1000
    t.match(body, { expires_in: Math.min(900, left), refresh_expires_in: Math.min(HOUR, left) }, `after ${minutes} min`)
    current = body.refresh_token
  }
  // 23:20 has passed; ten minutes before the end the access token is cut short too.
  app.clock.advance(30 * MINUTE)
  const { body } = await refresh(current)
  t.match(body, { expires_in: 600, refresh_expires_in: 600 })
  t.equal(decodeJwt(body.access_token).exp, end)
  app.clock.advance(600)
  t.equal(gist(await refresh(body.refresh_token)), refused)
  t.equal(gist(await app.call('GET', '/auth/me', { token: body.access_token })), '401 access_token_expired')
})

t.test('with remember_me a session lasts 30 days, whether it is used or not', async (t) => {
  const user = await createUser(app)
  const idle = await signIn(app, user, undefined, { remember_me: true })
  const used = await signIn(app, user, undefined, { remember_me: true })
  app.clock.advance(15 * DAY)
  const current = await refresh(used.refresh_token)
  t.equal(current.body.refresh_expires_in, 15 * DAY, 'a refresh does not prolong it')
  app.clock.advance(15 * DAY - 1)
  const last = await refresh(idle.refresh_token)
  t.match(last.body, { expires_in: 1, refresh_expires_in: 1 })
  app.clock.advance(1)
  t.equal(gist(await refresh(last.body.refresh_token)), refused)
  t.equal(gist(await refresh(current.body.refresh_token)), refused)
})

t.test('a session that lacks a factor which policy now demands ends at its refresh', async (t) => {
  const [staff, customer, enrolled, late] = [
    await createUser(app, { roles: ['admin'] }),
    await createUser(app, { roles: ['customer'] }),
    await createUser(app, { roles: ['admin'] }),
    await createUser(app, { roles: ['admin'] }),
  ]
  const { authenticator } = await enrol(app, enrolled)
  const [lacking, exempt, proven] = [
    await signIn(app, staff),
    await signIn(app, customer),
    await signIn(app, enrolled, authenticator),
  ]
  // Signed in with the password alone, and enrolled in this very session since.
  const enrolledSince = await signIn(app, late)
  const offer = await enable(app, late, enrolledSince.access_token)
  const code = new Authenticator(offer.body.provisioning_uri).code(app.clock.now())
  t.equal((await verifySetup(app, late, enrolledSince.access_token, code)).status, 200)
  const stillOpen = await signIn(app, await createUser(app, { roles: ['customer_service_agent_1'] }))
  await demandSecondFactor(app, { roles: ['admin', 'customer'] })
  t.teardown(() => demandSecondFactor(app, {}))

  t.equal(gist(await refresh(exempt.refresh_token)), '200 authenticated', 'never demanded of pure customers')
  t.equal(gist(await refresh(proven.refresh_token)), '200 authenticated')
  t.equal(gist(await refresh(stillOpen.refresh_token)), '200 authenticated', 'not one of the roles')
  t.equal(gist(await refresh(enrolledSince.refresh_token)), '200 authenticated', 'it has proven the factor')
  t.equal((await app.call('GET', '/auth/me', { token: lacking.access_token })).status, 200, 'not before the refresh')
  t.equal(gist(await refresh(lacking.refresh_token)), refused)
  t.equal(gist(await app.call('GET', '/auth/me', { token: lacking.access_token })), '401 session_ended')
  t.strictSame(await eventsAbout(app, staff.id), ['sign_in', 'session_ended!'])
})

t.test('a refresh of a deactivated or deleted user is refused', async (t) => {
  const [flagged, ended, deleted] = [await createUser(app), await createUser(app), await createUser(app)]
  const tokens = [await signIn(app, flagged), await signIn(app, ended), await signIn(app, deleted)]
  await app.db.updateTable('users').set({ active: false }).where('id', '=', flagged.id).execute()
  await deactivate(app, ended.id)
  await app.db.deleteFrom('users').where('id', '=', deleted.id).execute()
  for (const { refresh_token } of tokens) t.equal(gist(await refresh(refresh_token)), refused)
})

t.test('changed roles show in the next access token', async (t) => {
  const user = await createUser(app, { roles: ['customer'] })
  const { refresh_token } = await signIn(app, user)
  await app.db.insertInto('user_roles').values({ user_id: user.id, role_name: 'admin' }).execute()
  const { body } = await refresh(refresh_token)
  t.match(body, { redirect_to: '/customers', user: { roles: ['admin', 'customer'], permissions: ['admin'] } })
  t.match(decodeJwt(body.access_token), { roles: ['admin', 'customer'], permissions: ['admin'] })
})

t.test('what is not a refresh token of a standing session is refused', async (t) => {
  const { refresh_token: token, access_token } = await signIn(app, await createUser(app))
  const { ring } = app.deps.keys
  const bad = {
    nothing: undefined,
    'an empty one': '',
    'another text': 'x',
    'over-long, but within the limit': 'x'.repeat(1024),
    truncated: token.slice(0, -1),
    lengthened: `${token}A`,
    'another spelling': token.slice(0, -1) + String.fromCharCode(token.charCodeAt(token.length - 1) + 1),
    'with a space': `${token} `,
    'with a NUL': `${token.slice(0, 10)}\u0000${token.slice(11)}`,
    'without its prefix': token.slice(4),
    'a genuine one of no session': writeToken(ring, 'refresh', '0b6b0c1e-7f55-4c58-9c61-6a1b7bb7c0de'),
    'the session as a step': writeToken(ring, 'step', decodeJwt(access_token)['sid'] as string),
  }
  for (const [name, refresh_token] of Object.entries(bad)) {
    const answer = await app.call('POST', '/auth/refresh', {
      body: refresh_token === undefined ? {} : { refresh_token },
    })
    t.equal(gist(answer), refused, name)
  }
  for (const refresh_token of ['x'.repeat(1025), 1, null, ['x'], {}])
    t.equal(gist(await app.call('POST', '/auth/refresh', { body: { refresh_token } })), '400 validation_failed')
  await next(token)
})

t.test(
  'a token under an older key of the ring goes on under the primary one; under a foreign ring it is refused',
  async (t) => {
    const { refresh_token } = await signIn(app, await createUser(app))
    const newKey = `t2:${Buffer.alloc(32, 7).toString('base64')}`
    const rotated = await startTestApp(t, {
      database: app.database,
      clock: app.clock,
      env: { SECRET_KEYS: `${newKey},${testSecretKeys}` },
    })
    app.clock.advance(10)
    const renewed = await refresh(refresh_token, rotated)
    t.equal(gist(renewed), '200 authenticated')
    t.equal(gist(await refresh(renewed.body.refresh_token)), refused, 'the replica that lacks the new key')
    t.equal(gist(await refresh(renewed.body.refresh_token, rotated)), '200 authenticated')

    const foreign = await startTestApp(t, { env: { SECRET_KEYS: `t1:${Buffer.alloc(32, 8).toString('base64')}` } })
    t.equal(gist(await refresh(refresh_token, foreign)), refused)
  },
)

t.test('what a refresh changes is in no index, so that the database need not rewrite the row in each', async (t) => {
  const { rows } = await sql<{ name: string }>`
    select distinct attname::text as name from pg_depend
    join pg_class on pg_class.oid = objid and relkind = 'i' and classid = 'pg_class'::regclass
    join pg_attribute on attrelid = refobjid and attnum = refobjsubid
    where refobjid = 'sessions'::regclass`.execute(app.db)
  const indexed = rows.map(({ name }) => name)
  t.ok(indexed.includes('user_id'))
  for (const remember_me of [true, false]) {
    const user = await createUser(app)
    const { refresh_token } = await signIn(app, user, undefined, { remember_me })
    const row = () => app.db.selectFrom('sessions').selectAll().where('user_id', '=', user.id).executeTakeFirstOrThrow()
    const before = await row()
    app.clock.advance(60)
    t.equal((await refresh(refresh_token)).status, 200)
    const after = await row()
    const changed = Object.keys(after).filter(
      (name) => !isDeepStrictEqual(Reflect.get(before, name), Reflect.get(after, name)),
    )
    t.ok(changed.includes('generation') && changed.includes('last_used_at'))
    t.strictSame(
      changed.filter((name) => indexed.includes(name)),
      [],
    )
  }
})
