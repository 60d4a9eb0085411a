import { randomBytes } from 'node:crypto'
import t, { type Test } from 'tap'
import { createKeyRing } from '../../src/crypto/key-ring.ts'
import { KeyMismatch, type Keys, openKeys } from '../../src/keys/open-keys.ts'
import { openDatabase } from '../../src/store/database.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { FrozenClock } from '../support/clock.ts'
import { createTestDatabase, type TestDatabase } from '../support/server.ts'
import { createUser, enrol, login, signIn } from '../support/users.ts'

const newKey = (id: string) => ({ id, key: randomBytes(32) })
type Key = ReturnType<typeof newKey>
const setting = (...ring: Key[]) => ring.map(({ id, key }) => `${id}:${key.toString('base64')}`).join(',')

const clock = new FrozenClock()

async function createDatabase(t: Test): Promise<TestDatabase> {
  const database = await createTestDatabase()
  t.teardown(() => database.drop())
  return database
}

/** What a start of the service does with its keys. */
async function start(database: TestDatabase, ...ring: Key[]): Promise<Keys> {
  const db = openDatabase({ url: database.url, poolSize: 2 })
  try {
    return await openKeys(db, createKeyRing(ring), clock)
  } finally {
    await db.destroy()
  }
}

/** The message of a refused start. */
async function refusal(database: TestDatabase, ...ring: Key[]): Promise<string> {
  try {
    await start(database, ...ring)
    return 'started'
  } catch (error) {
    if (error instanceof KeyMismatch) return error.message
    throw error
  }
}

/** The service on this database and ring, until the test ends. */
function startApp(t: Test, database: TestDatabase, ...ring: Key[]): Promise<TestApp> {
  return startTestApp(t, { database, clock, env: { SECRET_KEYS: setting(...ring) } })
}

t.test('first starts at once agree on one signing key, one look-up key and one epoch', async (t) => {
  const database = await createDatabase(t)
  const ring = [newKey('k1'), newKey('k2')]
  const starts = await Promise.all(Array.from({ length: 12 }, () => start(database, ...ring)))
  const seen = await Promise.all(
    starts.map(async (keys) =>
      [(await keys.signing.signer()).kid, keys.epoch, keys.lookupKey.export().toString('hex')].join(),
    ),
  )
  t.equal(new Set(seen).size, 1)

  const app = await startApp(t, database, ...ring)
  const count = async (table: 'signing_keys' | 'instance' | 'secret_keys') =>
    (await app.db.selectFrom(table).selectAll().execute()).length
  t.strictSame([await count('signing_keys'), await count('instance'), await count('secret_keys')], [1, 1, 2])
  const events = await app.db.selectFrom('events').select(['type', 'actor_kind']).orderBy('id').execute()
  t.strictSame(
    events.map((event) => event.type),
    ['secret_key_added', 'secret_key_added', 'instance_created', 'signing_key_created'],
  )
  t.ok(events.every((event) => event.actor_kind === 'system'))
})

t.test("replicas accept each other's tokens", async (t) => {
  const database = await createDatabase(t)
  const k1 = newKey('k1')
  const [one, two] = [await startApp(t, database, k1), await startApp(t, database, k1)]
  const user = await createUser(one)
  const { access_token: token, refresh_token } = await signIn(one, user)
  t.equal((await two.call('GET', '/auth/me', { token })).status, 200)
  t.equal((await two.call('POST', '/auth/refresh', { body: { refresh_token } })).status, 200)
})

t.test('another key under the same id is refused by name, and changes nothing', async (t) => {
  const database = await createDatabase(t)
  const k1 = newKey('k1')
  const before = await start(database, k1)
  const impostor = newKey('k1')
  t.equal(
    await refusal(database, impostor),
    'SECRET_KEYS has another key "k1" than the one this database was used with; restore the right one',
  )
  t.match(await refusal(database, newKey('k2'), impostor), 'another key "k1"', 'also behind a new first key')
  const after = await start(database, k1)
  t.equal(after.epoch, before.epoch)
  t.ok(after.lookupKey.equals(before.lookupKey))
  t.match(await refusal(database, k1, newKey('k2')), 'started', 'the refused start did not claim "k2"')
})

