import { setImmediate as turn } from 'node:timers/promises'
import * as argon2 from '@node-rs/argon2'
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

t.test('who is let in counts as waiting before it asks for its hash', async (t) => {
  const hasher = createHasher(settings, limits)
  const asked = Promise.withResolvers<string>()
  const admitted = [1, 2, 3].map(() => hasher.admit(() => asked.promise))
  let asks = 0
  const late = hasher.admit(async () => asks++)
  await t.rejects(late, { code: 'overloaded', extras: { retryAfter: 2 } })
  t.equal(asks, 0, 'a refusal asks nothing')
  asked.resolve('known')
  t.strictSame(await Promise.all(admitted), ['known', 'known', 'known'])
  await t.rejects(
    hasher.admit(async () => {
      throw new Error('no')
    }),
    { message: 'no' },
  )
  t.equal(await hasher.admit(async () => 'in'), 'in', 'whoever has left takes no place')
})

t.test('without a hash, or with one that nothing can read, as much is verified as with one', async (t) => {
  const asked: string[] = []
  const counted = {
    ...argon2,
    verify: (hash: string, password: string) => {
      asked.push(hash)
      return argon2.verify(hash, password)
    },
  }
  const mocked: typeof import('../../src/crypto/hasher.ts') = await t.mockImport('../../src/crypto/hasher.ts', {
    '@node-rs/argon2': counted,
  })
  const hasher = mocked.createHasher(settings)
  const own = await hasher.hash('tulip')
  t.equal(await hasher.verify(own, ['tulip']), true)
  t.strictSame(asked.splice(0), [own])
  for (const stored of [undefined, null, '', `${own} `, 'x']) {
    t.equal(await hasher.verify(stored, ['nobody']), false, `${stored}`)
    const [nobody = '', ...more] = asked.splice(0)
    t.match(nobody, /^\$argon2id\$v=19\$m=7168,t=1,p=1\$/, 'the work of our own parameters')
    t.not(nobody, stored)
    t.strictSame(more, [])
  }
  for (const [cost, dearer] of [
    ['m=7168', 'm=1048577'],
    ['t=1,', 't=65,'],
    ['p=1$', 'p=17$'],
  ] as const) {
    const stored = own.replace(cost, dearer)
    t.equal(await hasher.verify(stored, ['tulip']), false, dearer)
    t.notOk(asked.splice(0).includes(stored), 'what costs more than can be ours is not tried')
  }
})

t.test('how much is being hashed, and waits for it, is told', async (t) => {
  const hasher = createHasher(settings, limits)
  t.strictSame(hasher.load(), { active: 0, waiting: 0 })
  const waits: number[] = []
  let refusals = 0
  hasher.watch({ waited: (seconds) => waits.push(seconds), refused: () => refusals++ })
  const hashes = Array.from({ length: 5 }, () => hasher.hash('tulip'))
  t.strictSame(hasher.load(), { active: 2, waiting: 3 })
  await t.rejects(async () => hasher.hash('tulip'), { code: 'overloaded' })
  await Promise.all(hashes)
  t.equal(waits.length, 5)
  for (const seconds of waits) t.ok(seconds >= 0 && seconds < 60, `${seconds}`)
  t.equal(refusals, 1)
})
