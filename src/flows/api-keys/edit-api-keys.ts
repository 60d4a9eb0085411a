import { newApiKey } from '../../crypto/api-key.ts'
import { randomTokenId } from '../../crypto/opaque-token.ts'
import type { Deps, Source } from '../../deps.ts'
import { fieldRefusal, Refusal } from '../../errors.ts'
import { canonicalRange } from '../../policy/addresses.ts'
import { apiKeyState } from '../../policy/api-keys.ts'
import { secondsAfter } from '../../policy/lifetimes.ts'
import { covers } from '../../policy/permissions.ts'
import {
  type ApiKeyChange,
  type ApiKeyRecord,
  addApiKeySecret,
  findListedApiKey,
  insertApiKey,
  type ListedApiKey,
  lockApiKey,
  revokeApiKey as storeRevoke,
  updateApiKey,
} from '../../store/api-keys.ts'
import type { OpenTransaction } from '../../store/database.ts'
import { type Caller, requireCaller } from '../shared/act-on-user.ts'
import { type EventReport, recordEvent } from '../shared/record-event.ts'
import type { SessionBearer } from '../shared/sign-in.ts'
import { transact } from '../shared/transact.ts'

export interface ApiKeyDraft {
  name: string
  description: string
  permissions: string[]
  allowedAddresses: string[]
  expiresAt: Date | null
}

/** A key as it stands, with the key itself: the only time that it is seen. */
export interface IssuedApiKey {
  listed: ListedApiKey
  key: string
}

/** @throws Refusal `forbidden` (a permission beyond the caller's own), `validation_failed`. */
export function createApiKey(
  deps: Deps,
  authority: SessionBearer,
  draft: ApiKeyDraft,
  source: Source,
): Promise<IssuedApiKey> {
  const { name, description, permissions } = draft
  const allowed_addresses = readAddresses(draft.allowedAddresses)
  return transact(deps.db, async (tx) => {
    const now = deps.clock.now()
    const caller = await requireCaller(tx, authority, 'manage_api_keys', now)
    if (caller instanceof Refusal) return caller
    if (!covers(caller.permissions, permissions)) return new Refusal('forbidden')
    const expires_at = readExpiry(draft.expiresAt, now)
    const created_by = authority.user.id
    const id = randomTokenId()
    const settings = { name, description, permissions, allowed_addresses, expires_at }
    await insertApiKey(tx, { id, ...settings, created_by, created_at: now })
    const { key, hash, hint } = newApiKey()
    await addApiKeySecret(tx, id, { hash, hint, issued_by: created_by }, now, now)
    await recordEvent(tx, report('api_key_created', caller, { id, name }, { after: settings }), source, now)
    return { listed: await read(tx, id, now), key }
  })
}

export interface ApiKeyEdit {
  name?: string
  description?: string
  permissions?: string[]
  allowedAddresses?: string[]
  expiresAt?: Date | null
}

/**
 * Edits a key; fields left out stay as they are. An expired key can be extended.
 * @throws Refusal `not_found`, `forbidden`, `api_key_inactive` (revoked), `validation_failed`.
 */
export function editApiKey(
  deps: Deps,
  authority: SessionBearer,
  id: string,
  edit: ApiKeyEdit,
  source: Source,
): Promise<ListedApiKey> {
  const { allowedAddresses, expiresAt, ...plain } = edit
  const addresses = allowedAddresses && readAddresses(allowedAddresses)
  return onApiKey(deps, authority, id, async (tx, key, caller, now) => {
    if (key.revoked_at !== null) return new Refusal('api_key_inactive')
    if (!covers(caller.permissions, edit.permissions ?? [])) return new Refusal('forbidden')
    const wanted: ApiKeyChange = {
      ...plain,
      ...(addresses && { allowed_addresses: addresses }),
      ...(expiresAt !== undefined && { expires_at: expiresAt }),
    }
    const changed = changesOf(key, wanted)
    if (Object.keys(changed.after).length > 0) {
      if ('expires_at' in changed.after) readExpiry(changed.after.expires_at ?? null, now)
      await updateApiKey(tx, id, changed.after)
      await recordEvent(tx, report('api_key_edited', caller, key, changed), source, now)
    }
    return read(tx, id, now)
  })
}

