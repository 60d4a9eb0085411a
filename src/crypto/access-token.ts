/** Access tokens: JWTs by the profile of RFC 9068, signed with ES256. */
import { sign as signBytes } from 'node:crypto'
import { derToJose } from 'ecdsa-sig-formatter'
import { type CryptoKey, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose'
import { SIGNING_ALGORITHM, type Signer } from './signing-keys.ts'

/** The client id of tokens that people get by signing in; an API key's tokens carry the key's id. */
export const OWN_CLIENT_ID = 'omnicrm'

const TYPE = 'at+jwt'

export interface AccessTokenClaims {
  /** User id as a string. */
  sub: string
  /** Session id. */
  sid: string
  /** Seconds since 1970: when the user last proved a credential. */
  authTime: number
  amr: string[]
  roles: string[]
  permissions: string[]
  /** Unique id of this token. */
  jti: string
  /** Who really acts, when it is not the subject (RFC 8693): a user id as a string. */
  act?: { sub: string }
}

export interface ApiKeyTokenClaims {
  /** Id of the API key: subject and client are the same (RFC 9068, 2.2). Ids of users look different. */
  keyId: string
  /** Which of the key's secrets it was given for: it ends with that secret. */
  generation: number
  permissions: string[]
  jti: string
}

export interface TokenSettings {
  issuer: string
  audience: string
}

/** Whose token it is. Times in seconds since 1970. */
export type VerifiedAccessToken = { id: string; issuedAt: number; expiresAt: number } & (
  | { kind: 'session'; userId: number; sessionId: string; impersonated: boolean }
  | { kind: 'api_key'; keyId: string; generation: number; permissions: string[] }
)

/** A fault of the presented token, never of the service. */
export type AccessTokenFault = 'access_token_invalid' | 'access_token_expired'

/** The access token of a session. */
export function signAccessToken(
  signer: Signer,
  settings: TokenSettings,
  claims: AccessTokenClaims,
  issuedAt: Date,
  expiresAt: Date,
): string {
  const { authTime, ...own } = claims
  return sign(signer, settings, { ...own, auth_time: authTime, client_id: OWN_CLIENT_ID }, issuedAt, expiresAt)
}

/** The access token of an API key: no session, no roles, no authentication of a person. */
export function signApiKeyToken(
  signer: Signer,
  settings: TokenSettings,
  { keyId, generation, permissions, jti }: ApiKeyTokenClaims,
  issuedAt: Date,
  expiresAt: Date,
): string {
  const own = { sub: keyId, client_id: keyId, key_generation: generation, jti }
  const scope = permissions.length > 0 ? { scope: permissions.join(' ') } : {}
  return sign(signer, settings, { ...own, roles: [], permissions, ...scope }, issuedAt, expiresAt)
}

/** A time as tokens write it (RFC 7519, 2): whole seconds since 1970. */
export function numericDate(time: Date): number {
  return Math.floor(time.getTime() / 1000)
}

/**
 * A JWS in its compact form (RFC 7515, 7.1; RFC 7518, 3.4). At once rather than by jose, which hands each signature to the
 * threads that hash passwords. Signed as DER and written as JWS wants it afterwards: 39 µs of processor time, where Node
 * itself takes 86 to 135 µs to sign in that form.
 */
function sign(
  { kid, privateKey }: Signer,
  settings: TokenSettings,
  claims: JWTPayload,
  issuedAt: Date,
  expiresAt: Date,
): string {
  const life = { iat: numericDate(issuedAt), exp: numericDate(expiresAt) }
  const payload = { ...claims, iss: settings.issuer, aud: settings.audience, ...life }
  const signed = `${encoded({ alg: SIGNING_ALGORITHM, typ: TYPE, kid })}.${encoded(payload)}`
  return `${signed}.${derToJose(signBytes('sha256', Buffer.from(signed), privateKey), SIGNING_ALGORITHM)}`
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * Checks signature, type, algorithm, issuer, audience and life. Whether the session still stands is asked elsewhere.
 * @param findKey the public key of a `kid`; undefined for an unknown one.
 * @param toleranceSeconds how long after its end a token is still read (sign-out accepts an expired one).
 */
export async function verifyAccessToken(
  token: string,
  findKey: (kid: string) => Promise<CryptoKey | undefined>,
  settings: TokenSettings,
  now: Date,
  toleranceSeconds = 0,
): Promise<VerifiedAccessToken | AccessTokenFault> {
  if (!hasCanonicalSignature(token)) return 'access_token_invalid'
  try {
    const key = await findKey(keyIdOf(token))
    if (!key) return 'access_token_invalid'
    const known = findVerified(key, token, settings)
    const isOver = known && known.expiresAt <= numericDate(now) - toleranceSeconds
    if (known) return isOver ? 'access_token_expired' : known
    const { payload } = await jwtVerify(token, key, {
      algorithms: [SIGNING_ALGORITHM],
      typ: TYPE,
      issuer: settings.issuer,
      audience: settings.audience,
      currentDate: now,
      clockTolerance: toleranceSeconds,
      requiredClaims: ['sub', 'client_id', 'exp', 'iat', 'jti'],
    })
    const verified = readClaims(payload)
    if (verified) keepVerified(key, token, settings, verified)
    return verified ?? 'access_token_invalid'
  } catch (error) {
    if (error instanceof errors.JWTExpired) return 'access_token_expired'
    if (error instanceof errors.JOSEError) return 'access_token_invalid'
    throw error
  }
}

function keyIdOf(token: string): string {
  try {
    return decodeProtectedHeader(token).kid ?? ''
  } catch {
    return ''
  }
}

/** The most tokens of one signing key that are kept. Each takes about 2 KB. */
const MOST_VERIFIED = 2_000

/**
 * Tokens whose signature has been found good, by the key: whoever holds one shows it again and again, and a signature that
 * was good stays so while its key does. Whether the key still stands, and the token's end, are asked each time.
 * Verifying one takes some 280 µs of processor time, looking it up next to nothing.
 */
const verifiedBy = new WeakMap<CryptoKey, Map<string, VerifiedAccessToken>>()

const entryOf = (token: string, { issuer, audience }: TokenSettings) => `${token} ${issuer} ${audience}`

function findVerified(key: CryptoKey, token: string, settings: TokenSettings): VerifiedAccessToken | undefined {
  return verifiedBy.get(key)?.get(entryOf(token, settings))
}

function keepVerified(key: CryptoKey, token: string, settings: TokenSettings, verified: VerifiedAccessToken): void {
  const entries = verifiedBy.get(key) ?? new Map<string, VerifiedAccessToken>()
  verifiedBy.set(key, entries)
  entries.set(entryOf(token, settings), verified)
  // The one that came first is the nearest to its end.
  const [oldest] = entries.keys()
  if (entries.size > MOST_VERIFIED && oldest !== undefined) entries.delete(oldest)
}

/** Undefined when it is neither kind of token: we signed it, but we never sign such claims. */
function readClaims(payload: JWTPayload): VerifiedAccessToken | undefined {
  const { sub = '', jti = '', iat = 0, exp = 0, sid, client_id: client, key_generation: generation } = payload
  const common = { id: jti, issuedAt: iat, expiresAt: exp }
  if (client === OWN_CLIENT_ID && typeof sid === 'string') {
    return { kind: 'session', userId: Number(sub), sessionId: sid, impersonated: 'act' in payload, ...common }
  }
  if (client !== sub || sid !== undefined || !Number.isInteger(generation)) return undefined
  const permissions = payload['permissions'] as string[]
  return { kind: 'api_key', keyId: sub, generation: Number(generation), permissions, ...common }
}

/** Base64url leaves spare bits in a signature's last character, which decoders ignore: one spelling counts, the others do not. */
function hasCanonicalSignature(token: string): boolean {
  const signature = token.slice(token.lastIndexOf('.') + 1)
  return Buffer.from(signature, 'base64url').toString('base64url') === signature
}
