import type { Deps, Source } from '../../deps.ts'
import { voidPasswordsAfter } from '../../store/void-passwords.ts'
import { actorOf, type CommandLine } from '../shared/act-on-user.ts'
import { recordEvents } from '../shared/record-event.ts'

const PAGE = 200

/**
 * For a database that has leaked: from here on nobody's password opens anything, and everybody is signed out; each sets a
 * new one by a mailed link. Only from the command line. In transactions of a few hundred users with their events; run again
 * after a break it goes on, and takes the passwords that were set meanwhile, too.
 * @returns how many users had a password or a session.
 */
export async function voidPasswords(
  deps: Deps,
  authority: CommandLine,
  reason: string,
  source: Source,
): Promise<number> {
  let count = 0
  let after: number | undefined = 0
  while (after !== undefined) {
    const page: { voided: number; lastId: number | undefined } = await voidPage(deps, authority, reason, source, after)
    count += page.voided
    after = page.lastId
  }
  return count
}

function voidPage(deps: Deps, authority: CommandLine, reason: string, source: Source, after: number) {
  return deps.db.transaction().execute(async (tx) => {
    const now = deps.clock.now()
    const { voided, lastId } = await voidPasswordsAfter(tx, after, PAGE, now)
    const reports = voided.map(({ id, ended_sessions: endedSessions }) => ({
      type: 'password_voided' as const,
      outcome: 'success' as const,
      actor: actorOf(authority),
      subjectId: id,
      endedSessions,
      details: { reason },
    }))
    await recordEvents(tx, reports, source, now)
    return { voided: voided.length, lastId }
  })
}
