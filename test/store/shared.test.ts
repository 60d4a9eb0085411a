/** Questions that are asked together are answered as if each had been asked alone. */
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { type Database, openDatabase } from '../../src/store/database.ts'
import { inPlace, padded, shared } from '../../src/store/shared.ts'
import { findStandingSession } from '../../src/store/standing-sessions.ts'
import { createTestDatabase } from '../support/server.ts'

const db = { isTransaction: false } as Database
const transaction = { isTransaction: true } as Database

/** Answers with the question times ten, once it is let go on; notes what was asked together. */
function recorded() {
  const asked: (readonly number[])[] = []
  const waiting: (() => void)[] = []
  const ask = shared(async (_db, questions: readonly number[]) => {
    asked.push(questions)
    await new Promise<void>((resolve) => waiting.push(resolve))
    if (questions.includes(13)) throw new Error('the database is away')
    return questions.map((question) => question * 10)
  })
  return { ask, asked, goOn: () => waiting.shift()?.() }
}

/** Long enough for whatever wants to be sent. */
const aWhile = () => sleep(20)

t.test('a question that nobody else asks goes alone, in the same turn of the event loop', async (t) => {
  const { ask, asked, goOn } = recorded()
  const answer = ask(db, 1)
  await new Promise((resolve) => setImmediate(resolve))
  t.strictSame(asked, [[1]])
  goOn()
  t.equal(await answer, 10)
})

t.test('what is asked at once goes together, and each gets its own answer', async (t) => {
  const { ask, asked, goOn } = recorded()
  const answers = [3, 1, 2, 1].map((question) => ask(db, question))
  await aWhile()
  t.strictSame(asked, [[3, 1, 2, 1]])
  goOn()
  t.strictSame(await Promise.all(answers), [30, 10, 20, 10])
})

t.test('what is asked while one asking is under way gathers, and goes together when that has ended', async (t) => {
  const { ask, asked, goOn } = recorded()
  const answers = [ask(db, 1)]
  await aWhile()
  for (const question of [2, 3]) {
    answers.push(ask(db, question))
    await aWhile()
  }
  t.strictSame(asked, [[1]], 'one at a time')
  goOn()
  await aWhile()
  t.strictSame(asked, [[1], [2, 3]])
  goOn()
  t.strictSame(await Promise.all(answers), [10, 20, 30])
})

t.test('a fault reaches all that asked together, and nobody after them', async (t) => {
  const { ask, asked, goOn } = recorded()
  const failing = [ask(db, 1), ask(db, 13)]
  await aWhile()
  const next = ask(db, 2)
  goOn()
  const outcomes = await Promise.allSettled(failing)
  t.strictSame(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  await aWhile()
  t.strictSame(asked, [[1, 13], [2]])
  goOn()
  t.equal(await next, 20)
})

t.test('one that gets no answer holds up the others for a moment only', async (t) => {
  const { ask, asked, goOn } = recorded()
  const stuck = ask(db, 1)
  await aWhile()
  const next = ask(db, 2)
  await sleep(400)
  t.strictSame(asked, [[1], [2]])
  const third = ask(db, 3)
  await aWhile()
  t.strictSame(asked, [[1], [2]], 'the next one is waited for again')
  goOn()
  goOn()
  t.strictSame(await Promise.all([stuck, next]), [10, 20])
  await aWhile()
  goOn()
  t.equal(await third, 30)
})

t.test('a transaction asks alone, and waits for nobody else', async (t) => {
  const { ask, asked, goOn } = recorded()
  const outside = ask(db, 1)
  await aWhile()
  const inside = ask(transaction, 2)
  t.strictSame(asked, [[1], [2]])
  goOn()
  goOn()
  t.strictSame(await Promise.all([outside, inside]), [10, 20])
})

t.test('each database is asked by itself', async (t) => {
  const { ask, asked, goOn } = recorded()
  const answers = [ask(db, 1), ask({ isTransaction: false } as Database, 2)]
  await aWhile()
  t.strictSame(asked, [[1], [2]])
  goOn()
  goOn()
  t.strictSame(await Promise.all(answers), [10, 20])
})

t.test('rows come to whoever asked for their id; without one, nothing does', (t) => {
  const rows = [7, 5].map((id) => ({ id, name: `n${id}` }))
  const found = inPlace([5, 6, 7, 5], rows)
  t.strictSame(
    found.map((row) => row?.name),
    ['n5', undefined, 'n7', 'n5'],
  )
  t.end()
})

t.test('a short list is made ten long, a long one stays as it is', (t) => {
  t.strictSame(padded([1, 2], 0), [1, 2, 0, 0, 0, 0, 0, 0, 0, 0])
  const long = Array.from({ length: 12 }, (_, n) => n)
  t.strictSame(padded(long, 0), long)
  t.end()
})

t.test('look-ups of sessions at the same moment are one statement', async (t) => {
  const { url, drop } = await createTestDatabase()
  const texts: string[] = []
  const pool = openDatabase({ url, poolSize: 4, onQuery: ({ text }) => texts.push(text) })
  const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
  const found = await Promise.all(Array.from({ length: 30 }, (_, n) => findStandingSession(pool, idOf(n), new Date())))
  t.strictSame(found, Array(30).fill(undefined))
  t.equal(texts.length, 1)
  await pool.destroy()
  await drop()
})
