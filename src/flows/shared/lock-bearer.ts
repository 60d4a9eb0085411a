import { Refusal } from '../../errors.ts'
import { together, type Within } from '../../store/database.ts'
import { lockSession } from '../../store/sessions.ts'
import { lockStep } from '../../store/steps.ts'
import { lockUser, type UserRecord } from '../../store/users.ts'
import type { Bearer } from './sign-in.ts'

/**
 * Locks the user, then the session or step that the call came with, and returns the user as it is now.
 * A refusal when either has ended since the call was let in: `session_ended` or `step_token_invalid`.
 */
export async function lockBearer(tx: Within, bearer: Bearer, now: Date): Promise<UserRecord | Refusal> {
  if (bearer.kind === 'session') {
    const [user, session] = await together(tx, (line) => [
      lockUser(line, bearer.user.id),
      lockSession(line, bearer.session.id, now),
    ])
    return user?.active && session ? user : new Refusal('session_ended')
  }
  const [user, step] = await together(tx, (line) => [
    lockUser(line, bearer.user.id),
    lockStep(line, bearer.step.id, now),
  ])
  const stands = step !== undefined && step.credentials_version === user?.credentials_version
  return user?.active && stands ? user : new Refusal('step_token_invalid')
}
