/** Verifies access tokens by the profile of RFC 9068, as the OmniCRM identity service issues them. */
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { VerificationError } from './errors.ts'
import { RevocationFeed } from './revocation-feed.ts'
import { RevocationMemory } from './revocation-memory.ts'

export interface VerifierOptions {
  /** Of the identity service: `ISSUER` there. */
  issuer: string
  /** What tokens are meant for: `AUDIENCE` there. */
  audience: string
  /** Where to reach the service, if that is not the issuer itself: an address within the cluster. */
  url?: string
  /** An API key of this service. With it revocations are noticed within seconds; without, tokens live out their 15 minutes. */
  apiKey?: string | undefined
  /**
   * When the feed has been silent for `feedOutageAfter`: `accept` tokens by what is known (a revoked one is then good until
   * it expires, 15 minutes at most), or `refuse` all with 503 until it answers. Default `accept`.
   */
  onFeedOutage?: 'accept' | 'refuse'
  /** Seconds of silence that count as an outage. Default 30. */
  feedOutageAfter?: number
  /** Seconds that the clocks may differ. Default 30; at most 300. */
  clockTolerance?: number
  /** Seconds that known keys serve while the service does not answer. Default 3600. */
  staleKeysFor?: number
  /** Milliseconds between two questions to the feed. Default 2000. */
  pollInterval?: number
  /** Told of failed questions for revocations and keys, which are asked again by themselves. */
  onError?: (error: unknown) => void
  /** The time, for tests. */
  now?: () => Date
}

/** Who calls. */
export interface Caller {
  /** Undefined for a service. */
  userId: number | undefined
  /** `omnicrm` for people; the id of its API key for a service. */
  clientId: string
  /** Undefined for a service. */
  sessionId: string | undefined
  /** The user who really acts, while impersonating; for your own audit trail. */
  actorId: number | undefined
  roles: readonly string[]
  permissions: readonly string[]
  /** How the user has proven who they are: `pwd`, with a second factor also `otp` and `mfa`. */
  factors: readonly string[]
  expiresAt: Date
  claims: JWTPayload
}

export interface VerifierStatus {
  /** `off` without an API key; `starting` until it has answered once. */
  feed: 'off' | 'starting' | 'live' | 'outage'
  /** How many revocations are remembered. */
  revocations: number
}

export interface Verifier {
  /**
   * @param token of `Authorization: Bearer …`.
   * @throws VerificationError 401 for a token that is not accepted, 503 where that cannot be told now.
   */
  verify(token: string | undefined): Promise<Caller>
  /** For a readiness probe or a metric. */
  status(): VerifierStatus
  /** Stops following the feed. */
  close(): void
}

/** Seconds that an access token lives at most. */
const TOKEN_LIFE = 15 * 60
/** Seconds between a revocation and a token of before it: a refresh that was under way. */
const MARGIN = 60
/** Milliseconds after which keys are fetched anew, in the background. The service publishes a key 15 minutes before use. */
const KEYS_FETCHED_EVERY = 5 * 60_000
const TIMEOUT = 5_000

/** @throws TypeError for options that cannot be. */
export function createVerifier(options: VerifierOptions): Verifier {
  const settings = checked(options)
  const { issuer, audience, apiKey, url, clockTolerance, onError, now } = settings
  const memory = new RevocationMemory((TOKEN_LIFE + clockTolerance + MARGIN) * 1000)
  const keys = keySet(`${url}/.well-known/jwks.json`, settings.staleKeysFor * 1000, onError)
  const feed =
    apiKey === undefined
      ? undefined
      : new RevocationFeed(
          {
            url: `${url}/auth/revocations`,
            apiKey,
            interval: settings.pollInterval,
            timeout: TIMEOUT,
            now: () => now().getTime(),
            onError,
          },
          memory,
        )

  const status = (): VerifierStatus['feed'] => {
    if (!feed) return 'off'
    if (feed.silence === undefined) return 'starting'
    return feed.silence > settings.feedOutageAfter * 1000 ? 'outage' : 'live'
  }

  return {
    async verify(token) {
      if (token === undefined || token === '') throw new VerificationError('access_token_missing')
      const payload = await readToken(token, keys, { issuer, audience, clockTolerance, now: now() })
      await feed?.started
      if (settings.onFeedOutage === 'refuse' && (status() === 'outage' || status() === 'starting')) {
        throw new VerificationError('unavailable')
      }
      const caller = callerOf(payload)
      const identity = {
        sid: caller.sessionId,
        sub: String(payload.sub),
        clientId: caller.clientId,
        actor: caller.actorId === undefined ? undefined : String(caller.actorId),
        issuedAt: Number(payload.iat),
      }
      if (memory.isRevoked(identity)) throw new VerificationError('session_ended')
      return caller
    },
    status: () => ({ feed: status(), revocations: memory.size }),
    close: () => feed?.close(),
  }
}

