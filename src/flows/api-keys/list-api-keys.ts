import type { Deps } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { type ApiKeyState, EXPIRING_SOON } from '../../policy/api-keys.ts'
import { secondsAfter } from '../../policy/lifetimes.ts'
import { findListedApiKey, type ListedApiKey, listApiKeys as readApiKeys } from '../../store/api-keys.ts'

export interface ApiKeyQuestion {
  status: ApiKeyState | undefined
  expiringSoon: boolean
}

/** @returns the page, newest first, whether another one follows, and as of when. */
export async function listApiKeys(
  deps: Deps,
  { status, expiringSoon }: ApiKeyQuestion,
  limit: number,
  before: number | undefined,
): Promise<{ keys: ListedApiKey[]; more: boolean; now: Date }> {
  const now = deps.clock.now()
  const expiringBefore = expiringSoon ? secondsAfter(now, EXPIRING_SOON) : undefined
  const rows = await readApiKeys(deps.db, { status, expiringBefore }, limit + 1, before, now)
  return { keys: rows.slice(0, limit), more: rows.length > limit, now }
}

/** @throws Refusal `not_found`. */
export async function readApiKey(deps: Deps, id: string): Promise<ListedApiKey> {
  const key = await findListedApiKey(deps.db, id, deps.clock.now())
  if (!key) throw new Refusal('not_found')
  return key
}
