import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import t from 'tap'
import { keepSigningKeys, rotateSigningKey, withdrawSigningKeys } from '../../src/keys/rotate-signing-key.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { FrozenClock } from '../support/clock.ts'
import { createUser, gist, signIn } from '../support/users.ts'

const MINUTE = 60
const DAY = 86_400
const OPERATOR = { kind: 'cli', id: 'ops' } as const

const kidOf = (token: string) => String(decodeProtectedHeader(token).kid)
const publishedKids = async ({ call }: TestApp) =>
  (await call('GET', '/.well-known/jwks.json')).body.keys.map(({ kid }: { kid: string }) => kid)
const keyRows = ({ db }: TestApp) => db.selectFrom('signing_keys').selectAll().orderBy('active_from').execute()
const keyEvents = ({ db }: TestApp) =>
  db.selectFrom('events').select(['type', 'actor_kind', 'details']).where('type', 'like', 'signing_key%').orderBy('id')

/**
 * The least helpful verifier that keeps to the key set's Cache-Control: asks again after five minutes and not before,
 * whatever kid it meets.
 */
function strictVerifier(app: TestApp) {
  const fetchKeys = () =>
    createRemoteJWKSet(new URL(`${app.url}/.well-known/jwks.json`), {
      cooldownDuration: Number.POSITIVE_INFINITY,
      cacheMaxAge: Number.POSITIVE_INFINITY,
    })
  let keys = fetchKeys()
  let fetchedAt = app.clock.now().getTime()
  return async (token: string) => {
    const now = app.clock.now()
    if (now.getTime() - fetchedAt >= 5 * MINUTE * 1000) {
      keys = fetchKeys()
      fetchedAt = now.getTime()
    }
    await jwtVerify(token, keys, { currentDate: now, algorithms: ['ES256'], typ: 'at+jwt', audience: 'omnicrm' })
  }
}

t.test(
  'a rotation fails no verification: not at two replicas, not at a verifier that caches for five minutes',
  async (t) => {
    const one = await startTestApp(t)
    const two = await startTestApp(t, { database: one.database, clock: one.clock })
    const { clock } = one
    const user = await createUser(one)
    clock.advance(90 * DAY - 6 * MINUTE)
    const verifiers = [strictVerifier(one), strictVerifier(two)]
    const issued: { token: string; until: number }[] = []
    const kids = new Set<string>()
    const note = (token: string) => {
      issued.push({ token, until: clock.now().getTime() + 15 * MINUTE * 1000 })
      kids.add(kidOf(token))
    }
    let session = await signIn(one, user)
    let failures = 0
    for (let minutes = 0; minutes < 60; minutes += 3) {
      await Promise.all([keepSigningKeys(one.deps), keepSigningKeys(two.deps)])
      const [issuer, other] = minutes % 2 === 0 ? [one, two] : [two, one]
      note((await signIn(issuer, user)).access_token)
      const refreshed = await other.call('POST', '/auth/refresh', { body: { refresh_token: session.refresh_token } })
      if (refreshed.status !== 200) failures += 1
      session = refreshed.body
      note(session.access_token)
      for (const { token } of issued.filter(({ until }) => until > clock.now().getTime())) {
        for (const verify of verifiers) await verify(token).catch(() => (failures += 1))
      }
      const me = await issuer.call('GET', '/auth/me', { token: session.access_token })
      if (me.status !== 200) failures += 1
      clock.advance(3 * MINUTE)
    }
    t.equal(failures, 0)
    t.equal(kids.size, 2, 'both keys have signed')
    const [last] = [...kids].slice(-1)
    t.strictSame(await publishedKids(one), [last], 'the old key has left the key set')
    t.strictSame(await publishedKids(two), [last])
    t.match(await keyRows(one), [{ kid: last, retired_at: null }], 'and its private half is gone')
    t.match(await keyEvents(one).execute(), [
      { type: 'signing_key_created', details: { reason: 'first' } },
      { type: 'signing_key_created', actor_kind: 'system', details: { reason: 'scheduled', kid: last } },
      { type: 'signing_key_retired', actor_kind: 'system' },
    ])
  },
)

