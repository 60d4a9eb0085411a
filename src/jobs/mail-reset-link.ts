/** Makes the reset link that somebody asked for and queues its mail; does nothing where there is no active account. */
import type { Deps } from '../deps.ts'
import { createLink, queueMail } from '../flows/shared/queue-mail.ts'
import { lifetimes, secondsAfter } from '../policy/lifetimes.ts'
import { findLinkLivingBeyond } from '../store/links.ts'
import { lockUser } from '../store/users.ts'

export async function mailResetLink(deps: Deps, userId: number | null): Promise<void> {
  if (userId === null) return
  await deps.db.transaction().execute(async (tx) => {
    const now = deps.clock.now()
    const user = await lockUser(tx, userId)
    if (!user?.active) return
    // The live link again while it has long enough left, so that a stranger's request does not void the owner's.
    const longEnough = secondsAfter(now, lifetimes.resetLinkSentAgain)
    const live = await findLinkLivingBeyond(tx, user.id, 'password_reset', longEnough)
    const linkId = live?.id ?? (await createLink(tx, deps, user.id, 'password_reset', now))
    await queueMail(tx, user, { kind: 'password_reset', linkId }, now)
  })
}
