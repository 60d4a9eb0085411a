/** How the text of a setting is read. Each throws a Mistake for what it does not take. */
import { readTemplates } from './mail/templates.ts'
import { emailKey } from './policy/email-key.ts'

/** One 32-byte secret with the id under which everything made from it is filed. The first of a ring is primary. */
export interface SecretKey {
  id: string
  key: Buffer
}

/** Ends the sentence "NAME …", and says what would do. */
export class Mistake extends Error {}

export const text = (value: string) => value

export function oneOf<const T extends string>(allowed: readonly T[]) {
  return (value: string): T => {
    const found = allowed.find((candidate) => candidate === value)
    if (found === undefined) throw new Mistake(`must be one of ${allowed.join(', ')}; it is "${value}"`)
    return found
  }
}

export function integer(min: number, max: number) {
  return (value: string): number => {
    const number = Number(value)
    if (!/^\d+$/.test(value) || number < min || number > max) {
      throw new Mistake(`must be a whole number from ${min} to ${max}; it is "${value}"`)
    }
    return number
  }
}

export function postgresUrl(value: string): string {
  const url = URL.parse(value)
  if (!url || !['postgres:', 'postgresql:'].includes(url.protocol) || !url.username) {
    throw new Mistake('must look like postgres://user:password@host:5432/database (a user name is needed)')
  }
  return value
}

/** An absolute http(s) URL without query, fragment or trailing slash. */
export function baseUrl(value: string): string {
  const url = URL.parse(value)
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.search || url.hash || url.username) {
    throw new Mistake(
      `must be an http(s) URL without query or fragment, like https://crm.example.com; it is "${value}"`,
    )
  }
  return value.replace(/\/+$/, '')
}

export function httpUrl(value: string): string {
  if (!/^https?:$/.test(URL.parse(value)?.protocol ?? '')) {
    throw new Mistake(`must be an http(s) URL, like http://collector:4318; it is "${value}"`)
  }
  return value
}

export function origins(value: string): string[] {
  return splitList(value).map((entry) => {
    const origin = URL.parse(entry)?.origin
    if (origin !== entry || !/^https?:/.test(entry)) {
      throw new Mistake(
        `must list exact origins like https://crm.example.com, separated by commas; "${entry}" is not one`,
      )
    }
    return entry
  })
}

export function pathPrefix(value: string): string {
  if (!/^(\/[A-Za-z0-9._~-]+)+$/.test(value)) {
    throw new Mistake(`must start with a slash and not end with one, like /crm; it is "${value}"`)
  }
  return value
}

export function proxies(value: string): string[] | number {
  if (/^\d+$/.test(value)) return integer(1, 10)(value)
  const entries = splitList(value)
  const bad = entries.find(
    (entry) => !/^[0-9a-fA-F.:]+(\/\d{1,3})?$/.test(entry) && !/^(loopback|linklocal|uniquelocal)$/.test(entry),
  )
  if (bad !== undefined) {
    throw new Mistake(
      `must be a number of proxies or a list of their addresses or networks, like 10.0.0.0/8; "${bad}" is neither`,
    )
  }
  return entries
}

export function secretKeyRing(value: string): SecretKey[] {
  const ring = splitList(value).map((entry) => {
    const [, id, base64] = /^([A-Za-z0-9_-]{1,8}):(.*)$/.exec(entry) ?? []
    if (!id || base64 === undefined) {
      throw new Mistake('must list keys as id:base64, separated by commas; an id is 1 to 8 letters, digits, _ or -')
    }
    const key = Buffer.from(base64, 'base64')
    // The decoder stops at the first thing it does not know; what follows would be lost in silence.
    if (!/^[\w+/-]+=?$/.test(base64) || key.length !== 32) {
      throw new Mistake(`holds a key "${id}" that is not 32 bytes in base64; make one with: openssl rand -base64 32`)
    }
    return { id, key }
  })
  if (new Set(ring.map((entry) => entry.id)).size !== ring.length) throw new Mistake('names a key id twice')
  return ring
}

export function emailAddress(value: string): string {
  if (emailKey(value) === undefined) throw new Mistake(`must be an e-mail address; it is "${value}"`)
  return value
}

export function mailTemplates(file: string) {
  try {
    return readTemplates(file)
  } catch (error) {
    // A parser's message goes on with an excerpt of the file; its first line says what and where.
    const [reason] = error instanceof Error ? error.message.split('\n') : []
    throw new Mistake(`names ${file}, which cannot be used: ${reason}`)
  }
}

const splitList = (value: string) =>
  value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