t.test('a key is published 15 minutes before it signs, and kept 15 after the last token of the old one', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  const old = kidOf((await signIn(app, user)).access_token)
  const { kid, isNew } = await rotateSigningKey(app.deps, OPERATOR)
  t.equal(isNew, true)
  await app.deps.keys.signing.reload()
  t.strictSame(await publishedKids(app), [kid, old])
  app.clock.advance(15 * MINUTE - 1)
  t.equal(kidOf((await signIn(app, user)).access_token), old)
  app.clock.advance(1)
  t.equal(kidOf((await signIn(app, user)).access_token), kid)
  app.clock.advance(30 * MINUTE - 1)
  await keepSigningKeys(app.deps)
  t.strictSame(await publishedKids(app), [kid, old])
  app.clock.advance(1)
  t.strictSame(await publishedKids(app), [kid], 'at its moment, before any job has run')
  await keepSigningKeys(app.deps)
  t.match(await keyRows(app), [{ kid }])
})

t.test('rotations at once, by jobs of two replicas and by an operator, make one key', async (t) => {
  const one = await startTestApp(t)
  const two = await startTestApp(t, { database: one.database, clock: one.clock })
  one.clock.advance(90 * DAY)
  await Promise.all(
    Array.from({ length: 12 }, (_, n) => {
      const { deps } = n % 2 ? one : two
      return n % 3 ? keepSigningKeys(deps) : rotateSigningKey(deps, OPERATOR)
    }),
  )
  const rows = await keyRows(one)
  t.equal(rows.length, 2)
  const again = await rotateSigningKey(one.deps, OPERATOR)
  t.match(again, { kid: rows[1]?.kid, isNew: false }, 'one that waits is waited for')
})

t.test('the schedule is kept to the second, and 0 switches it off', async (t) => {
  const app = await startTestApp(t, { env: { SIGNING_KEY_ROTATION_DAYS: '7' } })
  const never = await startTestApp(t, {
    database: app.database,
    clock: app.clock,
    env: { SIGNING_KEY_ROTATION_DAYS: '0' },
  })
  app.clock.advance(7 * DAY - 1)
  await keepSigningKeys(app.deps)
  t.equal((await keyRows(app)).length, 1)
  app.clock.advance(1)
  await keepSigningKeys(never.deps)
  t.equal((await keyRows(app)).length, 1)
  await keepSigningKeys(app.deps)
  t.equal((await keyRows(app)).length, 2)
})

t.test('a leaked key is out at once, with every token under it; sessions go on', async (t) => {
  const one = await startTestApp(t)
  const two = await startTestApp(t, { database: one.database, clock: one.clock })
  const user = await createUser(one)
  const { kid: waiting } = await rotateSigningKey(one.deps, OPERATOR)
  const { access_token: token, refresh_token } = await signIn(one, user)
  const old = kidOf(token)
  const { kid, withdrawn } = await withdrawSigningKeys(one.deps, OPERATOR)
  t.strictSame(withdrawn.toSorted(), [waiting, old].toSorted(), 'the waiting key lay in the same place')
  for (const app of [one, two]) {
    await app.deps.keys.signing.reload()
    t.equal(gist(await app.call('GET', '/auth/me', { token })), '401 access_token_invalid')
    t.strictSame(await publishedKids(app), [kid])
  }
  const refreshed = await two.call('POST', '/auth/refresh', { body: { refresh_token } })
  t.equal(refreshed.status, 200)
  t.equal(kidOf(refreshed.body.access_token), kid)
  t.equal((await one.call('GET', '/auth/me', { token: refreshed.body.access_token })).status, 200)
  t.match(await keyRows(one), [{ kid }], 'no private half stays')
  const events = await keyEvents(one).where('type', '=', 'signing_key_withdrawn').execute()
  t.strictSame(
    events.map(({ actor_kind }) => actor_kind),
    ['cli', 'cli'],
  )
})

t.test('a replica whose clock is behind signs with the new key after a withdrawal, too', async (t) => {
  const app = await startTestApp(t)
  const behind = new FrozenClock()
  const late = await startTestApp(t, { database: app.database, clock: behind })
  app.clock.advance(30)
  const { kid } = await withdrawSigningKeys(app.deps, OPERATOR)
  await late.deps.keys.signing.reload()
  t.equal(kidOf((await signIn(late, await createUser(late))).access_token), kid)
})

t.test('public keys are shown while the database is away', async (t) => {
  const app = await startTestApp(t)
  const before = await publishedKids(app)
  app.clock.advance(2 * MINUTE)
  await app.deps.db.destroy()
  t.strictSame(await publishedKids(app), before)
})
