import { sql } from 'kysely'
import t from 'tap'
import { loadConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/store/database.ts'
import { findStandingSession } from '../../src/store/standing-sessions.ts'
import { createTestDatabase } from '../support/server.ts'

const NOBODY = '00000000-0000-4000-8000-000000000000'

t.test('a connection keeps hot statements prepared, once each, where that is wanted', async (t) => {
  const { directUrl: url, drop } = await createTestDatabase()
  for (const preparedStatements of [true, false]) {
    const db = openDatabase({ url, poolSize: 1, preparedStatements, onIdleError: () => {} })
    for (let times = 0; times < 3; times++) t.equal(await findStandingSession(db, NOBODY, new Date()), undefined)
    const { rows } = await sql`select from pg_prepared_statements`.execute(db)
    t.equal(rows.length, preparedStatements ? 1 : 0)
    await db.destroy()
  }
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
      t.equal(loadConfig(settings).database?.preparedStatements, wanted, JSON.stringify(Object.keys(env)))
    }
  },
)
