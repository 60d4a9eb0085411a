import { sql } from 'kysely'
import t from 'tap'
import { databaseClock } from '../src/clock.ts'
import { openDatabase } from '../src/store/database.ts'
import { createTestDatabase } from './support/server.ts'

t.test('a clock that agrees with the database is not set apart from it, one that does not is', async (t) => {
  const database = await createTestDatabase()
  const db = openDatabase({ url: database.url, poolSize: 1 })
  t.teardown(async () => {
    await db.destroy()
    await database.drop()
  })
  const real = Date.now
  t.teardown(() => {
    Date.now = real
  })
  const clock = databaseClock(db)
  const offset = () => clock.now().getTime() - Date.now()
  await sql`select 1`.execute(db)
  for (let times = 0; times < 20; times++) {
    await clock.adjust()
    const [before, now, after] = [Date.now(), clock.now().getTime(), Date.now()]
    t.ok(before <= now && now <= after, 'on the same machine there is one clock')
  }
  for (const skew of [-30_000, 45_000]) {
    Date.now = () => real() + skew
    await clock.adjust()
    t.ok(Math.abs(offset() + skew) < 1_000, `a process that is ${skew} ms off keeps the database's time`)
  }
})
