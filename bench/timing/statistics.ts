/**
 * Do two sets of times come from the same thing? Welch's t-test, as TVLA and dudect use it: beyond |t| = 4.5 they do not
 * (once in 150,000 by chance). A few slow samples hide small differences, so the test is made again on the faster part of
 * both sets, cut at many places (Reparaz, Balasch, Verbauwhede, "Dude, is my code constant time?", 2017), and the largest
 * |t| counts.
 */
import { median } from '../harness/record.ts'

export const THRESHOLD = 4.5

const CUTS = 100
/** A cut that leaves fewer than this says nothing. */
const FEWEST = 500

export interface Comparison {
  /** The largest |t| over all cuts. */
  t: number
  /** Of all samples, in the unit that they come in. */
  medians: [number, number]
  /** A difference of the means at or above this would have been found, in the cut that sees most. */
  detectable: number
}

export function compare(left: number[], right: number[]): Comparison {
  const pooled = [...left, ...right].sort((a, b) => a - b)
  let largest = 0
  let detectable = Number.POSITIVE_INFINITY
  for (let cut = 0; cut <= CUTS; cut++) {
    const share = cut === CUTS ? 1 : 1 - 0.5 ** ((10 * (cut + 1)) / CUTS)
    const limit = pooled[Math.min(pooled.length - 1, Math.floor(pooled.length * share))] ?? 0
    const fast = [left, right].map((times) => describe(times.filter((time) => time <= limit)))
    const [a, b] = fast
    if (!a || !b || a.count < FEWEST || b.count < FEWEST) continue
    const error = Math.sqrt(a.variance / a.count + b.variance / b.count)
    if (error === 0) continue
    largest = Math.max(largest, Math.abs(a.mean - b.mean) / error)
    detectable = Math.min(detectable, THRESHOLD * error)
  }
  return { t: largest, medians: [median(left), median(right)], detectable }
}

function describe(values: number[]) {
  const count = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1)
  return { count, mean, variance }
}
