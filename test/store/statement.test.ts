import { sql } from 'kysely'
import t from 'tap'
import { loadConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/store/database.ts'
import { findStandingSession } from '../../src/store/standing-sessions.ts'
import { statement } from '../../src/store/statement.ts'
import { keyWith } from '../support/api-keys.ts'
import { startTestApp } from '../support/app.ts'
import { deviceCookie, loginWith } from '../support/devices.ts'
import { createTestDatabase } from '../support/server.ts'
import { tokenAfterPassword, verify } from '../support/two-factor.ts'
import { createUser, enrol } from '../support/users.ts'

const NOBODY = '00000000-0000-4000-8000-000000000000'

t.test('a connection keeps hot statements prepared, once each, where that is wanted', async (t) => {
  const { directUrl: url, drop } = await createTestDatabase()
  for (const preparedStatements of [true, false]) {
    const db = openDatabase({ url, poolSize: 1, preparedStatements })
    for (let times = 0; times < 3; times++) t.equal(await findStandingSession(db, NOBODY, new Date()), undefined)
    const { rows } = await sql`select from pg_prepared_statements`.execute(db)
    t.equal(rows.length, preparedStatements ? 1 : 0)
    await db.destroy()
  }
  await drop()
})

t.test('one text has one name, and two texts have two, however many statements have the same text', async (t) => {
  const ask = (column: string) =>
    statement<{ n: number }, Record<string, number>>((db, value) =>
      db.selectNoFrom(sql<number>`${value('n')}::int`.as(column)),
    )
  const { directUrl: url, drop } = await createTestDatabase()
  const db = openDatabase({ url, poolSize: 1, preparedStatements: true })
  for (const column of ['first', 'first', 'other']) t.strictSame(await ask(column)(db, { n: 7 }), [{ [column]: 7 }])
  const { rows } = await sql`select from pg_prepared_statements`.execute(db)
  t.equal(rows.length, 2)
  await db.destroy()
  await drop()
})

t.test(
  'behind a pooler statements are not kept prepared, unless it is said to keep them for its clients',
  async (t) => {
    const url = 'postgres://u:p@localhost/d'
    const cases: [Record<string, string>, boolean][] = [
      [{}, true],
      [{ DATABASE_PREPARED_STATEMENTS: 'off' }, false],
      [{ DATABASE_DIRECT_URL: url }, false],
      [{ DATABASE_DIRECT_URL: url, DATABASE_PREPARED_STATEMENTS: 'on' }, true],
    ]
    for (const [env, wanted] of cases) {
      const settings = { DATABASE_URL: url, SECRET_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`, ...env }
      t.equal(loadConfig(settings).pool.preparedStatements, wanted, JSON.stringify(Object.keys(env)))
    }
  },
)

t.test('hot statements are planned once a connection, whether they ask for one row or for many', async (t) => {
  const database = await createTestDatabase()
  const app = await startTestApp(t, {
    database: { ...database, url: database.directUrl },
    env: { DATABASE_PREPARED_STATEMENTS: 'on' },
    poolSize: 1,
  })
  const user = await createUser(app)
  const { user: enrolled, authenticator } = await enrolledUser(app)
  const { api_key: key } = await keyWith(app, ['view_user'])
  const device = deviceCookie(await loginWith(app, '', user))
  for (let times = 0; times < 8; times++) {
    const { access_token: token, refresh_token: refresh } = (await loginWith(app, device, user)).body
    const introspect = () => app.call('POST', '/auth/introspect', { form: { token }, headers: { 'x-api-key': key } })
    for (const atOnce of [1, 2, 20]) {
      await Promise.all(Array.from({ length: atOnce }, () => app.call('GET', '/auth/me', { token })))
      await Promise.all(Array.from({ length: atOnce }, introspect))
    }
    app.clock.advance(11)
    t.equal((await app.call('POST', '/auth/refresh', { body: { refresh_token: refresh } })).status, 200)
    app.clock.advance(30)
    const step = await tokenAfterPassword(app, enrolled)
    t.equal((await verify(app, enrolled, step, authenticator.code(app.clock.now()))).status, 200)
  }
  const { rows } = await sql<{ statement: string; generic_plans: number; custom_plans: number }>`
    select statement, generic_plans, custom_plans from pg_prepared_statements`.execute(app.deps.db)
  t.ok(rows.length >= 15, `${rows.length} statements are kept`)
  t.strictSame(
    rows.filter(({ custom_plans }) => custom_plans > 5),
    [],
  )
})

async function enrolledUser(app: Awaited<ReturnType<typeof startTestApp>>) {
  const user = await createUser(app)
  return { user, ...(await enrol(app, user)) }
}
