/**
 * The session of one page or process: the access token, in memory alone, and its refresh. It watches the answers of all
 * calls, so whatever finishes a sign-in signs in here, too.
 */
import pRetry from 'p-retry'
import type { Authenticated, Problem } from './schema.ts'

export type RefreshTokenPlace = 'cookie' | 'memory'

/**
 * `signed_out`: by `POST /auth/logout` of this client. `no_session`: there is none, or the service has ended it.
 * `other_user`: the browser's cookie has become another user's, who signed in elsewhere: load the page anew.
 */
export type SignedOutReason = 'signed_out' | 'no_session' | 'other_user'

export interface SessionEvents {
  /** Whenever new tokens came, by a sign-in or a refresh: with the user as they are now. */
  onSignedIn?: ((tokens: Authenticated) => void) | undefined
  /** Once each time that it turns out that nobody is signed in: show the sign-in. Never for want of an answer. */
  onSignedOut?: ((reason: SignedOutReason) => void) | undefined
}

interface SessionOptions {
  baseUrl: string
  refreshToken: RefreshTokenPlace
  send: (request: Request) => Promise<Response>
  events: SessionEvents
}

/** An answer that several calls can share. */
interface Answer {
  status: number
  headers: Headers
  text: string
}

type State =
  /** Nobody has asked yet whether the cookie opens a session. */
  | { kind: 'unknown' }
  | {
      kind: 'signed_in'
      accessToken: string
      refreshToken: string | undefined
      userId: number
      /** Milliseconds since 1970; after them it is refreshed before it is used. */
      freshUntil: number
      expiresAt: number
    }
  | { kind: 'signed_out' }

/** Codes of refusals by which nothing was done and that new tokens may mend. */
const MENDED_BY_REFRESH = new Set<Problem['code'] | undefined>([
  'access_token_missing',
  'access_token_expired',
  'access_token_invalid',
  'session_ended',
])

/** Milliseconds before its end at which an access token counts as used up. */
const MARGIN = 30_000

/**
 * A refresh whose answer is lost can be repeated for 10 seconds: the service gives the same tokens again. After that the
 * old refresh token counts as stolen. So tries follow each other fast.
 */
const TRIES = { retries: 2, minTimeout: 250, factor: 3 } as const
const TRY_TIMEOUT = 3_000

export class Session {
  readonly #options: SessionOptions
  #state: State = { kind: 'unknown' }
  #refreshing: Promise<Answer> | undefined

  constructor(options: SessionOptions) {
    this.#options = options
  }

  async fetch(request: Request): Promise<Response> {
    const isOwnBusiness = request.headers.has('authorization') || request.headers.has('x-api-key')
    if (isOwnBusiness) return this.#send(request)
    if (this.#isCall(request, '/auth/refresh')) return responseOf(await unlessAborted(this.#refresh(), request.signal))
    if (this.#isCall(request, '/auth/logout')) return this.#signOut(request)

    const refusal = this.#isUsedUp() ? await unlessAborted(this.#renew(), request.signal) : undefined
    if (refusal) return responseOf(refusal)
    const used = this.#token
    const first = await this.#send(withToken(request.clone(), used))
    if (this.#state.kind === 'signed_out' || !(await isMendedByRefresh(first))) return first
    // Another call may have refreshed meanwhile.
    if (this.#token === used) {
      const refresh = await unlessAborted(this.#refresh(), request.signal)
      if (refresh.status !== 200 && refresh.status !== 401) return responseOf(refresh)
    }
    return this.#token === undefined ? first : this.#send(withToken(request, this.#token))
  }

  async accessToken(): Promise<string | undefined> {
    const refusal = this.#state.kind === 'unknown' || this.#isUsedUp() ? await this.#renew() : undefined
    if (refusal) throw new Error(`The refresh was refused: ${refusal.text}`)
    return this.#token
  }

  get #token(): string | undefined {
    return this.#state.kind === 'signed_in' ? this.#state.accessToken : undefined
  }

  #isUsedUp(): boolean {
    return this.#state.kind === 'signed_in' && Date.now() >= this.#state.freshUntil
  }

  /**
   * Refreshes ahead of need: a failure counts only once the token is of no more use.
   * @returns the refusal that leaves the caller without a token, though not signed out.
   */
  async #renew(): Promise<Answer | undefined> {
    const goesOn = () => this.#state.kind === 'signed_in' && Date.now() < this.#state.expiresAt
    try {
      const answer = await this.#refresh()
      return answer.status === 200 || answer.status === 401 || goesOn() ? undefined : answer
    } catch (error) {
      if (goesOn()) return undefined
      throw error
    }
  }

  /** One at a time, however many wait for it: in this client, and among the tabs that share the cookie. */
  #refresh(): Promise<Answer> {
    this.#refreshing ??= this.#exclusively(() => this.#exchange()).finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const { baseUrl, refreshToken } = this.#options
    const locks = refreshToken === 'cookie' ? globalThis.navigator?.locks : undefined
    return locks ? (locks.request(`omnicrm-identity ${baseUrl}`, work) as Promise<T>) : work()
  }

