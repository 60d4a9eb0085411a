/**
 * The pairs of requests whose times must not differ. Each request names an account and a source of its own, because the
 * limits on guessing hold further ones up.
 */
import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

export interface Request {
  method: 'POST' | 'GET'
  path: string
  body?: object
  headers?: Record<string, string>
}

export interface Pair {
  name: string
  /** What the two sides are, for the report. */
  sides: [string, string]
  rounds: number
  /** The n-th request of each side. */
  ask: [(n: number) => Request, (n: number) => Request]
  /** Shows that the benchmark finds a difference where there is one. */
  isControl?: true
}

/** What the pairs ask about. */
export interface Material {
  accounts: number
  refreshToken: string
  stepToken: string
  resetToken: string
  accessToken: string
  apiKey: string
}

/** More failures of one account would make it wait. */
export const REQUESTS_PER_ACCOUNT = 4

export const known = (n: number | string) => `person${n}@example.com`
const unknown = (n: number) => `nobody${n}@example.com`
/** Accounts that are there, but switched off. */
export const inactive = (n: number | string) => `person-off${n}@example.com`

export function pairs(material: Material, rounds: { hashes: number; tokens: number }): Pair[] {
  const { accounts } = material
  const account = (n: number) => 1 + (Math.floor(n / REQUESTS_PER_ACCOUNT) % accounts)
  const login = (email: string, password = 'a-wrong-Guess-7'): Request => ({
    method: 'POST',
    path: '/auth/login',
    body: { email, password },
  })
  const forgot = (email: string): Request => ({ method: 'POST', path: '/auth/password/forgot', body: { email } })
  const bearer = (path: string, token: string): Request => ({
    method: 'GET',
    path,
    headers: { authorization: `Bearer ${token}` },
  })
  const code = (token: string): Request => ({
    method: 'POST',
    path: '/2fa/verify/user/1',
    body: { code: '123456' },
    headers: { authorization: `Bearer ${token}` },
  })
  const refresh = (token: string): Request => ({
    method: 'POST',
    path: '/auth/refresh',
    body: { refresh_token: token },
  })
  const check = (token: string): Request => ({ method: 'POST', path: '/auth/password/reset/check', body: { token } })
  const key = (text: string): Request => ({ method: 'GET', path: '/admin/users', headers: { 'x-api-key': text } })
  const { hashes, tokens } = rounds
  const ofToken = (name: string, token: string, ask: (token: string) => Request): Pair => ({
    name,
    sides: ['wrong from its first byte on', 'wrong in its last byte only'],
    rounds: tokens,
    ask: [() => ask(forged(token, 'all')), () => ask(forged(token, 'last'))],
  })
  return [
    {
      name: 'control: two unknown addresses',
      sides: ['unknown', 'unknown'],
      rounds: hashes,
      ask: [(n) => login(unknown(4_000_000 + account(n))), (n) => login(unknown(5_000_000 + account(n)))],
    },
    {
      name: 'control: a token of wrong length and one with a wrong HMAC',
      sides: ['wrong length', 'wrong HMAC'],
      rounds: tokens,
      ask: [() => refresh(`${material.refreshToken}A`), () => refresh(forged(material.refreshToken, 'last'))],
      isControl: true,
    },
    {
      name: '`login`, wrong password',
      sides: ['unknown address', 'known address'],
      rounds: hashes,
      ask: [(n) => login(unknown(account(n))), (n) => login(known(account(n)))],
    },
    {
      name: '`login`, wrong password',
      sides: ['unknown address', 'address of a deactivated account'],
      rounds: hashes,
      ask: [(n) => login(unknown(1_000_000 + account(n))), (n) => login(inactive(account(n)))],
    },
    {
      name: '`forgot` with `ACCOUNT_ENUMERATION=conceal`',
      sides: ['unknown address', 'known address'],
      rounds: hashes,
      ask: [(n) => forgot(unknown(2_000_000 + account(n))), (n) => forgot(known(account(n)))],
    },
    {
      name: 'API key of right form',
      sides: ['nothing in common with a real one', 'its first 30 characters'],
      rounds: hashes,
      ask: [() => key(otherKey(material.apiKey, 4)), () => key(otherKey(material.apiKey, 34))],
    },
    ofToken('refresh token', material.refreshToken, refresh),
    ofToken('step token', material.stepToken, code),
    ofToken('reset link', material.resetToken, check),
    ofToken('access token', material.accessToken, (token) => bearer('/auth/me', token)),
  ]
}

/** The token with its last 32 bytes (the HMAC, or half of the signature) changed: all of them, or the last one. */
function forged(token: string, where: 'all' | 'last'): string {
  const start = token.startsWith('o') ? 4 : token.lastIndexOf('.') + 1
  const bytes = Buffer.from(token.slice(start), 'base64url')
  const noise = randomBytes(32)
  const from = bytes.length - 32
  if (where === 'all') for (let i = 0; i < 32; i++) bytes[from + i] = noise[i] ?? 0
  else bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ (1 + ((noise[0] ?? 0) % 255))
  return token.slice(0, start) + bytes.toString('base64url')
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** A key of right form and checksum that keeps so many characters of this one. */
function otherKey(key: string, kept: number): string {
  const random = [...randomBytes(44 - kept)].map((byte) => ALPHABET[byte % 62]).join('')
  const text = key.slice(0, kept) + random
  let rest = crc32(text)
  let digits = ''
  for (let i = 0; i < 6; i++) {
    digits = ALPHABET.charAt(rest % 62) + digits
    rest = Math.floor(rest / 62)
  }
  return text + digits
}
