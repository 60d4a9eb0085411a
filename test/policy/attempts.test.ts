import t from 'tap'
import { type AttemptLimit, attemptLimits, isSpent, waitAfter } from '../../src/policy/attempts.ts'

t.test('waits begin after the free failures, double, and stop growing at the longest', async (t) => {
  for (const [kind, limit] of Object.entries(attemptLimits)) {
    for (let failures = 0; failures <= limit.free; failures++)
      t.equal(waitAfter(limit, failures), 0, `${kind} ${failures}`)
    t.equal(waitAfter(limit, limit.free + 1), limit.firstWait, kind)
    for (let failures = limit.free + 2; failures < limit.free + 40; failures++) {
      const doubled = Math.min(limit.longestWait, 2 * waitAfter(limit, failures - 1))
      t.equal(waitAfter(limit, failures), doubled, `${kind} ${failures}`)
    }
    t.equal(waitAfter(limit, 2 ** 31), limit.longestWait, kind)
  }
})

t.test('a count outlives the longest wait, so that waiting does not bring free tries back', async (t) => {
  for (const [kind, limit] of Object.entries(attemptLimits)) t.ok(limit.memory > limit.longestWait, kind)
})

t.test(
  'no authenticator is tried more than a hundred times in a row, and a ceiling is reached only by waiting',
  async (t) => {
    const ceilings = Object.entries<AttemptLimit>(attemptLimits).filter(([, limit]) => limit.ceiling)
    t.strictSame(
      ceilings.map(([kind]) => kind),
      ['signInAccount', 'signInDevice', 'secondFactor', 'currentPassword'],
    )
    for (const [kind, limit] of ceilings) {
      const { failures = 0 } = limit.ceiling ?? {}
      t.ok(failures <= 100 && failures > limit.free, kind)
      t.equal(isSpent(limit, failures - 1), false)
      t.equal(isSpent(limit, failures), true)
    }
    t.equal(isSpent(attemptLimits.signInSource, 2 ** 31), false, 'a source is slowed only: others may share it')
  },
)
