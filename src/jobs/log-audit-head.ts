/**
 * Tells the head of the log of events in the service's own output, where the database's owner cannot reach it: a log
 * that was cut short or written anew no longer agrees with it (`cli audit verify --head`).
 */
import type { Deps } from '../deps.ts'
import { readHead } from '../store/event-seals.ts'

/** @returns the job: tells the head when it has moved since this replica told it last. */
export function auditHeadLog(deps: Deps): () => Promise<void> {
  let told = 0
  return async () => {
    const head = await readHead(deps.db)
    if (!head || head.position === told) return
    told = head.position
    deps.log.info({ position: head.position, digest: head.digest.toString('hex') }, 'audit head')
  }
}
