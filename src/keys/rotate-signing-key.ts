/**
 * The life of a signing key: published, signing, published only, gone. Each change is made by one replica under a lock;
 * the moments at which a key begins and ends lie in its row, so that all replicas act on them alike.
 */
import type { KeyRing } from '../crypto/key-ring.ts'
import { newSigningKey, SIGNING_ALGORITHM } from '../crypto/signing-keys.ts'
import type { Deps } from '../deps.ts'
import { DAY, lifetimes, secondsAfter } from '../policy/lifetimes.ts'
import { lockInTransaction, type OpenTransaction } from '../store/database.ts'
import { type Actor, SYSTEM } from '../store/events.ts'
import {
  deleteRetiredSigningKeys,
  deleteSigningKeysExcept,
  findNewestSigningKey,
  insertSigningKey,
  retireSigningKeysExcept,
} from '../store/keys.ts'
import { recordKeyEvent } from './record-key-event.ts'

interface Cause {
  actor: Actor
  reason: 'first' | 'scheduled' | 'requested' | 'leaked'
}

export interface Successor {
  kid: string
  activeFrom: Date
  /** False: it waited already. */
  isNew: boolean
}

/** What every replica does regularly: takes away keys that have retired, and publishes a successor when it is time. */
export async function keepSigningKeys(deps: Deps): Promise<void> {
  await retireSigningKeys(deps)
  const days = deps.config.signingKeyRotationDays
  if (days === 0) return
  const newest = await findNewestSigningKey(deps.db)
  const isDue = (activeFrom: Date) => secondsAfter(activeFrom, days * DAY) <= deps.clock.now()
  if (newest && isDue(newest.active_from)) await rotate(deps, { actor: SYSTEM, reason: 'scheduled' }, isDue)
}

/** Publishes the key that will sign next, unless one waits already. Every token goes on to verify. */
export function rotateSigningKey(deps: Deps, actor: Actor): Promise<Successor> {
  return rotate(deps, { actor, reason: 'requested' }, () => true)
}

/**
 * Withdraws every signing key, the waiting one too, and signs with a new one from this moment. Access tokens that are
 * out are refused from here on: by this service as soon as its replicas have reloaded, elsewhere as caches run out.
 * @returns the new key's kid and those of the withdrawn ones.
 */
export function withdrawSigningKeys(deps: Deps, actor: Actor): Promise<{ kid: string; withdrawn: string[] }> {
  return deps.db.transaction().execute(async (tx) => {
    await lockInTransaction(tx, 'keys')
    const now = deps.clock.now()
    const kid = await createSigningKey(tx, deps.keys.ring, { actor, reason: 'leaked' }, now, now)
    const withdrawn = await deleteSigningKeysExcept(tx, kid)
    for (const old of withdrawn) await recordKeyEvent(tx, actor, 'signing_key_withdrawn', { kid: old }, now)
    return { kid, withdrawn }
  })
}

/** @param activeFrom when it begins to sign. @returns its kid. */
export async function createSigningKey(
  tx: OpenTransaction,
  ring: KeyRing,
  cause: Cause,
  activeFrom: Date,
  now: Date,
): Promise<string> {
  const key = await newSigningKey(ring)
  await insertSigningKey(tx, {
    kid: key.kid,
    algorithm: SIGNING_ALGORITHM,
    public_jwk: JSON.stringify(key.publicJwk),
    private_key: key.sealedPrivateKey,
    created_at: now,
    active_from: activeFrom,
    retired_at: null,
  })
  const details = { kid: key.kid, active_from: activeFrom.toISOString(), reason: cause.reason }
  await recordKeyEvent(tx, cause.actor, 'signing_key_created', details, now)
  return key.kid
}

/** @param isDue asked again under the lock, so that replicas which find it due at once make one key. */
function rotate(deps: Deps, cause: Cause, isDue: (activeFrom: Date) => boolean): Promise<Successor> {
  return deps.db.transaction().execute(async (tx) => {
    await lockInTransaction(tx, 'keys')
    const now = deps.clock.now()
    const newest = await findNewestSigningKey(tx)
    if (newest && (newest.active_from > now || !isDue(newest.active_from))) {
      return { kid: newest.kid, activeFrom: newest.active_from, isNew: false }
    }
    const { beforeUse, afterLastToken } = lifetimes.signingKey
    const activeFrom = secondsAfter(now, beforeUse)
    const kid = await createSigningKey(tx, deps.keys.ring, cause, activeFrom, now)
    await retireSigningKeysExcept(tx, kid, secondsAfter(activeFrom, lifetimes.accessToken + afterLastToken))
    return { kid, activeFrom, isNew: true }
  })
}

/** Their private halves are gone with them. */
function retireSigningKeys(deps: Deps): Promise<void> {
  return deps.db.transaction().execute(async (tx) => {
    const now = deps.clock.now()
    for (const kid of await deleteRetiredSigningKeys(tx, now)) {
      await recordKeyEvent(tx, SYSTEM, 'signing_key_retired', { kid }, now)
    }
  })
}
