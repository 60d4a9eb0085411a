import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { createKeyRing } from '../../src/crypto/key-ring.ts'
import { randomTokenId, writeToken } from '../../src/crypto/opaque-token.ts'
import { newEnrolment, sealEnrolment } from '../../src/crypto/totp.ts'
import { readKeyStatus } from '../../src/keys/key-status.ts'
import { reEncryptSecrets } from '../../src/keys/re-encrypt.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { Authenticator } from '../support/authenticator.ts'
import { FrozenClock } from '../support/clock.ts'
import { createTestDatabase } from '../support/server.ts'
import { changePassword, enable, signInWithCode, tokenAfterPassword, verifySetup } from '../support/two-factor.ts'
import { createUser, enrol, gist, NEW_PASSWORD, signIn } from '../support/users.ts'

const newKey = (id: string) => ({ id, key: randomBytes(32) })
type Key = ReturnType<typeof newKey>

/** Starts replicas of one database, each with a ring of its own. */
async function prepare(t: Test) {
  const database = await createTestDatabase()
  t.teardown(() => database.drop())
  const clock = new FrozenClock()
  return (...ring: Key[]) => {
    const SECRET_KEYS = ring.map(({ id, key }) => `${id}:${key.toString('base64')}`).join(',')
    return startTestApp(t, { database, clock, env: { SECRET_KEYS } })
  }
}

/** How many sealed values lie under each key. */
async function sealedUnder({ db }: TestApp): Promise<Record<string, number>> {
  const { rows } = await sql<{ key: string; n: number }>`
    select split_part(sealed, '.', 2) as key, count(*)::int as n from (
      select totp_secret from users union all select totp_pending from users
      union all select private_key from signing_keys union all select lookup_key from instance
    ) s (sealed) where sealed is not null group by 1 order by 1`.execute(db)
  return Object.fromEntries(rows.map(({ key, n }) => [key, n]))
}

/** Users with a second factor that nobody knows, straight into the database. */
async function insertEnrolled(app: TestApp, key: Key, count: number): Promise<number[]> {
  const ring = createKeyRing([key])
  const { rows } = await sql<{ id: number }>`
    insert into users (email, email_key, first_name, last_name, created_at)
    select e, e, 'Jane', 'Doe', now() from (select 'enrolled' || n || '@example.com' as e from generate_series(1, ${count}) n) s
    returning id`.execute(app.db)
  const ids = rows.map(({ id }) => id)
  const sealed = ids.map((id) => sealEnrolment(ring, id, newEnrolment()))
  await sql`update users set totp_secret = s.sealed from unnest(${ids}::bigint[], ${sealed}::text[]) s (id, sealed)
    where users.id = s.id`.execute(app.db)
  return ids
}

t.test('a rotation of SECRET_KEYS from the first start to the removal of the old key: nobody notices', async (t) => {
  const start = await prepare(t)
  const [k1, k2] = [newKey('k1'), newKey('k2')]
  const before = await start(k1)
  const user = await createUser(before)
  const { authenticator, backupCodes } = await enrol(before, user)
  const idle = await signIn(before, user, authenticator, { remember_me: true })
  const active = await signIn(before, user, authenticator, { remember_me: true })
  const pending = await createUser(before)
  const { access_token: pendingToken } = await signIn(before, pending)
  const offer = (await enable(before, pending, pendingToken)).body
  const temporary = await createUser(before, { state: 'temporary' })
  const step = await tokenAfterPassword(before, temporary)
  const linkId = randomTokenId()
  const now = before.clock.now()
  await before.db
    .insertInto('links')
    .values({
      id: linkId,
      user_id: pending.id,
      kind: 'password_reset',
      new_email: null,
      token_key_id: 'k1',
      created_at: now,
      expires_at: new Date(now.getTime() + 3_600_000),
    })
    .execute()
  const link = writeToken(before.deps.keys.ring, 'password_link', linkId)
  const versions = () =>
    before.db.selectFrom('users').select(['id', 'credentials_version', 'version']).orderBy('id').execute()
  const versionsBefore = await versions()
  const signsIn = async (app: TestApp) => t.equal((await signIn(app, user, authenticator)).status, 'authenticated')

  const added = await start(k1, k2)
  t.equal(await reEncryptSecrets(added.deps), 0, 'the new key is not first yet')
  await signsIn(before)
  await signsIn(added)
  t.strictSame(await sealedUnder(before), { k1: 4 })

  const moved = await start(k2, k1)
  await signsIn(moved)
  t.equal(await reEncryptSecrets(moved.deps), 4)
  t.strictSame(await sealedUnder(before), { k2: 4 })
  t.equal(await reEncryptSecrets(added.deps), 0, 'a replica with the old order does not move them back')
  t.equal(await reEncryptSecrets(moved.deps), 0)
  t.strictSame(await versions(), versionsBefore, 'no session or step token dies of it')
  await signsIn(added)
  await signsIn(moved)

  // Each kind of token from before, at replicas of both orders.
  t.equal((await moved.call('POST', '/auth/password/reset/check', { body: { token: link } })).status, 200)
  t.equal((await changePassword(moved, step, NEW_PASSWORD)).body.status, 'authenticated')
  const code = new Authenticator(offer.provisioning_uri).code(moved.clock.now())
  t.equal((await verifySetup(added, pending, pendingToken, code)).status, 200)
  const refreshed = await moved.call('POST', '/auth/refresh', { body: { refresh_token: active.refresh_token } })
  t.equal(refreshed.status, 200)
  t.equal((await added.call('GET', '/auth/me', { token: idle.access_token })).status, 200)
  t.equal(gist(await signInWithCode(moved, user, backupCodes[0] ?? '')), '200 authenticated', 'backup codes too')

  const uses = async () => (await readKeyStatus(moved.deps)).secretKeys
  t.match(await uses(), [
    { id: 'k1', place: 'ring' },
    { id: 'k2', place: 'primary' },
  ])
  const [k1Status] = await uses()
  t.ok(k1Status?.uses.length && k1Status.uses.every(({ until }) => until !== null), 'only what ends by itself is left')
  await t.rejects(start(k2), /lacks the key "k1", under which this database holds sessions/)

  moved.clock.advance(30 * 86_400)
  t.match(await uses(), [{ id: 'k1', uses: [] }, { id: 'k2' }])
  const after = await start(k2)
  await signsIn(after)
  t.equal(
    gist(await after.call('POST', '/auth/refresh', { body: { refresh_token: idle.refresh_token } })),
    '401 invalid_refresh_token',
  )
  t.match((await readKeyStatus(after.deps)).secretKeys, [{ id: 'k1', place: 'known', uses: [] }, { id: 'k2' }])
  await t.rejects(start(k2, newKey('k1')), /another key "k1"/, 'an id that was used once is not used again')
  t.equal(await reEncryptSecrets(after.deps), 0)
  const events = await before.db
    .selectFrom('events')
    .select('details')
    .where('type', '=', 'secrets_re_encrypted')
    .execute()
  t.strictSame(events, [{ details: { from: 'k1', to: 'k2', values: 4 } }])
})

