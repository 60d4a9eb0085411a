import { Refusal } from '../../errors.ts'
import type { Bearer } from '../shared/sign-in.ts'

/** The user id in the path must be the caller's own. */
export function requireOwn(bearer: Bearer, userId: number): void {
  if (bearer.user.id !== userId) throw new Refusal('forbidden')
}
