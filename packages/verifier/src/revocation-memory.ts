/** What has been revoked, for as long as a token of that time could still be accepted. */

/** An item of the feed. Times by RFC 3339. */
export interface Revocation {
  sid?: string
  user_id?: number
  client_id?: string
  not_before: string
}

/** Of a verified token. Times in seconds since 1970. */
export interface TokenIdentity {
  sid: string | undefined
  sub: string
  clientId: string
  /** Who acts as the subject. */
  actor: string | undefined
  issuedAt: number
}

interface Entry {
  /** Milliseconds since 1970. */
  notBefore: number
}

export class RevocationMemory {
  readonly #entries = new Map<string, Entry>()
  readonly #keptFor: number

  /** @param keptFor milliseconds from a revocation until no token of before can be accepted any more. */
  constructor(keptFor: number) {
    this.#keptFor = keptFor
  }

  get size(): number {
    return this.#entries.size
  }

  add({ sid, user_id: userId, client_id: clientId, not_before: time }: Revocation): void {
    const notBefore = Date.parse(time)
    if (sid !== undefined) this.#remember(`sid:${sid}`, notBefore)
    else if (userId !== undefined) this.#remember(`sub:${userId}`, notBefore)
    else if (clientId !== undefined) this.#remember(`client:${clientId}`, notBefore)
  }

  isRevoked({ sid, sub, clientId, actor, issuedAt }: TokenIdentity): boolean {
    // A session that has ended never stands again, so its tokens need no look at the time.
    if (sid !== undefined && this.#entries.has(`sid:${sid}`)) return true
    const keys = [`sub:${sub}`, `client:${clientId}`, ...(actor === undefined ? [] : [`sub:${actor}`])]
    return keys.some((key) => issuedAt * 1000 < (this.#entries.get(key)?.notBefore ?? 0))
  }

  /** @param now milliseconds since 1970. */
  forgetOld(now: number): void {
    // The order is that of the log, which is that of time but for a few seconds: later ones are looked at next time.
    for (const [key, { notBefore }] of this.#entries) {
      if (notBefore + this.#keptFor > now) return
      this.#entries.delete(key)
    }
  }

  /** A later revocation takes the place of an earlier one, and goes to the end. */
  #remember(key: string, notBefore: number): void {
    const known = this.#entries.get(key)
    if (known && known.notBefore >= notBefore) return
    this.#entries.delete(key)
    this.#entries.set(key, { notBefore })
  }
}