/** Does the caller hold the permission? `admin` implies every other. */
export function hasPermission(caller: Pick<Caller, 'permissions'>, permission: string): boolean {
  return caller.permissions.includes(permission) || caller.permissions.includes('admin')
}

/** @throws VerificationError 403 `permission_required` without it. */
export function requirePermission(caller: Pick<Caller, 'permissions'>, permission: string): void {
  if (!hasPermission(caller, permission)) throw new VerificationError('permission_required', { permission })
}

type Settings = Required<Omit<VerifierOptions, 'apiKey'>> & Pick<VerifierOptions, 'apiKey'>

function checked(options: VerifierOptions): Settings {
  const settings: Settings = {
    onFeedOutage: 'accept',
    feedOutageAfter: 30,
    clockTolerance: 30,
    staleKeysFor: 3600,
    pollInterval: 2000,
    onError: () => {},
    now: () => new Date(),
    ...options,
    url: (options.url ?? options.issuer).replace(/\/+$/, ''),
  }
  if (!URL.canParse(settings.url)) throw new TypeError(`the issuer or url is not a URL: ${settings.url}`)
  if (!settings.audience) throw new TypeError('audience is required')
  if (!(settings.clockTolerance >= 0 && settings.clockTolerance <= 300)) {
    throw new TypeError('clockTolerance must be between 0 and 300 seconds')
  }
  for (const name of ['feedOutageAfter', 'staleKeysFor', 'pollInterval'] as const)
    if (!(settings[name] > 0)) throw new TypeError(`${name} must be more than 0`)
  return settings
}

/**
 * The service's public keys: an unknown key id is looked up at once (every 30 seconds at most), known keys are fetched
 * anew in the background, and go on serving for a while when that fails.
 */
function keySet(url: string, staleFor: number, onError: (error: unknown) => void): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(url), { cacheMaxAge: staleFor, timeoutDuration: TIMEOUT })
  let fetchedAt = performance.now()
  return (header, token) => {
    const now = performance.now()
    if (!keys.fresh) fetchedAt = now
    else if (now - fetchedAt > KEYS_FETCHED_EVERY && !keys.reloading) {
      fetchedAt = now
      keys.reload().catch(onError)
    }
    return keys(header, token)
  }
}

async function readToken(
  token: string,
  keys: JWTVerifyGetKey,
  rules: { issuer: string; audience: string; clockTolerance: number; now: Date },
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['ES256'],
      typ: 'at+jwt',
      issuer: rules.issuer,
      audience: rules.audience,
      clockTolerance: rules.clockTolerance,
      currentDate: rules.now,
      // Bounds how long a revocation must be remembered, and refuses what comes from the future.
      maxTokenAge: TOKEN_LIFE,
      requiredClaims: ['sub', 'client_id', 'exp', 'iat', 'jti'],
    })
    return payload
  } catch (cause) {
    if (cause instanceof errors.JWTExpired) throw new VerificationError('access_token_expired', { cause })
    if (isTokenFault(cause)) throw new VerificationError('access_token_invalid', { cause })
    throw new VerificationError('unavailable', { cause })
  }
}

/** False for what is wrong with the way to the keys. */
function isTokenFault(error: unknown): boolean {
  const notTheToken = [errors.JWKSTimeout, errors.JWKSInvalid]
  if (!(error instanceof errors.JOSEError) || notTheToken.some((kind) => error instanceof kind)) return false
  // The plain class: the key set answered with something else than 200.
  return error.constructor !== errors.JOSEError
}

function callerOf(payload: JWTPayload): Caller {
  const { sub = '', sid, client_id: clientId, act, roles, permissions, amr, exp = 0 } = payload
  const sessionId = typeof sid === 'string' ? sid : undefined
  const actor = (act as { sub?: unknown } | undefined)?.sub
  return {
    userId: sessionId === undefined ? undefined : Number(sub),
    clientId: String(clientId),
    sessionId,
    actorId: actor === undefined ? undefined : Number(actor),
    roles: listOf(roles),
    permissions: listOf(permissions),
    factors: listOf(amr),
    expiresAt: new Date(exp * 1000),
    claims: payload,
  }
}

function listOf(claim: unknown): string[] {
  return Array.isArray(claim) ? claim.map(String) : []
}