  async #exchange(): Promise<Answer> {
    const before = this.#state
    const sentAt = Date.now()
    const answer = await pRetry(() => this.#askForTokens(before), TRIES)
    // Whoever has signed in or out meanwhile has the last word.
    if (this.#state !== before) return answer
    if (answer.status === 401) this.#leave('no_session')
    if (answer.status !== 200) return answer
    const tokens = JSON.parse(answer.text) as Authenticated
    if (before.kind === 'signed_in' && before.userId !== tokens.user.id) {
      this.#leave('other_user')
      return otherUser
    }
    this.#enter(tokens, sentAt)
    return answer
  }

  async #askForTokens(state: State): Promise<Answer> {
    const { baseUrl, refreshToken: place } = this.#options
    const refreshToken = state.kind === 'signed_in' ? state.refreshToken : undefined
    const request = new Request(`${baseUrl}/auth/refresh`, {
      method: 'POST',
      credentials: place === 'cookie' ? 'include' : 'omit',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
      signal: AbortSignal.timeout(TRY_TIMEOUT),
    })
    const response = await this.#reach(request)
    return { status: response.status, headers: response.headers, text: await response.text() }
  }

  async #signOut(request: Request): Promise<Response> {
    // The answer of a refresh that is under way would set the cookie again.
    await this.#refreshing?.catch(() => {})
    const response = await this.#reach(withToken(request, this.#token))
    if (response.ok) this.#leave('signed_out')
    return response
  }

  async #send(request: Request): Promise<Response> {
    const sentAt = Date.now()
    const response = await this.#reach(request)
    if (request.method === 'POST' && response.ok && isJson(response)) {
      const body = (await response.clone().json()) as Partial<Authenticated>
      if (body.status === 'authenticated') this.#enter(body as Authenticated, sentAt)
    }
    return response
  }

  /** @throws Error when something between here and the service has answered in its place. */
  async #reach(request: Request): Promise<Response> {
    const response = await this.#options.send(request)
    if (!response.ok && !isJson(response)) throw new Error(`${request.url} answered ${response.status} and no problem`)
    return response
  }

  #enter(tokens: Authenticated, sentAt: number): void {
    const life = tokens.expires_in * 1000
    this.#state = {
      kind: 'signed_in',
      accessToken: tokens.access_token,
      refreshToken: this.#options.refreshToken === 'memory' ? tokens.refresh_token : undefined,
      userId: tokens.user.id,
      freshUntil: sentAt + Math.max(life - MARGIN, life / 2),
      expiresAt: sentAt + life,
    }
    this.#options.events.onSignedIn?.(tokens)
  }

  #leave(reason: SignedOutReason): void {
    if (this.#state.kind === 'signed_out') return
    this.#state = { kind: 'signed_out' }
    this.#options.events.onSignedOut?.(reason)
  }

  #isCall(request: Request, path: string): boolean {
    return request.method === 'POST' && request.url === this.#options.baseUrl + path
  }
}

const otherUser: Answer = {
  status: 401,
  headers: new Headers({ 'Content-Type': 'application/problem+json' }),
  text: JSON.stringify({
    type: 'urn:omnicrm:problem:invalid_refresh_token',
    title: 'Another user has signed in.',
    status: 401,
    detail: 'Load the page anew.',
    code: 'invalid_refresh_token',
    request_id: '',
  } satisfies Problem),
}

function responseOf({ status, headers, text }: Answer): Response {
  return new Response(text, { status, headers })
}

function withToken(request: Request, token: string | undefined): Request {
  if (token !== undefined) request.headers.set('Authorization', `Bearer ${token}`)
  return request
}

function isJson(response: Response): boolean {
  return /^application\/(problem\+)?json\b/.test(response.headers.get('Content-Type') ?? '')
}

async function isMendedByRefresh(response: Response): Promise<boolean> {
  if (response.status !== 401) return false
  const problem = (await response.clone().json()) as Partial<Problem>
  return MENDED_BY_REFRESH.has(problem.code)
}

/** Several calls share the work, so one that is given up leaves it to the others. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = () => {}
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason)
  })
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort)
  try {
    return await Promise.race([aborted, work])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
