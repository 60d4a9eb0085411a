/**
 * Brings what lies encrypted under older keys of the ring under its first one. Towards newer keys only: while a new order
 * of keys is rolled out, replicas with the old order leave the others' work alone. Stops and starts anywhere.
 */
import { sealLookupKeyAnew } from '../crypto/lookup-hash.ts'
import { sealPrivateKeyAnew } from '../crypto/signing-keys.ts'
import { sealEnrolmentAnew } from '../crypto/totp.ts'
import type { Deps } from '../deps.ts'
import { type OpenTransaction, tryLockInTransaction } from '../store/database.ts'
import { SYSTEM } from '../store/events.ts'
import { listCheckValues, readInstance } from '../store/keys.ts'
import {
  listSealedSigningKeys,
  lockSealedUsers,
  type Replacement,
  replaceLookupKey,
  replaceSealedUsers,
  replaceSigningKey,
  SEALED_USER_COLUMNS,
  type SealedUserColumn,
} from '../store/sealed-values.ts'
import { recordKeyEvent } from './record-key-event.ts'

const BATCH = 100

/** @returns how many values were re-encrypted; less than all also while another replica is at it. */
export async function reEncryptSecrets(deps: Deps): Promise<number> {
  let total = 0
  for (const keyId of await listOlderKeys(deps)) {
    let moved = await reEncryptServiceKeys(deps, keyId)
    for (const column of SEALED_USER_COLUMNS) moved += await reEncryptUsers(deps, column, keyId)
    if (moved > 0) await report(deps, keyId, moved)
    total += moved
  }
  return total
}

/** The keys of the ring that this database met before the first one. */
async function listOlderKeys({ db, keys }: Deps): Promise<string[]> {
  if (keys.ring.ids.length === 1) return []
  const known = (await listCheckValues(db)).map((entry) => entry.key_id)
  return known.slice(0, known.indexOf(keys.ring.primary)).filter((id) => keys.ring.ids.includes(id))
}

/** The service's own secrets: a handful. */
async function reEncryptServiceKeys({ db, keys: { ring } }: Deps, keyId: string): Promise<number> {
  return db.transaction().execute(async (tx) => {
    if (!(await tryLock(tx))) return 0
    let moved = 0
    for (const { kid, private_key: old } of await listSealedSigningKeys(tx, keyId)) {
      moved += await replaceSigningKey(tx, kid, old, sealPrivateKeyAnew(ring, kid, old))
    }
    const old = (await readInstance(tx))?.lookup_key
    if (old?.startsWith(`v1.${keyId}.`)) moved += await replaceLookupKey(tx, old, sealLookupKeyAnew(ring, old))
    return moved
  })
}

/** In small batches, so that nobody who signs in waits for it. */
async function reEncryptUsers(deps: Deps, column: SealedUserColumn, keyId: string): Promise<number> {
  let moved = 0
  let afterId = 0
  for (;;) {
    const batch = await deps.db.transaction().execute(async (tx) => {
      if (!(await tryLock(tx))) return undefined
      const rows = await lockSealedUsers(tx, column, keyId, afterId, BATCH)
      const replacements = rows.flatMap((row) => replacement(deps, column, row))
      return { lastId: rows.at(-1)?.id, moved: await replaceSealedUsers(tx, column, replacements) }
    })
    if (batch?.lastId === undefined) return moved
    afterId = batch.lastId
    moved += batch.moved
  }
}

/** A value that somebody has broken by hand stays as it is, and must not hold up the others. */
function replacement(deps: Deps, column: SealedUserColumn, row: { id: number; sealed: string }): Replacement[] {
  try {
    return [{ id: row.id, old: row.sealed, new: sealEnrolmentAnew(deps.keys.ring, row.id, row.sealed) }]
  } catch {
    deps.log.warn({ kind: column }, 'an encrypted value does not open; it is left as it is')
    return []
  }
}

const tryLock = (tx: OpenTransaction) => tryLockInTransaction(tx, 're-encrypt')

function report({ db, clock, keys }: Deps, from: string, moved: number): Promise<void> {
  return db.transaction().execute(async (tx) => {
    const details = { from, to: keys.ring.primary, values: moved }
    await recordKeyEvent(tx, SYSTEM, 'secrets_re_encrypted', details, clock.now())
  })
}
