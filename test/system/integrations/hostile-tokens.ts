/** Tokens that no back end may accept, most of them signed with the service's own key: one thing alone is wrong. */
import type { KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CryptoKey, decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { createKeyRing } from '../../../src/crypto/key-ring.ts'
import { openPrivateKey } from '../../../src/crypto/signing-keys.ts'
import { query } from '../debian-postgres.ts'

export interface MadeTokens {
  /** As `good`, signed here: shows that the others are refused for what is wrong with them, and not for how they are made. */
  same: string
  /** By what is wrong with each. */
  hostile: Record<string, string>
}

/**
 * @param folder of the service, with its secrets.
 * @param good an access token that is accepted.
 */
export async function makeTokens(folder: string, url: string, good: string): Promise<MadeTokens> {
  const { kid = '' } = decodeProtectedHeader(good)
  const own = await servicesKey(folder, kid)
  const { privateKey: foreign } = await generateKeyPair('ES256')
  const claims = decodeJwt(good)
  const now = Math.floor(Date.now() / 1000)
  const sign = (changed: object, header: object = {}, key: KeyObject | CryptoKey = own) =>
    new SignJWT({ ...claims, ...changed }).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid, ...header }).sign(key)
  const keySet = (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as { keys: object[] }
  const publicKey = new TextEncoder().encode(JSON.stringify(keySet.keys[0]))

  const hostile = {
    malformed: 'oops',
    expired: await sign({ iat: now - 2000, exp: now - 1100 }),
    'of another issuer': await sign({ iss: 'https://another.example.com' }),
    'for another audience': await sign({ aud: 'another' }),
    'of another type': await sign({}, { typ: 'JWT' }),
    'without an end': await sign({ exp: undefined }),
    'forged under a known key id': await sign({}, {}, foreign),
    'forged under an unknown key id': await sign({}, { kid: 'unknown' }, foreign),
    'signed by nobody': new UnsecuredJWT(claims).encode(),
    'signed with the public key as a password': await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid })
      .sign(publicKey),
  }
  return { same: await sign({}), hostile }
}

async function servicesKey(folder: string, kid: string): Promise<KeyObject> {
  const secrets = JSON.parse(await readFile(join(folder, 'secrets.json'), 'utf8'))
  const port = (await readFile(join(folder, 'postgres/postmaster.pid'), 'utf8')).split('\n')[3]
  const database = `postgres://omnicrm_owner:${secrets.ownerPassword}@127.0.0.1:${port}/omnicrm`
  const rows = await query(database, `select private_key from signing_keys where kid = '${kid}'`)
  const ring = createKeyRing([{ id: 'local', key: Buffer.from(secrets.secretKey, 'base64') }])
  return openPrivateKey(ring, kid, String(rows[0]?.['private_key']))
}
