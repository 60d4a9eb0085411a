/** What to do with a genuine refresh token, by its generation and the session's. */
import { lifetimes } from './lifetimes.ts'

export type RefreshDecision =
  /** Hand out the current token again: it rotated only a moment ago. */
  | { kind: 'repeat'; generation: number }
  | { kind: 'rotate'; generation: number }
  /** An old token came back: someone else may hold it. */
  | { kind: 'reuse' }

/**
 * A session rotates at most once in `lifetimes.refreshRotation` seconds; within them the previous and the current token
 * both give the current one (lost answers and parallel tabs must not sign people out). Anything older is reuse (RFC 9700,
 * 4.14.2). A generation above the stored one is genuine too, so the database was restored from an older copy: go on
 * from there.
 */
export function decideRefresh(presented: number, stored: number, rotatedAt: Date, now: Date): RefreshDecision {
  if (presented > stored) return { kind: 'rotate', generation: presented + 1 }
  const recent = now.getTime() - rotatedAt.getTime() < lifetimes.refreshRotation * 1000
  if (presented === stored)
    return recent ? { kind: 'repeat', generation: stored } : { kind: 'rotate', generation: stored + 1 }
  if (presented === stored - 1 && recent) return { kind: 'repeat', generation: stored }
  return { kind: 'reuse' }
}