/**
 * Gives the key a new secret, bounded from now on by what the caller holds. The one before goes on for the overlap.
 * @param overlap seconds; 0 ends every earlier secret, and the access tokens got with it, at once.
 * @throws Refusal `not_found`, `forbidden`, `api_key_inactive` (revoked or expired).
 */
export function regenerateApiKey(
  deps: Deps,
  authority: SessionBearer,
  id: string,
  overlap: number,
  source: Source,
): Promise<IssuedApiKey> {
  return onApiKey(deps, authority, id, async (tx, record, caller, now) => {
    if (apiKeyState(record, now) !== 'active') return new Refusal('api_key_inactive')
    const { key, hash, hint } = newApiKey()
    const until = secondsAfter(now, overlap)
    await addApiKeySecret(tx, id, { hash, hint, issued_by: authority.user.id }, until, now)
    const details = { previous_valid_until: until.toISOString() }
    await recordEvent(tx, report('api_key_regenerated', caller, record, details), source, now)
    return { listed: await read(tx, id, now), key }
  })
}

/**
 * Ends a key for good; it stays listed. Does nothing to one that is revoked already.
 * @throws Refusal `not_found`, `forbidden`.
 */
export async function revokeApiKey(deps: Deps, authority: SessionBearer, id: string, source: Source): Promise<void> {
  await onApiKey(deps, authority, id, async (tx, key, caller, now) => {
    if (key.revoked_at !== null) return
    await storeRevoke(tx, id, now)
    await recordEvent(tx, report('api_key_revoked', caller, key), source, now)
  })
}

/** Locks the key and refuses whoever has less than it gives. */
function onApiKey<T>(
  deps: Deps,
  authority: SessionBearer,
  id: string,
  work: (tx: OpenTransaction, key: ApiKeyRecord, caller: Caller, now: Date) => Promise<T | Refusal>,
): Promise<T> {
  return transact(deps.db, async (tx) => {
    const key = await lockApiKey(tx, id)
    const now = deps.clock.now()
    const caller = await requireCaller(tx, authority, 'manage_api_keys', now)
    if (caller instanceof Refusal) return caller
    if (!key) return new Refusal('not_found')
    if (!covers(caller.permissions, key.permissions)) return new Refusal('forbidden')
    return work(tx, key, caller, now)
  })
}

async function read(tx: OpenTransaction, id: string, now: Date): Promise<ListedApiKey> {
  const listed = await findListedApiKey(tx, id, now)
  if (!listed) throw new Error('an API key has no current secret')
  return listed
}

function report(
  type: EventReport['type'],
  caller: Caller,
  key: { id: string; name: string },
  details: object = {},
): EventReport {
  return { type, outcome: 'success', actor: caller.actor, details: { api_key: key.id, name: key.name, ...details } }
}

/** What really differs, as it was and as it will be. */
function changesOf(key: ApiKeyRecord, wanted: ApiKeyChange): { before: object; after: ApiKeyChange } {
  const differs = ([field, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(key[field as keyof ApiKeyChange])
  const after = Object.entries(wanted).filter(differs)
  const before = after.map(([field]) => [field, key[field as keyof ApiKeyChange]])
  return { before: Object.fromEntries(before), after: Object.fromEntries(after) }
}

/** @throws Refusal naming the first entry that is neither an address nor a network. */
function readAddresses(texts: string[]): string[] {
  const ranges = texts.map((text, index) => {
    const range = canonicalRange(text)
    if (range === undefined) throw fieldRefusal(`/allowed_addresses/${index}`, 'address')
    return range
  })
  return [...new Set(ranges)]
}

function readExpiry(expiry: Date | null, now: Date): Date | null {
  if (expiry !== null && expiry <= now) throw fieldRefusal('/expires_at', 'future')
  return expiry
}
