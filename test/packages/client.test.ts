/** The typed client for front ends against the running service. */
import { setImmediate } from 'node:timers/promises'
import t, { type Test } from 'tap'
import {
  bearer,
  createIdentityClient,
  type IdentityClient,
  type IdentityClientOptions,
  type SignedOutReason,
} from '../../packages/client/src/index.ts'
import { startTestApp } from '../support/app.ts'
import { FrozenClock } from '../support/clock.ts'
import { createUser, enrol, NEW_PASSWORD, PASSWORD, type TestUser } from '../support/users.ts'

const app = await startTestApp(t, { clock: new FrozenClock(new Date().toISOString()) })

/** What stands between a client and the service: it counts, loses answers, and keeps the cookies of a browser. */
class Network {
  readonly calls: string[] = []
  /** What happens to the next calls of this name, in turn. A promise holds the call up. */
  readonly faults: { call: string; fault: 'answer lost' | 'request lost' | Response | Promise<void> }[] = []
  underWay = 0
  mostAtOnce = 0
  #cookie: string | undefined

  count(call: string): number {
    return this.calls.filter((name) => name === call).length
  }

  readonly send = async (request: Request): Promise<Response> => {
    const call = `${request.method} ${new URL(request.url).pathname}`
    this.calls.push(call)
    const planned = this.faults.findIndex((entry) => entry.call === call)
    const fault = planned < 0 ? undefined : this.faults.splice(planned, 1)[0]?.fault
    if (fault === 'request lost') throw new TypeError('fetch failed')
    if (fault instanceof Response) return fault
    await (fault instanceof Promise && fault)
    const sendsCookie = request.credentials === 'include' && this.#cookie !== undefined
    if (sendsCookie) request.headers.set('Cookie', `omnicrm_refresh=${this.#cookie}`)
    if (call === 'POST /auth/refresh') this.mostAtOnce = Math.max(this.mostAtOnce, ++this.underWay)
    // A refresh may take as long as this machine needs: given up too early, it would be counted twice.
    const response = await fetch(call === 'POST /auth/refresh' ? new Request(request, { signal: null }) : request)
    if (call === 'POST /auth/refresh') this.underWay -= 1
    if (fault === 'answer lost') throw new TypeError('fetch failed')
    for (const line of response.headers.getSetCookie()) {
      const [, value] = /^omnicrm_refresh=([^;]*)/.exec(line) ?? []
      if (value !== undefined) this.#cookie = value || undefined
    }
    return response
  }
}

interface Tab {
  client: IdentityClient
  network: Network
  reasons: SignedOutReason[]
}

function openTab(options: Partial<IdentityClientOptions> = {}, network = new Network()): Tab {
  const reasons: SignedOutReason[] = []
  const onSignedOut = (reason: SignedOutReason) => reasons.push(reason)
  const client = createIdentityClient({ baseUrl: app.url, fetch: network.send, onSignedOut, ...options })
  return { client, network, reasons }
}
const inBrowser = (network?: Network) => openTab({ refreshToken: 'cookie' }, network)

async function signInAt({ client }: Tab, user: TestUser, delivery: 'cookie' | 'body' = 'body') {
  const { data, error } = await client.POST('/auth/login', {
    body: { email: user.email, password: user.password, token_delivery: delivery },
  })
  if (data?.status !== 'authenticated') throw new Error(`not signed in: ${JSON.stringify(data ?? error)}`)
  return data
}

/** Stops this process' clock, which the client reads, until the test ends. @returns what sets it so many seconds ahead. */
function stopClock(t: Test): (seconds: number) => void {
  const { now: realNow } = Date
  t.teardown(() => {
    Date.now = realNow
  })
  const start = realNow()
  const goTo = (seconds: number) => {
    Date.now = () => start + seconds * 1000
  }
  goTo(0)
  return goTo
}

t.test('outcomes narrow on status, problems on code, through the second factor', async (t) => {
  const user = await createUser(app)
  const { authenticator } = await enrol(app, user)
  const { client } = openTab()
  const refused = await client.POST('/auth/login', { body: { email: user.email, password: 'wrong' } })
  if (refused.error?.code !== 'invalid_credentials') throw new Error('accepted')
  const code: 'invalid_credentials' = refused.error.code
  t.equal(code, 'invalid_credentials')

  const login = { email: user.email, password: user.password, token_delivery: 'body' } as const
  const { data: first } = await client.POST('/auth/login', { body: login })
  if (first?.status !== 'two_factor_required') throw new Error('no second factor')
  // @ts-expect-error: a step has no access token
  t.equal(first.access_token, undefined)
  app.clock.advance(30)
  const verify = (given: string) =>
    client.POST('/2fa/verify/user/{user_id}', {
      params: { path: { user_id: first.user_id } },
      headers: bearer(first.step_token),
      body: { code: given },
    })
  const wrong = await verify('00000')
  t.equal(wrong.error?.code === 'invalid_code' && wrong.error.attempts_left, 4)
  const { data: outcome } = await verify(authenticator.code(app.clock.now()))
  if (outcome?.status !== 'authenticated') throw new Error('not signed in')
  t.equal(outcome.user.id, user.id)
  const me = await client.GET('/auth/me')
  t.equal(me.data?.email, user.email, 'what a step has finished signs in, too')
})

