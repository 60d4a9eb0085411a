import t from 'tap'
import { decideRefresh } from '../../src/policy/refresh.ts'

const rotatedAt = new Date('2026-03-02T10:00:00.000Z')
const repeat = (generation: number) => ({ kind: 'repeat', generation })
const rotate = (generation: number) => ({ kind: 'rotate', generation })
const reuse = { kind: 'reuse' }

t.test('a refresh token is repeated, rotated or recognised as reused by its generation and the time', async (t) => {
  // presented, stored, seconds since the last rotation
  const cases: [number, number, number, object][] = [
    [0, 0, 0, repeat(0)],
    [5, 5, 9.999, repeat(5)],
    [5, 5, 10, rotate(6)],
    [5, 5, 86_400, rotate(6)],
    [4, 5, 0, repeat(5)],
    [4, 5, 9.999, repeat(5)],
    [4, 5, 10, reuse],
    [3, 5, 0, reuse],
    [0, 5, 9, reuse],
    // Above the stored one: the database is an older copy. Go on from what was handed out already.
    [6, 5, 0, rotate(7)],
    [9, 5, 86_400, rotate(10)],
  ]
  for (const [presented, stored, seconds, decision] of cases) {
    const now = new Date(rotatedAt.getTime() + seconds * 1000)
    t.strictSame(
      decideRefresh(presented, stored, rotatedAt, now),
      decision,
      `${presented} of ${stored} after ${seconds} s`,
    )
  }
})
