import { randomBytes } from 'node:crypto'
import { base64url, SignJWT } from 'jose'
import t from 'tap'
import { signAccessToken, signApiKeyToken, verifyAccessToken } from '../../src/crypto/access-token.ts'
import { createKeyRing } from '../../src/crypto/key-ring.ts'
import { importKey, newSigningKey, openPrivateKey } from '../../src/crypto/signing-keys.ts'

const ring = createKeyRing([{ id: 'k1', key: randomBytes(32) }])
const settings = { issuer: 'https://crm.example.com', audience: 'omnicrm' }
const now = new Date('2026-03-02T10:00:00.000Z')
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)
const claims = {
  sub: '42',
  sid: '0b6b0c1e-7f55-4c58-9c61-6a1b7bb7c0de',
  authTime: now.getTime() / 1000 - 60,
  amr: ['pwd'],
  roles: ['customer_service_agent_1'],
  permissions: ['view_customer'],
  jti: 'b1b2c3d4-0000-4000-8000-000000000001',
}

const { kid, publicJwk, sealedPrivateKey } = await newSigningKey(ring)
const signer = { kid, privateKey: openPrivateKey(ring, kid, sealedPrivateKey) }
const publicKey = await importKey(publicJwk)
const findKey = async (wanted: string) => (wanted === kid ? publicKey : undefined)
const token = signAccessToken(signer, settings, claims, now, later(900))
const verify = (text: string, at = now, tolerance?: number) => verifyAccessToken(text, findKey, settings, at, tolerance)

t.test('an access token is a JWT by RFC 9068', async (t) => {
  const [header = '', payload = ''] = token.split('.')
  const read = (part: string) => JSON.parse(new TextDecoder().decode(base64url.decode(part)))
  t.strictSame(read(header), { alg: 'ES256', typ: 'at+jwt', kid })
  const { authTime, ...same } = claims
  t.strictSame(read(payload), {
    ...same,
    auth_time: authTime,
    client_id: 'omnicrm',
    iss: settings.issuer,
    aud: settings.audience,
    iat: now.getTime() / 1000,
    exp: now.getTime() / 1000 + 900,
  })
  t.strictSame(await verify(token), {
    kind: 'session',
    userId: 42,
    sessionId: claims.sid,
    impersonated: false,
    id: claims.jti,
    issuedAt: now.getTime() / 1000,
    expiresAt: now.getTime() / 1000 + 900,
  })
})

t.test('it counts until the second of its end, and as long after it as the reader tolerates', async (t) => {
  t.type(await verify(token, later(899)), 'object')
  t.equal(await verify(token, later(900)), 'access_token_expired')
  t.type(await verify(token, later(900), 60), 'object')
  t.equal(await verify(token, later(960), 60), 'access_token_expired')
})

t.test(
  'nothing but the signing key, algorithm, type, issuer, audience and all claims together is accepted',
  async (t) => {
    const sign = (change: { header?: object; payload?: object; drop?: string }, key = signer.privateKey) => {
      const payload: Record<string, unknown> = { sid: claims.sid, client_id: 'omnicrm', ...change.payload }
      const jwt = new SignJWT(payload)
      if (change.drop !== 'sub') jwt.setSubject('42')
      if (change.drop !== 'jti') jwt.setJti('x')
      if (change.drop !== 'iat') jwt.setIssuedAt(now)
      if (change.drop !== 'exp') jwt.setExpirationTime(later(900))
      if (!('iss' in payload)) jwt.setIssuer(settings.issuer)
      if (!('aud' in payload)) jwt.setAudience(settings.audience)
      return jwt.setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid, ...change.header }).sign(key)
    }
    t.type(await verify(await sign({})), 'object', 'the token that the cases change in one thing each')
    const foreign = await newSigningKey(ring)
    const bad: Record<string, string> = {
      'another key': await sign({}, openPrivateKey(ring, foreign.kid, foreign.sealedPrivateKey)),
      'an unknown key id': await sign({ header: { kid: foreign.kid } }),
      'no key id': await sign({ header: { kid: undefined } }),
      'another type': await sign({ header: { typ: 'JWT' } }),
      'no type': await sign({ header: { typ: undefined } }),
      'another issuer': await sign({ payload: { iss: 'https://crm.example.com/' } }),
      'another audience': await sign({ payload: { aud: 'other' } }),
      'not yet valid': await sign({ payload: { nbf: now.getTime() / 1000 + 60 } }),
      'no session': await sign({ payload: { sid: undefined } }),
      'no client': await sign({ payload: { client_id: undefined } }),
      'the session of a service': await sign({ payload: { client_id: '42', key_generation: 1 } }),
      'no user': await sign({ drop: 'sub' }),
      'no id': await sign({ drop: 'jti' }),
      'no issue time': await sign({ drop: 'iat' }),
      'no end': await sign({ drop: 'exp' }),
    }
    for (const [name, text] of Object.entries(bad)) t.equal(await verify(text), 'access_token_invalid', name)
  },
)

