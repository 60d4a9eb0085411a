/** Access tokens: JWTs by the profile of RFC 9068, signed with ES256. */
import { type CryptoKey, errors, jwtVerify, SignJWT } from 'jose'
import { SIGNING_ALGORITHM } from './signing-keys.ts'

/** The client id of tokens that people get by signing in; an API key's tokens carry the key's id. */
const OWN_CLIENT_ID = 'omnicrm'

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
}

export interface TokenSettings {
  issuer: string
  audience: string
}

export interface VerifiedAccessToken {
  userId: number
  sessionId: string
}

/** A fault of the presented token, never of the service. */
export type AccessTokenFault = 'access_token_invalid' | 'access_token_expired'

export function signAccessToken(
  signer: { kid: string; privateKey: CryptoKey },
  settings: TokenSettings,
  claims: AccessTokenClaims,
  issuedAt: Date,
  expiresAt: Date,
): Promise<string> {
  const { sub, jti, authTime, ...own } = claims
  return new SignJWT({ ...own, auth_time: authTime, client_id: OWN_CLIENT_ID })
    .setProtectedHeader({ alg: SIGNING_ALGORITHM, typ: TYPE, kid: signer.kid })
    .setIssuer(settings.issuer)
    .setAudience(settings.audience)
    .setSubject(sub)
    .setJti(jti)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(signer.privateKey)
}

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
    const { payload } = await jwtVerify(
      token,
      async (header) => {
        const key = await findKey(header.kid ?? '')
        if (!key) throw new errors.JWKSNoMatchingKey()
        return key
      },
      {
        algorithms: [SIGNING_ALGORITHM],
        typ: TYPE,
        issuer: settings.issuer,
        audience: settings.audience,
        currentDate: now,
        clockTolerance: toleranceSeconds,
        requiredClaims: ['sub', 'sid', 'exp', 'iat', 'jti'],
      },
    )
    return { userId: Number(payload.sub), sessionId: String(payload['sid']) }
  } catch (error) {
    if (error instanceof errors.JWTExpired) return 'access_token_expired'
    if (error instanceof errors.JOSEError) return 'access_token_invalid'
    throw error
  }
}

/** Base64url leaves spare bits in a signature's last character, which decoders ignore: one spelling counts, the others do not. */
function hasCanonicalSignature(token: string): boolean {
  const signature = token.slice(token.lastIndexOf('.') + 1)
  return Buffer.from(signature, 'base64url').toString('base64url') === signature
}