t.test('fifty calls with a token that has expired make one refresh, and all succeed', async (t) => {
  const tab = openTab()
  await signInAt(tab, await createUser(app))
  app.clock.advance(901)
  const ids = Array.from({ length: 50 }, async () => (await tab.client.GET('/auth/me')).data?.id)
  t.equal(new Set(await Promise.all(ids)).size, 1)
  t.equal((await Promise.all(ids)).includes(undefined), false)
  t.equal(tab.network.count('POST /auth/refresh'), 1)
  t.strictSame(tab.reasons, [])
})

t.test('a token about to expire is refreshed before it is used, once for all that wait', async (t) => {
  const goTo = stopClock(t)
  const tab = openTab()
  await signInAt(tab, await createUser(app))
  goTo(869)
  const before = await tab.client.accessToken()
  t.equal(tab.network.count('POST /auth/refresh'), 0, 'it has more than half a minute')
  app.clock.advance(871)
  goTo(871)
  const tokens = await Promise.all(Array.from({ length: 50 }, () => tab.client.accessToken()))
  t.equal(new Set(tokens).size, 1)
  t.not(tokens[0], before)
  t.equal((await tab.client.GET('/auth/me')).response.status, 200)
  t.strictSame(tab.network.calls, ['POST /auth/login', 'POST /auth/refresh', 'GET /auth/me'])
})

t.test(
  'a call that changes something is repeated after a 401 that proves nothing was done, and never else',
  async (t) => {
    const tab = openTab()
    await signInAt(tab, await createUser(app))
    app.clock.advance(901)
    const edit = (first_name: string) => tab.client.PATCH('/auth/me', { body: { first_name } })
    t.equal((await edit('Ada')).data?.first_name, 'Ada', 'its body is sent again')
    t.equal(tab.network.count('PATCH /auth/me'), 2)

    tab.network.faults.push({ call: 'PATCH /auth/me', fault: 'answer lost' })
    await t.rejects(edit('Grace'), { message: 'fetch failed' })
    t.equal(tab.network.count('PATCH /auth/me'), 3)
    tab.network.faults.push({ call: 'PATCH /auth/me', fault: new Response('<h1>Bad gateway</h1>', { status: 502 }) })
    await t.rejects(edit('Hedy'), /answered 502 and no problem/, 'a proxy in the place of the service')
    t.equal(tab.network.count('PATCH /auth/me'), 4)
  },
)

t.test('a refresh whose answer is lost is asked again and signs nobody out', async (t) => {
  for (const delivery of ['body', 'cookie'] as const) {
    const tab = delivery === 'body' ? openTab() : inBrowser()
    await signInAt(tab, await createUser(app), delivery)
    app.clock.advance(901)
    tab.network.faults.push({ call: 'POST /auth/refresh', fault: 'answer lost' })
    tab.network.faults.push({ call: 'POST /auth/refresh', fault: 'request lost' })
    t.equal((await tab.client.GET('/auth/me')).response.status, 200)
    t.equal(tab.network.count('POST /auth/refresh'), 3)
    app.clock.advance(901)
    t.equal((await tab.client.GET('/auth/me')).response.status, 200, 'the session has gone on')
    t.strictSame(tab.reasons, [])
  }
})

t.test('without a network calls reject, and the session is there when it is back', async (t) => {
  const tab = openTab()
  await signInAt(tab, await createUser(app))
  app.clock.advance(901)
  for (let n = 0; n < 3; n++) tab.network.faults.push({ call: 'POST /auth/refresh', fault: 'request lost' })
  await t.rejects(tab.client.GET('/auth/me'), { message: 'fetch failed' })
  t.strictSame(tab.reasons, [])
  t.equal((await tab.client.GET('/auth/me')).response.status, 200)
})

t.test('a service that cannot refresh now is heard out: the call has its answer, nobody is signed out', async (t) => {
  const tab = openTab()
  await signInAt(tab, await createUser(app))
  app.clock.advance(901)
  const headers = { 'Content-Type': 'application/problem+json', 'Retry-After': '7' }
  const overloaded = Response.json({ code: 'overloaded', status: 503 }, { status: 503, headers })
  tab.network.faults.push({ call: 'POST /auth/refresh', fault: overloaded })
  const { error, response } = await tab.client.GET('/auth/me')
  t.match({ error, wait: response.headers.get('retry-after') }, { error: { code: 'overloaded' }, wait: '7' })
  t.equal(tab.network.count('POST /auth/refresh'), 1)
  t.strictSame(tab.reasons, [])
})

