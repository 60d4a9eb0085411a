/** API keys as callers present them: which stand, what they may do, and what is told of the others. */
import { hashApiKey } from '../../crypto/api-key.ts'
import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { isAddressAllowed } from '../../policy/addresses.ts'
import { apiKeyState, effectivePermissions, USE_NOTED_EVERY } from '../../policy/api-keys.ts'
import { secondsAfter } from '../../policy/lifetimes.ts'
import { type ApiKeySecretRecord, findApiKeyByHash, findApiKeySecret, touchApiKey } from '../../store/api-keys.ts'
import type { Database } from '../../store/database.ts'
import { findThrottle, recordFailure } from './attempts.ts'
import { ANONYMOUS, apiKeyActor, recordEvent } from './record-event.ts'
import type { ApiKeyBearer } from './sign-in.ts'
import { transact } from './transact.ts'

type Fault = 'unknown' | 'other_client' | 'superseded' | 'revoked' | 'expired' | 'address'

/**
 * The service that calls with this key. A mistyped key is refused without a look-up. Wrong keys are counted per source
 * and told in the log of events; a right one is never held up by them.
 * @param clientId the id that came with the key, where one did.
 * @throws Refusal `api_key_invalid`: one answer for whatever is wrong; `too_many_attempts`.
 */
export async function checkApiKey(deps: Deps, key: string, source: Source, clientId?: string): Promise<ApiKeyBearer> {
  const hash = hashApiKey(key)
  if (!hash) throw new Refusal('api_key_invalid')
  const now = deps.clock.now()
  const found = await findApiKeyByHash(deps.db, hash)
  const fault = found ? faultOf(found, source, clientId, now) : 'unknown'
  if (found && !fault) return bearerOf(found, undefined)
  return refuse(deps, fault ?? 'unknown', found, source, now)
}

/** The key of an access token, if it may be used now; undefined otherwise. */
export async function findStandingApiKey(
  db: Database,
  key: { id: string; generation: number },
  narrowedTo: readonly string[] | undefined,
  now: Date,
): Promise<ApiKeyBearer | undefined> {
  const found = await findApiKeySecret(db, key.id, key.generation)
  return found && !lifeFault(found, now) ? bearerOf(found, narrowedTo) : undefined
}

/** Notes the last use, at most once a minute for each key, and tells of a first use and of one from another address. */
export async function noteApiKeyUse(deps: Deps, { key }: ApiKeyBearer, source: Source): Promise<void> {
  const now = deps.clock.now()
  await transact(deps.db, async (tx) => {
    const isNews = await touchApiKey(tx, key.id, source.ip, now, secondsAfter(now, -USE_NOTED_EVERY))
    if (!isNews || key.last_used_ip === source.ip) return
    const details = { api_key: key.id, name: key.name, before: { ip: key.last_used_ip } }
    const report = { type: 'api_key_used', outcome: 'success', actor: apiKeyActor(key.id), details } as const
    await recordEvent(tx, report, source, now)
  })
}

/** True when a use at this moment is worth a write. An access token's use is that of the key when it was got. */
export function isUseDue({ key, narrowedTo }: ApiKeyBearer, now: Date): boolean {
  if (narrowedTo) return false
  return key.last_used_at === null || key.last_used_at <= secondsAfter(now, -USE_NOTED_EVERY)
}

function bearerOf(key: ApiKeySecretRecord, narrowedTo: readonly string[] | undefined): ApiKeyBearer {
  const effective = effectivePermissions(key.permissions, key.issuer_permissions)
  const permissions = narrowedTo ? effective.filter((permission) => narrowedTo.includes(permission)) : effective
  return { kind: 'api_key', key, permissions, narrowedTo }
}

function faultOf(key: ApiKeySecretRecord, source: Source, clientId: string | undefined, now: Date): Fault | undefined {
  if (clientId !== undefined && clientId !== key.id) return 'other_client'
  return lifeFault(key, now) ?? (isAddressAllowed(key.allowed_addresses, source.ip) ? undefined : 'address')
}

function lifeFault(key: ApiKeySecretRecord, now: Date): Fault | undefined {
  const state = apiKeyState(key, now)
  if (state !== 'active') return state
  return key.valid_until !== null && key.valid_until <= now ? 'superseded' : undefined
}

async function refuse(
  deps: Deps,
  reason: Fault,
  key: ApiKeySecretRecord | undefined,
  source: Source,
  now: Date,
): Promise<never> {
  const counters = [{ kind: 'apiKeySource', id: source.network } as const]
  const counts = await findThrottle(deps.db, deps, counters, source, now)
  if (counts instanceof Refusal) throw counts
  return transact<never>(deps.db, async (tx) => {
    await recordFailure(tx, deps, counters, source, now)
    const details = { reason, ...(key && { api_key: key.id, name: key.name }) }
    const report = { type: 'api_key_refused', outcome: 'failure', actor: ANONYMOUS, details } as const
    await recordEvent(tx, report, source, now)
    return new Refusal('api_key_invalid')
  })
}
