import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { type Database, isTimeLimited, isUnavailable, openDatabase, openQueuePool } from '../../src/store/database.ts'
import { createTestDatabase } from '../support/server.ts'

/** A pool on a database of its own, and another role's hand that cuts its connections. */
async function openPool(t: Test) {
  const database = await createTestDatabase()
  const lost: string[] = []
  const db = openDatabase({ url: database.directUrl, poolSize: 3, onIdleError: (error) => lost.push(error.message) })
  const admin = openDatabase({ url: database.adminUrl, poolSize: 1 })
  t.teardown(async () => {
    await db.destroy()
    await admin.destroy()
    await database.drop()
  })
  const cut = async (pid: number) => {
    await sql`select pg_terminate_backend(${pid}::int)`.execute(admin)
    for (;;) {
      const { rows } = await sql`select 1 from pg_stat_activity where pid = ${pid}`.execute(admin)
      if (rows.length === 0) return
    }
  }
  return { db, cut, lost }
}

async function backendOf(db: Database): Promise<number> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)
  return rows[0]?.pid ?? 0
}

t.test('a connection lost between two queries of a transaction fails the transaction, not the process', async (t) => {
  const { db, cut } = await openPool(t)
  const tx = await db.startTransaction().execute()
  await cut(await backendOf(tx))
  const error = await backendOf(tx).catch((reason: unknown) => reason)
  t.ok(isUnavailable(error), String(error))
  await tx
    .rollback()
    .execute()
    .catch(() => {})
  t.ok(await backendOf(db), 'the next query gets a connection that works')
})

t.test('limits that did not arrive, as through a pooler, are noticed', async (t) => {
  const { db } = await openPool(t)
  t.equal(await isTimeLimited(db), true)
  await sql`set statement_timeout = 0`.execute(db)
  t.equal(await isTimeLimited(db), false)
})

t.test('an idle connection lost is told, and replaced', async (t) => {
  const { db, cut, lost } = await openPool(t)
  const pid = await backendOf(db)
  await cut(pid)
  while (lost.length === 0) await new Promise(setImmediate)
  t.equal(lost.length, 1)
  t.not(await backendOf(db), pid)
})

t.test('a query under way when its connection is lost fails as unavailable', async (t) => {
  const { db, cut } = await openPool(t)
  const tx = await db.startTransaction().execute()
  const pid = await backendOf(tx)
  const query = sql`select pg_sleep(60)`.execute(tx).catch((reason: unknown) => reason)
  await cut(pid)
  const error = await query
  t.ok(isUnavailable(error), String(error))
  await tx
    .rollback()
    .execute()
    .catch(() => {})
  t.ok(await backendOf(db))
})

t.test("a connection of the queue's that is given back twice is given back once, and the pool goes on", async (t) => {
  const database = await createTestDatabase()
  const pool = openQueuePool({ url: database.directUrl, poolSize: 1 })
  const client = await pool.connect()
  client.release(new Error('it was cut'))
  t.doesNotThrow(() => client.release())
  for (let times = 0; times < 2; times++) {
    const next = await pool.connect()
    t.strictSame((await next.query('select 1 as one')).rows, [{ one: 1 }])
    next.release()
  }
  t.strictSame((await pool.query('select 2 as two')).rows, [{ two: 2 }], 'and asks by itself')
  await pool.end()
  await database.drop()
})