t.test('a session that has ended is told once, and nothing is asked again', async (t) => {
  const tab = openTab()
  const { access_token: token } = await signInAt(tab, await createUser(app))
  await app.call('POST', '/auth/logout', { token })
  const answers = await Promise.all(Array.from({ length: 20 }, () => tab.client.GET('/auth/me')))
  for (const { response, error } of answers) {
    t.equal(response.status, 401)
    t.equal(error?.code, 'session_ended')
  }
  await tab.client.GET('/auth/me')
  t.strictSame(tab.reasons, ['no_session'])
  t.equal(tab.network.count('POST /auth/refresh'), 1)
  t.equal(await tab.client.accessToken(), undefined)
})

t.test('a page that is loaded finds its session by the cookie, or that there is none', async (t) => {
  const before = inBrowser()
  const user = await createUser(app)
  const { refresh_token } = await signInAt(before, user, 'cookie')
  t.equal(refresh_token, undefined)
  const signedIn: string[] = []
  const loaded = openTab(
    { refreshToken: 'cookie', onSignedIn: (tokens) => signedIn.push(tokens.user.email) },
    before.network,
  )
  const { data } = await loaded.client.POST('/auth/refresh')
  t.equal(data?.user.id, user.id)
  t.strictSame(signedIn, [user.email])
  t.equal((await inBrowser(before.network).client.GET('/auth/me')).data?.id, user.id, 'also by its first call')

  const stranger = inBrowser()
  t.equal((await stranger.client.POST('/auth/refresh')).error?.code, 'invalid_refresh_token')
  t.strictSame(stranger.reasons, ['no_session'])
})

t.test('tabs that share a cookie refresh one after the other', async (t) => {
  const network = new Network()
  const tabs = Array.from({ length: 5 }, () => inBrowser(network))
  await signInAt(tabs[0] as Tab, await createUser(app), 'cookie')
  for (let round = 0; round < 3; round++) {
    app.clock.advance(901)
    const answers = await Promise.all(tabs.map(({ client }) => client.GET('/auth/me')))
    t.strictSame(new Set(answers.map(({ response }) => response.status)), new Set([200]))
  }
  t.equal(network.mostAtOnce, 1)
})

t.test('a tab does not become another user who has signed in elsewhere in the browser', async (t) => {
  const network = new Network()
  const [tab, other] = [inBrowser(network), inBrowser(network)]
  await signInAt(tab, await createUser(app), 'cookie')
  await signInAt(other, await createUser(app), 'cookie')
  app.clock.advance(901)
  t.equal((await tab.client.GET('/auth/me')).response.status, 401)
  t.strictSame(tab.reasons, ['other_user'])
  t.equal((await other.client.GET('/auth/me')).response.status, 200)
})

t.test('signing out ends the session here and at the service; a lost answer leaves it as it was', async (t) => {
  const tab = inBrowser()
  await signInAt(tab, await createUser(app), 'cookie')
  const token = await tab.client.accessToken()
  tab.network.faults.push({ call: 'POST /auth/logout', fault: 'request lost' })
  await t.rejects(tab.client.POST('/auth/logout'))
  t.strictSame(tab.reasons, [])
  t.equal((await tab.client.POST('/auth/logout')).response.status, 204)
  t.strictSame(tab.reasons, ['signed_out'])
  t.equal((await app.call('GET', '/auth/me', { token })).body.code, 'session_ended')
  t.equal((await tab.client.POST('/auth/refresh')).response.status, 401, 'the cookie is gone')
  await signInAt(tab, await createUser(app), 'cookie')
  t.equal((await tab.client.GET('/auth/me')).response.status, 200, 'somebody can sign in again')
})

t.test('a call given up is over at once, and the refresh goes on for the others', async (t) => {
  const tab = openTab()
  await signInAt(tab, await createUser(app))
  app.clock.advance(901)
  const hold = Promise.withResolvers<void>()
  tab.network.faults.push({ call: 'POST /auth/refresh', fault: hold.promise })
  const controller = new AbortController()
  const given = tab.client.GET('/auth/me', { signal: controller.signal })
  const other = tab.client.GET('/auth/me')
  while (tab.network.count('POST /auth/refresh') === 0) await setImmediate()
  const reason = new Error('the page was left')
  controller.abort(reason)
  await t.rejects(given, reason)
  hold.resolve()
  t.equal((await other).response.status, 200)
})

t.test('a temporary password leads through its change into a session', async (t) => {
  const tab = openTab()
  const user = await createUser(app, { state: 'temporary' })
  const { data } = await tab.client.POST('/auth/login', {
    body: { email: user.email, password: PASSWORD, token_delivery: 'body' },
  })
  if (data?.status !== 'password_change_required') throw new Error('no change demanded')
  const changed = await tab.client.POST('/auth/password/change', {
    headers: bearer(data.step_token),
    body: { new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD },
  })
  t.equal(changed.data && 'status' in changed.data && changed.data.status, 'authenticated')
  t.equal((await tab.client.GET('/auth/me')).data?.id, user.id)
})
