/** The signing keys as a running replica holds them: opened once, and looked at again in time to agree with the others. */
import type { CryptoKey, JWK } from 'jose'
import type { Clock } from '../clock.ts'
import type { KeyRing } from '../crypto/key-ring.ts'
import { importKey, openPrivateKey, type Signer } from '../crypto/signing-keys.ts'
import type { Database } from '../store/database.ts'
import { listPublishedSigningKeys } from '../store/keys.ts'

export interface SigningKeys {
  /** The key that signs now. */
  signer(): Promise<Signer>
  /** The public key of a kid; undefined for an unknown or retired one. */
  find(kid: string): Promise<CryptoKey | undefined>
  /** What the JWKS shows. */
  published(): Promise<JWK[]>
  /** Looks at the database again; a withdrawn key is out from here on. */
  reload(): Promise<void>
}

/**
 * How long the keys are believed before a request asks the database again, and how often unknown kids may ask, in ms.
 * A regular job reloads them more often, so that no request waits for it and a withdrawn key is out within seconds.
 */
const RELOAD_AFTER = 60_000
const UNKNOWN_KID_PAUSE = 1_000

interface LoadedKey extends Signer {
  publicJwk: JWK
  publicKey: CryptoKey
  activeFrom: Date
  retiredAt: Date | null
}

export function signingKeys(db: Database, ring: KeyRing, clock: Clock): SigningKeys {
  let loaded: LoadedKey[] = []
  let loadedAt: number | undefined
  let loading: Promise<void> | undefined

  const load = async () => {
    const now = clock.now()
    const rows = await listPublishedSigningKeys(db, now)
    const known = new Map(loaded.map((key) => [key.kid, key]))
    loaded = await Promise.all(
      rows.map(async (row) => {
        const same = known.get(row.kid)
        const publicJwk = row.public_jwk as JWK
        return {
          kid: row.kid,
          publicJwk,
          publicKey: same?.publicKey ?? (await importKey(publicJwk)),
          privateKey: same?.privateKey ?? openPrivateKey(ring, row.kid, row.private_key),
          activeFrom: row.active_from,
          retiredAt: row.retired_at,
        }
      }),
    )
    loadedAt = now.getTime()
  }
  /** Calls at the same time share one query. */
  const reload = () => {
    loading ??= load().finally(() => {
      loading = undefined
    })
    return loading
  }
  const freshen = async (maxAge: number) => {
    // A clock that was set back makes the keys look old, too.
    if (loadedAt === undefined || Math.abs(clock.now().getTime() - loadedAt) >= maxAge) await reload()
  }
  const standing = () => loaded.filter((key) => key.retiredAt === null || key.retiredAt > clock.now())

  return {
    async signer() {
      await freshen(RELOAD_AFTER)
      // Newest first: a successor takes over at its moment, on every replica alike.
      const keys = standing()
      // After a withdrawal the only key may begin moments ahead of this replica's clock.
      const key = keys.find((candidate) => candidate.activeFrom <= clock.now()) ?? keys.at(-1)
      if (!key) throw new Error('the database has no active signing key')
      return { kid: key.kid, privateKey: key.privateKey }
    },
    async find(kid) {
      await freshen(RELOAD_AFTER)
      const isKnown = (key: LoadedKey) => key.kid === kid
      if (!standing().some(isKnown)) await freshen(UNKNOWN_KID_PAUSE)
      return standing().find(isKnown)?.publicKey
    },
    async published() {
      // Public keys stay good while the database is away, and verifiers need them then as well.
      await freshen(RELOAD_AFTER).catch((error: unknown) => {
        if (loaded.length === 0) throw error
      })
      return standing().map((key) => key.publicJwk)
    },
    reload,
  }
}
