import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { createHasher } from '../../src/crypto/hasher.ts'

const settings = { memoryKiB: 7168, passes: 1, parallelism: 1 }
const limits = {
  atOnce: 2,
  waiting: 3,
  account: { atOnce: 1, waiting: 2 },
  source: { atOnce: 2, waiting: 3 },
}

/** Work under way that ends when it is told to. */
function bench() {
  const hasher = createHasher(settings, limits)
  const running: string[] = []
  const ends: (() => void)[] = []
  const start = (name: string, account: string, source?: string) =>
    hasher.inTurn({ account, ...(source && { source }) }, async (hasWaited) => {
      running.push(hasWaited ? `${name} waited` : name)
      await new Promise<void>((resolve) => ends.push(resolve))
      return name
    })
  const endOne = async () => {
    ends.shift()?.()
    for (let n = 0; n < 5; n++) await turn()
  }
  return { start, running, endOne }
}

t.test('tries of one account take turns, and know that they have waited', async (t) => {
  const { start, running, endOne } = bench()
  const tries = [start('a', 'one'), start('b', 'one'), start('c', 'one')]
  await t.rejects(start('d', 'one'), { code: 'overloaded', extras: { retryAfter: 2 } })
  const other = start('other', 'two')
  await turn()
  t.strictSame(running, ['a', 'other'], 'another account does not wait')
  await endOne()
  t.strictSame(running, ['a', 'other', 'b waited'])
  for (let n = 0; n < 3; n++) await endOne()
  t.strictSame(await Promise.all([...tries, other]), ['a', 'b', 'c', 'other'])
  const again = start('again', 'one')
  await turn()
  t.equal(running.at(-1), 'again', 'an empty line is no line')
  await endOne()
  await again
})

t.test('one source takes no one else a place, nor an account by waiting', async (t) => {
  const { start, running, endOne } = bench()
  const tries = ['a', 'b', 'c', 'd', 'e'].map((name) => start(name, name, 'flood'))
  await t.rejects(start('f', 'f', 'flood'), { code: 'overloaded' })
  const owner = start('owner', 'c', 'home')
  await turn()
  t.strictSame(running, ['a', 'b', 'owner'], 'c waits at its source, so its account is free')
  for (let n = 0; n < 6; n++) await endOne()
  await Promise.all([...tries, owner])
})

t.test('a failure ends a turn like a success', async (t) => {
  const hasher = createHasher(settings, limits)
  for (let n = 0; n < 5; n++)
    await t.rejects(
      hasher.inTurn({ account: 'one', source: 'home' }, async () => {
        throw new Error('no')
      }),
      { message: 'no' },
    )
  t.equal(await hasher.inTurn({ account: 'one', source: 'home' }, async () => 7), 7)
})

t.test('hashes beyond the queue are refused before any work', async (t) => {
  const hasher = createHasher(settings, limits)
  const results = await Promise.allSettled(Array.from({ length: 9 }, () => hasher.verify(null, ['x'])))
  const refused = results.filter((result) => result.status === 'rejected')
  t.equal(refused.length, 4, 'two at work, three waiting')
  for (const { reason } of refused) t.match(reason, { code: 'overloaded', extras: { retryAfter: 2 } })
  t.equal(await hasher.verify(await hasher.hash('x'), ['x']), true)
})