t.test('a key in use cannot leave the ring: the refusal names it and what it holds', async (t) => {
  const database = await createDatabase(t)
  const k1 = newKey('k1')
  const k2 = newKey('k2')
  await start(database, k1)
  t.equal(
    await refusal(database, k2),
    'SECRET_KEYS lacks the key "k1", under which this database holds signing keys, the look-up key; add it again',
  )

  const app = await startApp(t, database, k2, k1)
  const lacks = (...uses: string[]) =>
    `SECRET_KEYS lacks the key "k2", under which this database holds ${uses.join(', ')}; add it again`
  t.equal(await refusal(database, k1), 'started', 'known, but not in use yet')

  await login(app, await createUser(app, { state: 'temporary' }))
  t.equal(await refusal(database, k1), lacks('step tokens'))
  clock.advance(3600)
  t.equal(await refusal(database, k1), 'started', 'a step that is over needs no key')

  const user = await createUser(app)
  await signIn(app, user)
  t.equal(await refusal(database, k1), lacks('sessions'))
  clock.advance(25 * 3600)
  t.equal(await refusal(database, k1), 'started', 'a session that is over needs no key')

  const { access_token: token } = await signIn(app, user)
  await app.call('POST', `/2fa/enable/user/${user.id}`, { token, body: { password: user.password } })
  clock.advance(25 * 3600)
  t.equal(await refusal(database, k1), lacks('two-factor secrets'), 'an enrolment that waits for its code counts')
  await enrol(app, user)
  clock.advance(25 * 3600)
  t.equal(await refusal(database, k1), lacks('two-factor secrets'))
})

t.test('an added key is accepted and recorded, and everything made before goes on working', async (t) => {
  const database = await createDatabase(t)
  const k1 = newKey('k1')
  const k2 = newKey('k2')
  const before = await startApp(t, database, k1)
  const user = await createUser(before)
  const { authenticator } = await enrol(before, user)
  const session = await signIn(before, user, authenticator)
  const { kid } = await before.deps.keys.signing.signer()

  for (const [name, ring] of [
    ['last', [k1, k2]],
    ['first', [k2, k1]],
  ] as const) {
    const after = await startApp(t, database, ...ring)
    t.equal(after.deps.keys.ring.primary, ring[0].id, name)
    t.equal((await after.deps.keys.signing.signer()).kid, kid, name)
    t.ok(after.deps.keys.lookupKey.equals(before.deps.keys.lookupKey), name)
    t.equal((await after.call('GET', '/auth/me', { token: session.access_token })).status, 200, name)
    t.equal((await signIn(after, user, authenticator)).status, 'authenticated', name)
    clock.advance(20)
    const refreshed = await after.call('POST', '/auth/refresh', { body: { refresh_token: session.refresh_token } })
    t.equal(refreshed.status, 200, name)
    session.refresh_token = refreshed.body.refresh_token
  }
  const added = await before.db
    .selectFrom('events')
    .select('details')
    .where('type', '=', 'secret_key_added')
    .orderBy('id')
    .execute()
  t.strictSame(
    added.map((event) => event.details),
    [{ key_id: 'k1' }, { key_id: 'k2' }],
  )
})

t.test('a replica that does not know the new first key yet refuses its tokens without failing', async (t) => {
  const database = await createDatabase(t)
  const k1 = newKey('k1')
  const old = await startApp(t, database, k1)
  const rotated = await startApp(t, database, newKey('k2'), k1)
  const user = await createUser(rotated)
  const { refresh_token } = await signIn(rotated, user)
  const answer = await old.call('POST', '/auth/refresh', { body: { refresh_token } })
  t.equal(answer.body.code, 'invalid_refresh_token')
  t.equal((await rotated.call('POST', '/auth/refresh', { body: { refresh_token } })).status, 200, 'and ends nothing')
})
