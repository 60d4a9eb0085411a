import { signApiKeyToken } from '../../crypto/access-token.ts'
import { randomTokenId } from '../../crypto/opaque-token.ts'
import type { Deps, Source } from '../../deps.ts'
import { Refusal } from '../../errors.ts'
import { lifetimes, secondsAfter } from '../../policy/lifetimes.ts'
import { apiKeyActor, recordEvent } from '../shared/record-event.ts'
import type { ApiKeyBearer } from '../shared/sign-in.ts'

export interface ServiceToken {
  accessToken: string
  /** Seconds. */
  expiresIn: number
  permissions: readonly string[]
}

/**
 * An access token for the service that the key belongs to. It ends with the key at the latest.
 * @param scope permissions to narrow it to; undefined for all that the key has now.
 * @throws Refusal `invalid_scope` for a permission that the key does not have now.
 */
export async function issueApiKeyToken(
  deps: Deps,
  bearer: ApiKeyBearer,
  scope: readonly string[] | undefined,
  source: Source,
): Promise<ServiceToken> {
  const { key } = bearer
  if (scope?.some((permission) => !bearer.permissions.includes(permission))) throw new Refusal('invalid_scope')
  const now = deps.clock.now()
  const permissions = scope ? [...new Set(scope)] : [...bearer.permissions]
  const ends = [secondsAfter(now, lifetimes.accessToken), key.expires_at, key.valid_until]
  const expiresAt = ends.filter((end) => end !== null).sort((a, b) => Number(a) - Number(b))[0] ?? now
  const jti = randomTokenId()
  const claims = { keyId: key.id, generation: key.generation, permissions, jti }
  const signer = await deps.keys.signing.signer()
  const accessToken = signApiKeyToken(signer, deps.config.token, claims, now, expiresAt)

  const details = { api_key: key.id, name: key.name, jti, permissions, expires_at: expiresAt.toISOString() }
  const report = { type: 'access_token_issued', outcome: 'success', actor: apiKeyActor(key.id), details } as const
  await recordEvent(deps.db, report, source, now)
  return { accessToken, expiresIn: Math.floor((expiresAt.getTime() - now.getTime()) / 1000), permissions }
}