t.test('what an operator has set to NULL stays NULL, whenever in the rotation they do it', async (t) => {
  const start = await prepare(t)
  const [k1, k2] = [newKey('k1'), newKey('k2')]
  const before = await start(k1)
  const ids = await insertEnrolled(before, k1, 130)
  const moved = await start(k2, k1)

  // Not committed yet: the row is left out, nobody waits.
  const [held, ...others] = ids
  const operator = await before.db.startTransaction().execute()
  await sql`update users set totp_secret = null where id = ${held}`.execute(operator)
  const racing = others.filter((_, index) => index % 2 === 0)
  await Promise.all([
    reEncryptSecrets(moved.deps),
    ...racing.map((id) => sql`update users set totp_secret = null where id = ${id}`.execute(before.db)),
  ])
  t.equal((await sealedUnder(before))['k1'], 1, 'all but the row that the operator holds')
  await operator.commit().execute()
  await reEncryptSecrets(moved.deps)
  const left = await before.db
    .selectFrom('users')
    .select('id')
    .where('totp_secret', 'is not', null)
    .orderBy('id')
    .execute()
  t.strictSame(
    left.map(({ id }) => id),
    others.filter((id) => !racing.includes(id)),
  )
  t.strictSame(await sealedUnder(before), { k2: left.length + 2 })
})

t.test('replicas that re-encrypt at once do it once; a value that was broken by hand holds nothing up', async (t) => {
  const start = await prepare(t)
  const [k1, k2] = [newKey('k1'), newKey('k2')]
  const before = await start(k1)
  const { refresh_token } = await signIn(before, await createUser(before))
  const [broken] = await insertEnrolled(before, k1, 231)
  await sql`update users set totp_secret = 'v1.k1.AAAA' where id = ${broken}`.execute(before.db)
  const [one, two] = [await start(k2, k1), await start(k2, k1)]
  const counts = await Promise.all([one, two, one, two].map(({ deps }) => reEncryptSecrets(deps)))
  counts.push(await reEncryptSecrets(one.deps))
  t.equal(
    counts.reduce((sum, count) => sum + count, 0),
    232,
  )
  t.strictSame(await sealedUnder(before), { k1: 1, k2: 232 })
  const { body } = await one.call('POST', '/auth/refresh', { body: { refresh_token } })
  t.match((await readKeyStatus(two.deps)).secretKeys, [
    { id: 'k1', uses: [{ what: 'two-factor secrets', count: 1, until: null }] },
    { id: 'k2' },
  ])
  await sql`update users set totp_secret = null where id = ${broken}`.execute(before.db)
  const after = await start(k2)
  const refreshed = await after.call('POST', '/auth/refresh', { body: { refresh_token: body.refresh_token } })
  t.equal(refreshed.status, 200, 'a session has moved to the new key with its refresh')
})
