/** How the keys stand: which secret key still holds what, and where each signing key is in its life. */
import type { Deps } from '../deps.ts'
import { listCheckValues, listPublishedSigningKeys, listSecretKeyUses, type SecretKeyUse } from '../store/keys.ts'

export interface SecretKeyStatus {
  id: string
  /** `primary`: new things are made under it. `ring`: in SECRET_KEYS. `known`: no longer there, and nothing needs it. */
  place: 'primary' | 'ring' | 'known'
  uses: SecretKeyUse[]
}

export interface SigningKeyStatus {
  kid: string
  /** `next`: published, does not sign yet. `retiring`: signs no more, its tokens may still be out. */
  state: 'next' | 'signing' | 'retiring'
  activeFrom: Date
  retiredAt: Date | null
}

/** Secret keys in the order in which the database met them, signing keys newest first. */
export async function readKeyStatus({
  db,
  keys,
  clock,
}: Deps): Promise<{ secretKeys: SecretKeyStatus[]; signingKeys: SigningKeyStatus[] }> {
  const now = clock.now()
  const secretKeys: SecretKeyStatus[] = []
  for (const { key_id: id } of await listCheckValues(db)) {
    const place = id === keys.ring.primary ? 'primary' : keys.ring.ids.includes(id) ? 'ring' : 'known'
    secretKeys.push({ id, place, uses: await listSecretKeyUses(db, id, now) })
  }
  const rows = await listPublishedSigningKeys(db, now)
  const signing = rows.find((row) => row.active_from <= now)
  const signingKeys = rows.map((row) => ({
    kid: row.kid,
    state: row.active_from > now ? ('next' as const) : row === signing ? ('signing' as const) : ('retiring' as const),
    activeFrom: row.active_from,
    retiredAt: row.retired_at,
  }))
  return { secretKeys, signingKeys }
}
