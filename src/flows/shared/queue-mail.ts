import { randomTokenId } from '../../crypto/opaque-token.ts'
import type { Deps } from '../../deps.ts'
import type { MailKind } from '../../mail/templates.ts'
import { lifetimes, secondsAfter } from '../../policy/lifetimes.ts'
import type { OpenTransaction } from '../../store/database.ts'
import { insertLink } from '../../store/links.ts'
import { queueMail as storeMail } from '../../store/mails.ts'
import type { LinkKind } from '../../store/tables.ts'
import type { UserRecord } from '../../store/users.ts'

export interface MailOrder {
  kind: MailKind
  /** Stands for the user's own address, unless another is named. */
  recipient?: string
  linkId?: string
  /** For the text; never a secret. */
  parameters?: Record<string, string>
}

/** Queues a mail to a user in the transaction of the act that causes it. Nobody waits for its delivery. */
export function queueMail(tx: OpenTransaction, user: UserRecord, order: MailOrder, now: Date): Promise<void> {
  return storeMail(tx, {
    id: randomTokenId(),
    kind: order.kind,
    user_id: user.id,
    recipient: order.recipient ?? user.email,
    locale: user.locale,
    link_id: order.linkId ?? null,
    parameters: JSON.stringify(order.parameters ?? {}),
    created_at: now,
  })
}

/** Makes a link for a mail. @returns its id. */
export async function createLink(
  tx: OpenTransaction,
  deps: Deps,
  userId: number,
  kind: LinkKind,
  now: Date,
  newEmail: string | null = null,
): Promise<string> {
  const id = randomTokenId()
  await insertLink(tx, {
    id,
    user_id: userId,
    kind,
    new_email: newEmail,
    token_key_id: deps.keys.ring.primary,
    created_at: now,
    expires_at: secondsAfter(now, lifetimes.link[kind]),
  })
  return id
}