t.test("an API key's token has no session and no person, and says which secret it was given for", async (t) => {
  const keyId = '6f1f2a9e-3a1b-4a39-9d7c-2f0a7b1c5e11'
  const sign = (permissions: string[]) =>
    signApiKeyToken(signer, settings, { keyId, generation: 3, permissions, jti: claims.jti }, now, later(900))
  const service = await sign(['view_user', 'view_customer'])
  const payload = JSON.parse(new TextDecoder().decode(base64url.decode(service.split('.')[1] ?? '')))
  const life = { iat: now.getTime() / 1000, exp: now.getTime() / 1000 + 900 }
  t.strictSame(payload, {
    sub: keyId,
    client_id: keyId,
    key_generation: 3,
    roles: [],
    permissions: ['view_user', 'view_customer'],
    scope: 'view_user view_customer',
    jti: claims.jti,
    iss: settings.issuer,
    aud: settings.audience,
    ...life,
  })
  t.strictSame(await verify(service), {
    kind: 'api_key',
    keyId,
    generation: 3,
    permissions: ['view_user', 'view_customer'],
    id: claims.jti,
    issuedAt: life.iat,
    expiresAt: life.exp,
  })
  const bare = JSON.parse(new TextDecoder().decode(base64url.decode((await sign([])).split('.')[1] ?? '')))
  t.notOk('scope' in bare, 'a scope has at least one name (RFC 6749, 3.3)')
})

t.test('a token that was good before is judged anew: its end, its key, its reader, each of its letters', async (t) => {
  const seen = signAccessToken(signer, settings, { ...claims, jti: 'seen' }, now, later(900))
  for (let time = 0; time < 2; time++) t.type(await verify(seen), 'object')
  t.equal(await verify(seen, later(900)), 'access_token_expired')
  t.type(await verify(seen, later(900), 60), 'object')
  t.equal(await verifyAccessToken(seen, async () => undefined, settings, now), 'access_token_invalid')
  const other = await importKey((await newSigningKey(ring)).publicJwk)
  t.equal(await verifyAccessToken(seen, async () => other, settings, now), 'access_token_invalid')
  for (const change of [{ issuer: 'https://other.example.com' }, { audience: 'other' }])
    t.equal(await verifyAccessToken(seen, findKey, { ...settings, ...change }, now), 'access_token_invalid')
  const [header, payload, signature = ''] = seen.split('.')
  const forged = Buffer.from(JSON.stringify({ ...claims, sub: '43', client_id: 'omnicrm' })).toString('base64url')
  t.equal(await verify(`${header}.${forged}.${signature}`), 'access_token_invalid')
  const turned = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1)
  t.equal(await verify(`${header}.${payload}.${turned}`), 'access_token_invalid')
  for (const text of ['', '.', '..', 'x.y.z', `${header}..`, `.${payload}.${signature}`])
    t.equal(await verify(text), 'access_token_invalid', text)
})

t.test('a token that is over when it is first seen is told to have expired', async (t) => {
  const old = signAccessToken(signer, settings, { ...claims, jti: 'old' }, now, later(900))
  t.equal(await verify(old, later(900)), 'access_token_expired')
})

t.test('each token has one spelling: spare bits in the last letter are none of it', async (t) => {
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const fresh = signAccessToken(signer, settings, { ...claims, jti: 'spelled' }, now, later(900))
  const last = ALPHABET.indexOf(fresh.slice(-1))
  // 64 bytes leave four spare bits.
  for (const spare of [1, 7, 15])
    t.equal(await verify(fresh.slice(0, -1) + ALPHABET[last ^ spare]), 'access_token_invalid', `${spare}`)
  t.type(await verify(fresh), 'object')
})

t.test("a service's token names one service", async (t) => {
  const of = (client_id: string, jti: string) =>
    new SignJWT({ client_id, key_generation: 1, permissions: [] })
      .setSubject('a-key')
      .setJti(jti)
      .setIssuedAt(now)
      .setExpirationTime(later(900))
      .setIssuer(settings.issuer)
      .setAudience(settings.audience)
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
      .sign(signer.privateKey)
  t.type(await verify(await of('a-key', 'one')), 'object')
  t.equal(await verify(await of('another-key', 'two')), 'access_token_invalid')
})

t.test('a fault of the service is no fault of the token', async (t) => {
  const broken = async () => {
    throw new Error('the database is away')
  }
  await t.rejects(verifyAccessToken(token, broken, settings, now), /the database is away/)
})
