import { type AddressInfo, connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import {
  type Database,
  isUnavailable,
  type Line,
  type OpenTransaction,
  openDatabase,
  together,
} from '../../src/store/database.ts'
import { statementForOne } from '../../src/store/statement.ts'
import { createTestDatabase } from '../support/server.ts'

const { adminUrl, directUrl, drop } = await createTestDatabase()
const open = (url = directUrl) => openDatabase({ url, poolSize: 3, preparedStatements: true })
const db = open()
t.teardown(async () => {
  await db.destroy()
  await drop()
})

/** One that locks the organisation's policy, one that reads it, one that fails where `n` is 0. */
const lock = statementForOne<object, unknown>((db) => db.selectFrom('policy').select(sql`1`.as('one')).forUpdate())
const roles = statementForOne<object, { roles: string[] }>((db) =>
  db.selectFrom('policy').select('two_factor_required_roles as roles'),
)
const number = statementForOne<{ n: number }, { n: number }>((db, value) =>
  db.selectNoFrom(sql<number>`10 / ${value('n')}::int`.as('n')),
)
const require = (db: Database, ...names: string[]) =>
  db.updateTable('policy').set({ two_factor_required_roles: names }).execute()

/**
 * A database that is listened to; closes with the test.
 * @param patience milliseconds for which answers are held back, to arrive in one chunk.
 * @returns it, and in how many chunks things have been sent to it.
 */
async function overheard(t: Test, patience = 0): Promise<{ db: Database; sent: () => number }> {
  const target = new URL(directUrl)
  let chunks = 0
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname)
    client.on('data', (chunk) => {
      chunks += 1
      database.write(chunk)
    })
    const held: Buffer[] = []
    database.on('data', (chunk) => {
      if (held.push(chunk) > 1) return
      setTimeout(() => client.write(Buffer.concat(held.splice(0))), patience)
    })
    database.on('close', () => client.destroy())
    client.on('close', () => database.destroy())
    for (const socket of [client, database]) socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(directUrl)
  url.port = String((server.address() as AddressInfo).port)
  const db = open(url.href)
  t.teardown(async () => {
    await db.destroy()
    server.close()
  })
  return { db, sent: () => chunks }
}

/** How many chunks this takes of an open transaction. */
async function chunksOf(t: Test, act: (tx: OpenTransaction) => Promise<unknown>): Promise<number> {
  const { db, sent } = await overheard(t)
  return db.transaction().execute(async (tx) => {
    await sql`select 1`.execute(tx)
    const before = sent()
    await act(tx)
    return sent() - before
  })
}

t.test('what is asked together leaves in one message, and is answered in its places', async (t) => {
  const asked = await chunksOf(t, async (tx) => {
    const ask = (line: Line) => [number(line, { n: 1 }), undefined, number(line, { n: 2 }), roles(line, {})] as const
    t.strictSame(await together(tx, ask), [{ n: 10 }, undefined, { n: 5 }, { roles: [] }])
  })
  t.equal(asked, 1)
  const oneByOne = await chunksOf(t, async (tx) => {
    for (const n of [1, 2, 5]) await number(tx, { n })
  })
  t.equal(oneByOne, 3)
})

t.test('what is asked together of one that is asked together is part of it', async (t) => {
  const inner = (line: Line) => together(line, (same) => [number(same, { n: 5 }), roles(same, {})])
  const asked = await chunksOf(t, async (tx) => {
    const answers = await together(tx, (line) => [inner(line), number(line, { n: 1 })])
    t.strictSame(answers, [[{ n: 2 }, { roles: [] }], { n: 10 }])
  })
  t.equal(asked, 1)
})

t.test('what comes after a lock that had to be waited for sees what its holder has committed', async (t) => {
  const holder = await db.startTransaction().execute()
  await lock(holder, {})
  const asked = db.transaction().execute((tx) => together(tx, (line) => [lock(line, {}), roles(line, {})]))
  await require(holder, 'agent')
  while ((await waiting()) === 0) await sleep(5)
  await holder.commit().execute()
  t.strictSame((await asked)[1], { roles: ['agent'] })
  await require(db)

  async function waiting(): Promise<number> {
    const { rows } = await sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(db)
    return rows.length
  }
})

t.test('when one fails, its fault is told, those after it are not done, and all is undone', async (t) => {
  const fails = db.transaction().execute(async (tx) => {
    await require(tx, 'agent')
    return together(tx, (line) => [number(line, { n: 1 }), number(line, { n: 0 }), roles(line, {})])
  })
  await t.rejects(fails, { code: '22012' })
  t.strictSame(await roles(db, {}), { roles: [] })
  t.strictSame(await number(db, { n: 2 }), { n: 5 }, 'the connection goes on')
})

t.test('of faults that arrive at once the first is told, however deep', async (t) => {
  const { db } = await overheard(t, 50)
  const deep = async (line: Line) => (await together(line, (same) => [number(same, { n: 0 }), roles(same, {})]))[0]
  const fails = db.transaction().execute((tx) => together(tx, (line) => [deep(line), roles(line, {})]))
  await t.rejects(fails, { code: '22012' })
})

t.test('a connection that is lost meanwhile fails the transaction, and nothing else', async (t) => {
  const admin = open(adminUrl)
  const fails = db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
    await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(admin)
    return together(tx, (line) => [number(line, { n: 1 }), number(line, { n: 2 }), roles(line, {})])
  })
  t.ok(isUnavailable(await fails.catch((error: unknown) => error)))
  t.strictSame(await number(db, { n: 2 }), { n: 5 })
  await admin.destroy()
})
