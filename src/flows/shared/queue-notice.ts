import type { Deps, Source } from '../../deps.ts'
import { isNoticeWanted, type Notice, programName } from '../../policy/notices.ts'
import type { OpenTransaction } from '../../store/database.ts'
import type { UserRecord } from '../../store/users.ts'
import { queueMail } from './queue-mail.ts'

/**
 * Tells a user by mail, in the transaction of the act, unless the operator has switched such mails off.
 * @param source the user's own; undefined when somebody else acted, whose address is not theirs to know.
 */
export async function queueNotice(
  tx: OpenTransaction,
  deps: Deps,
  user: UserRecord,
  kind: Notice,
  source: Source | undefined,
  now: Date,
): Promise<void> {
  if (!isNoticeWanted(deps.config.securityNotices, kind)) return
  await queueMail(tx, user, { kind, parameters: circumstances(source, now) }, now)
}

/** When and from where, as mails say it; empty what is not known or not for the reader. */
export function circumstances(source: Source | undefined, now: Date): Record<string, string> {
  return {
    time: `${now.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    ip_address: source?.ip ?? '',
    user_agent: programName(source?.userAgent ?? null),
  }
}
