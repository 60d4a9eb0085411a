import { newTemporaryPassword } from '../../crypto/temporary-password.ts'
import type { Deps, Source } from '../../deps.ts'
import { fieldRefusal, Refusal } from '../../errors.ts'
import { emailKey } from '../../policy/email-key.ts'
import { lifetimes, secondsAfter } from '../../policy/lifetimes.ts'
import { ADMIN_ROLE } from '../../policy/permissions.ts'
import { editUser, findUserByEmailKey, insertUser, lockUser, setPassword, setRoles } from '../../store/users.ts'
import { adminAct, type CommandLine, endEverything, requireCaller } from '../shared/act-on-user.ts'
import { releaseUser } from '../shared/attempts.ts'
import { recordEvent } from '../shared/record-event.ts'
import { transact } from '../shared/transact.ts'

/**
 * The way back in when no administrator can sign in: creates one, or makes an existing user one, active and with a
 * temporary password. Only from the command line.
 */
export async function createAdmin(
  deps: Deps,
  authority: CommandLine,
  email: string,
  source: Source,
): Promise<{ email: string; temporaryPassword: string }> {
  const key = emailKey(email)
  if (key === undefined) throw fieldRefusal('/email', 'format', 'email')
  const temporaryPassword = newTemporaryPassword()
  const hash = await deps.hasher.hash(temporaryPassword)
  return transact(deps.db, async (tx) => {
    const now = deps.clock.now()
    const caller = await requireCaller(tx, authority, 'create_user', now)
    if (caller instanceof Refusal) return caller
    const names = { firstName: 'Administrator', lastName: key, phone: null, locale: 'en' }
    await insertUser(tx, { email: email.trim(), emailKey: key, ...names, roles: [ADMIN_ROLE] }, now)
    const found = await findUserByEmailKey(tx, key)
    const target = found && (await lockUser(tx, found.id))
    if (!target) return new Refusal('not_found')
    await setRoles(tx, target.id, [...new Set([...target.roles, ADMIN_ROLE])].sort())
    await editUser(tx, target.id, { active: true })
    await setPassword(tx, target.id, hash, 'temporary', secondsAfter(now, lifetimes.temporaryPassword.unused))
    const endedSessions = await endEverything(tx, target.id, now)
    await releaseUser(tx, deps, target.id)
    const report = adminAct('user_created', { caller, target }, { administrator: true }, endedSessions)
    await recordEvent(tx, report, source, now)
    return { email: target.email, temporaryPassword }
  })
}
