import { randomTokenId, readToken, writeToken } from '../../crypto/opaque-token.ts'
import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import type { OpenTransaction } from '../../store/database.ts'
import { forgetDevices, insertDevice } from '../../store/devices.ts'
import { findLink, type LinkRecord } from '../../store/links.ts'
import type { LinkKind } from '../../store/tables.ts'
import { findUser, lockUser, type UserRecord } from '../../store/users.ts'
import { releasePassword } from '../shared/attempts.ts'
import { ownAct, recordEvent } from '../shared/record-event.ts'
import { acceptNewPassword, type NewPassword, replacePassword } from '../shared/replace-password.ts'
import { transact } from '../shared/transact.ts'

/** The links that set a password. */
const PASSWORD_LINKS: LinkKind[] = ['password_reset', 'welcome']

/**
 * Looks at a link without using it up: mail scanners open links.
 * @returns when it expires.
 * @throws Refusal `reset_link_invalid`, the one answer for an expired, used or made-up link.
 */
export async function checkResetLink(deps: Deps, token: string): Promise<Date> {
  const { link } = await findStandingLink(deps, token)
  return link.expires_at
}

/**
 * Sets a password by a link. Kills every link of the user and ends all sessions and steps; the second factor is asked
 * for at the next sign-in as ever. The browser that did it is known to the account from here on, and no other one.
 * @returns the token by which it is known again.
 * @throws Refusal `reset_link_invalid`, or a password code (the link stays usable).
 */
export async function resetPassword(deps: Deps, token: string, input: NewPassword, source: Source): Promise<string> {
  const { link, user: owner } = await findStandingLink(deps, token)
  const hash = await acceptNewPassword(deps, owner, input)
  return transact(deps.db, async (tx) => {
    const now = deps.clock.now()
    const user = await lockUser(tx, owner.id)
    const standing = await findLink(tx, link.id, PASSWORD_LINKS, now)
    if (!user?.active || !standing || user.credentials_version !== owner.credentials_version) {
      return new Refusal('reset_link_invalid')
    }
    const endedSessions = await replacePassword(tx, user, hash, source, now)
    await releasePassword(tx, deps, user.id)
    const report = ownAct('password_reset', user.id, { endedSessions, details: { link: link.kind } })
    await recordEvent(tx, report, source, now)
    return writeToken(deps.keys.ring, 'device', await replaceDevices(tx, user.id, source, now))
  })
}

async function replaceDevices(tx: OpenTransaction, userId: number, source: Source, now: Date): Promise<string> {
  const id = randomTokenId()
  const { userAgent: user_agent, network } = source
  await forgetDevices(tx, userId)
  await insertDevice(tx, { id, user_id: userId, user_agent, network, created_at: now, last_used_at: now })
  return id
}

async function findStandingLink(deps: Deps, token: string): Promise<{ link: LinkRecord; user: UserRecord }> {
  const read = readToken(deps.keys.ring, 'password_link', token)
  const link = read && (await findLink(deps.db, read.id, PASSWORD_LINKS, deps.clock.now()))
  const user = link && (await findUser(deps.db, link.user_id))
  if (!link || !user?.active) throw new Refusal('reset_link_invalid')
  return { link, user }
}
