/** The verifier for other services against the running service. */
import { setTimeout as sleep } from 'node:timers/promises'
import fastify from 'fastify'
import { decodeProtectedHeader, SignJWT } from 'jose'
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { identityVerifier } from '../../packages/verifier/src/fastify.ts'
import {
  createVerifier,
  hasPermission,
  requirePermission,
  VerificationError,
  type Verifier,
  type VerifierOptions,
} from '../../packages/verifier/src/index.ts'
import { RevocationMemory } from '../../packages/verifier/src/revocation-memory.ts'
import { sealEvents } from '../../src/jobs/seal-events.ts'
import { rotateSigningKey, withdrawSigningKeys } from '../../src/keys/rotate-signing-key.ts'
import { SYSTEM } from '../../src/store/events.ts'
import { adminOf, staffWith, usersAs } from '../support/admin.ts'
import { keysAs, keyWith, tokenOf } from '../support/api-keys.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { FrozenClock } from '../support/clock.ts'
import { startGateway } from '../support/gateway.ts'
import { createUser, signIn } from '../support/users.ts'

const app = await startTestApp(t, { clock: new FrozenClock(new Date().toISOString()) })
const admin = await adminOf(app)
const { api_key: apiKey } = await keyWith(app, [], {}, admin)
const { issuer, audience } = app.deps.config.token

function verifierOf(t: Test, options: Partial<VerifierOptions> = {}): Verifier {
  const verifier = createVerifier({ issuer, audience, url: app.url, now: () => app.clock.now(), ...options })
  t.teardown(() => verifier.close())
  return verifier
}
const following = (t: Test, options: Partial<VerifierOptions> = {}) =>
  verifierOf(t, { apiKey, pollInterval: 20, ...options })

/** `accepted`, or the code of the refusal. */
async function judge(verifier: Verifier, token: string | undefined): Promise<string> {
  try {
    await verifier.verify(token)
    return 'accepted'
  } catch (error) {
    if (error instanceof VerificationError) return error.code
    throw error
  }
}
/** Until it is judged so; the test runs into its time limit otherwise. */
async function untilJudged(verifier: Verifier, token: string, verdict: string): Promise<void> {
  while ((await judge(verifier, token)) !== verdict) await sleep(10)
}
async function untilFeed(verifier: Verifier, state: string): Promise<void> {
  while (verifier.status().feed !== state) await sleep(10)
}
const token = async (roles = ['customer_service_agent_1']) =>
  (await signIn(app, await createUser(app, { roles }))).access_token as string
/** Signs out, and has the event sealed, as the service does every second. */
async function signOut(accessToken: string, at: TestApp = app): Promise<void> {
  await at.call('POST', '/auth/logout', { token: accessToken })
  await sealEvents(at.deps)
}

t.test('a token tells who calls and what they may do', async (t) => {
  const verifier = verifierOf(t)
  const user = await createUser(app, { roles: ['customer_service_agent_1'] })
  const caller = await verifier.verify((await signIn(app, user)).access_token)
  t.match(caller, {
    userId: user.id,
    clientId: 'omnicrm',
    actorId: undefined,
    roles: ['customer_service_agent_1'],
    permissions: ['view_customer', 'view_user'],
    factors: ['pwd'],
    expiresAt: new Date(Math.floor(app.clock.now().getTime() / 1000) * 1000 + 900_000),
  })
  t.equal(hasPermission(caller, 'view_customer'), true)
  t.equal(hasPermission(caller, 'edit_invoice'), false)
  t.throws(() => requirePermission(caller, 'edit_invoice'), { code: 'permission_required', status: 403 })
  t.equal(hasPermission(await verifier.verify(admin.token), 'edit_invoice'), true, '`admin` implies every other')
  const key = await keyWith(app, ['view_user'], {}, admin)
  const service = await verifier.verify(await tokenOf(app, key))
  t.match(service, { userId: undefined, sessionId: undefined, clientId: key.id, permissions: ['view_user'] })
})

t.test('what is no access token of this service for this audience is refused', async (t) => {
  const verifier = verifierOf(t)
  const good = await token()
  t.equal(await judge(verifier, good), 'accepted')
  t.equal(await judge(verifier, undefined), 'access_token_missing')
  const signer = await app.deps.keys.signing.signer()
  const sign = (claims: object, header: object = {}) =>
    new SignJWT({ sub: '1', client_id: 'omnicrm', sid: 'x', jti: 'x', iss: issuer, aud: audience, ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: signer.kid, ...header })
      .setIssuedAt(app.clock.now())
      .setExpirationTime(new Date(app.clock.now().getTime() + 60_000))
      .sign(signer.privateKey)
  t.equal(await judge(verifier, await sign({})), 'accepted')
  const [head = '', body = '', signature = ''] = good.split('.')
  const forged = Buffer.from(JSON.stringify({ sub: '1', permissions: ['admin'] })).toString('base64url')
  const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')
  const hmac = new SignJWT({ sub: '1' }).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: signer.kid })
  const bad: Record<string, string> = {
    'no JWT': 'x',
    'a step token': 'ost_AQJrMQAAAAAAAA',
    'changed claims': `${head}.${forged}.${signature}`,
    'no signature': `${none}.${body}.`,
    'another algorithm': await hmac.sign(Buffer.alloc(32)),
    'another type': await sign({}, { typ: 'JWT' }),
    'another issuer': await sign({ iss: 'https://elsewhere.example.com' }),
    'another audience': await sign({ aud: 'another-system' }),
    'an unknown key': await sign({}, { kid: 'unknown' }),
    'no subject': await sign({ sub: undefined }),
    'no client': await sign({ client_id: undefined }),
  }
  for (const [name, presented] of Object.entries(bad))
    t.equal(await judge(verifier, presented), 'access_token_invalid', name)
})

t.test('clocks may differ by the tolerance, either way, and no more', async (t) => {
  const skewed = (seconds: number, clockTolerance: number) =>
    verifierOf(t, { clockTolerance, now: () => new Date(app.clock.now().getTime() + seconds * 1000) })
  const presented = await token()
  for (const [skew, verdict] of [
    [-32, 'access_token_invalid'],
    [-28, 'accepted'],
    [900 + 28, 'accepted'],
    [900 + 32, 'access_token_expired'],
  ] as const)
    t.equal(await judge(skewed(skew, 30), presented), verdict, `${skew} s`)
  t.equal(await judge(skewed(902, 0), presented), 'access_token_expired')
  t.throws(() => createVerifier({ issuer, audience, clockTolerance: 301 }), TypeError)
})

t.test(
  'a rotation of the keys goes unnoticed, and a withdrawn key is out when the keys are fetched again',
  async (t) => {
    const app = await startTestApp(t, { clock: new FrozenClock() })
    const gateway = await startGateway(t, app.url)
    const verifier = verifierOf(t, { url: gateway.url, now: () => app.clock.now() })
    const fetches = () => gateway.counts['/.well-known/jwks.json']
    const user = await createUser(app)
    const signedIn = async () => (await signIn(app, user)).access_token as string
    await rotateSigningKey(app.deps, SYSTEM)
    await app.deps.keys.signing.reload()
    const before = await signedIn()
    t.equal(await judge(verifier, before), 'accepted')
    app.clock.advance(899)
    const last = await signedIn()
    app.clock.advance(1)
    const next = await signedIn()
    t.not(decodeProtectedHeader(next).kid, decodeProtectedHeader(last).kid)
    for (const presented of [before, last, next]) t.equal(await judge(verifier, presented), 'accepted')
    t.equal(fetches(), 1, 'the key was published before it signed')

    await withdrawSigningKeys(app.deps, SYSTEM)
    await app.deps.keys.signing.reload()
    const unannounced = await signedIn()
    const { now: realNow } = Date
    t.teardown(() => {
      Date.now = realNow
    })
    // An unknown key id is looked up at most every 30 seconds.
    Date.now = () => realNow() + 31_000
    t.equal(await judge(verifier, unannounced), 'accepted')
    t.equal(fetches(), 2)
    t.equal(await judge(verifier, next), 'access_token_invalid')
  },
)

t.test('known keys serve through an outage, for a limited time; without keys nothing is accepted', async (t) => {
  const gateway = await startGateway(t, app.url)
  const verifier = verifierOf(t, { url: gateway.url, staleKeysFor: 600 })
  const presented = await token()
  t.equal(await judge(verifier, presented), 'accepted')
  gateway.down = true
  t.equal(await judge(verifier, presented), 'accepted')
  t.equal(await judge(verifierOf(t, { url: gateway.url }), presented), 'unavailable')
  t.equal(await judge(verifierOf(t, { url: 'http://127.0.0.1:1' }), presented), 'unavailable')
  const { now: realNow } = Date
  t.teardown(() => {
    Date.now = realNow
  })
  Date.now = () => realNow() + 601_000
  t.equal(await judge(verifier, presented), 'unavailable')
  gateway.down = false
  t.equal(await judge(verifier, presented), 'accepted')
})

t.test('whoever is signed out, deactivated, impersonated no longer or revoked is out; others stay', async (t) => {
  const verifier = following(t)
  const bystander = await token()
  const support = await staffWith(app, ['can_impersonate'])
  const customer = await createUser(app, { roles: ['customer'] })
  const key = await keyWith(app, [], {}, admin)
  const acting = await app.call('POST', '/auth/impersonate', {
    token: support.token,
    body: { user_id: customer.id, reason: 'Ticket' },
  })
  const deactivated = await createUser(app)
  const standing = {
    signedOut: await token(),
    deactivated: (await signIn(app, deactivated)).access_token as string,
    impersonated: acting.body.access_token as string,
    service: await tokenOf(app, key),
  }
  t.equal((await verifier.verify(standing.impersonated)).actorId, support.id)
  for (const presented of Object.values(standing)) t.equal(await judge(verifier, presented), 'accepted')
  await app.call('POST', '/auth/logout', { token: standing.signedOut })
  await app.call('POST', '/auth/logout', { token: support.token })
  await usersAs(app, admin).edit(deactivated.id, { active: false })
  app.clock.advance(1)
  await keysAs(app, admin).revoke(key.id)
  await sealEvents(app.deps)
  for (const presented of Object.values(standing)) await untilJudged(verifier, presented, 'session_ended')
  t.equal(await judge(verifier, bystander), 'accepted')
})

t.test('a token that a key got in the second of its end, or of a call under way then, is out with it', async (t) => {
  const app = await startTestApp(t, { clock: new FrozenClock() })
  const admin = await adminOf(app)
  const { api_key: apiKey } = await keyWith(app, [], {}, admin)
  const verifier = createVerifier({
    ...app.deps.config.token,
    url: app.url,
    apiKey,
    pollInterval: 20,
    now: () => app.clock.now(),
  })
  t.teardown(() => verifier.close())
  const [revoked, regenerated] = [await keyWith(app, [], {}, admin), await keyWith(app, [], {}, admin)]
  const [first, second] = [await tokenOf(app, revoked), await tokenOf(app, regenerated)]
  for (const token of [first, second]) await untilJudged(verifier, token, 'accepted')
  await keysAs(app, admin).revoke(revoked.id)
  const renewed = (await keysAs(app, admin).regenerate(regenerated.id, { overlap_seconds: 0 })).body
  await sealEvents(app.deps)
  await untilJudged(verifier, first, 'session_ended')
  await untilJudged(verifier, second, 'session_ended')
  app.clock.advance(2)
  t.equal(
    await judge(verifier, await tokenOf(app, renewed)),
    'accepted',
    'two seconds later the new secret gets good ones',
  )
})

t.test('a verifier that starts knows what was revoked before, from its first token on', async (t) => {
  const presented = await token()
  await signOut(presented)
  t.equal(await judge(following(t), presented), 'session_ended')
  t.equal(await judge(verifierOf(t), presented), 'accepted', 'without an API key it does not follow')
})

t.test('through an outage of the feed it accepts or refuses as it was told, and catches up afterwards', async (t) => {
  const gateway = await startGateway(t, app.url)
  const settings = { url: gateway.url, feedOutageAfter: 30 }
  const errors: unknown[] = []
  const lenient = following(t, { ...settings, onError: (error) => errors.push(error) })
  const strict = following(t, { ...settings, onFeedOutage: 'refuse' })
  const [presented, revoked] = [await token(), await token()]
  for (const verifier of [lenient, strict]) t.equal(await judge(verifier, presented), 'accepted')
  gateway.down = true
  while (errors.length === 0) await sleep(10)
  t.equal(await judge(strict, presented), 'accepted', 'silent for less than the time that counts as an outage')
  app.clock.advance(31)
  t.strictSame([lenient.status().feed, strict.status().feed], ['outage', 'outage'])
  t.equal(await judge(lenient, presented), 'accepted')
  t.equal(await judge(strict, presented), 'unavailable')
  const late = following(t, { ...settings, url: gateway.url, onFeedOutage: 'refuse' })
  t.equal(await judge(late, presented), 'unavailable')
  await signOut(revoked)
  t.equal(await judge(lenient, revoked), 'accepted', 'it cannot know')
  gateway.down = false
  for (const verifier of [lenient, strict]) {
    await untilFeed(verifier, 'live')
    await untilJudged(verifier, revoked, 'session_ended')
    t.equal(await judge(verifier, presented), 'accepted')
  }
  const refused = following(t, { apiKey: 'no key', onFeedOutage: 'refuse' })
  t.equal(await judge(refused, presented), 'unavailable', 'a key that is refused is an outage')
})

t.test('replicas in turn tell one story', async (t) => {
  const replica = await startTestApp(t, { database: app.database, clock: app.clock })
  const gateway = await startGateway(t, app.url, replica.url)
  const verifier = following(t, { url: gateway.url })
  const tokens = await Promise.all([token(), token(), token()])
  for (const [n, presented] of tokens.entries()) {
    t.equal(await judge(verifier, presented), 'accepted')
    await signOut(presented, n % 2 ? app : replica)
    await untilJudged(verifier, presented, 'session_ended')
  }
  t.strictSame(await Promise.all(tokens.map((presented) => judge(verifier, presented))), [
    'session_ended',
    'session_ended',
    'session_ended',
  ])
})

t.test('after a restore it starts anew by itself, and forgets nothing', async (t) => {
  const gateway = await startGateway(t, app.url)
  const errors: unknown[] = []
  const verifier = following(t, { url: gateway.url, onError: (error) => errors.push(error) })
  const [before, after] = [await token(), await token()]
  await signOut(before)
  await untilJudged(verifier, before, 'session_ended')
  await sql`update instance set epoch = gen_random_uuid()`.execute(app.db)
  const restored = await startTestApp(t, { database: app.database, clock: app.clock })
  gateway.targets = [restored.url]
  await signOut(after, restored)
  await untilJudged(verifier, after, 'session_ended')
  t.equal(await judge(verifier, before), 'session_ended')
  const answers = errors.filter((error) => (error as Error).message.includes('answered'))
  t.strictSame(answers, [], 'a restore is no fault')
})

t.test('a revocation is remembered as long as a token of before it could be accepted, and no longer', async (t) => {
  const memory = new RevocationMemory(1000_000)
  const at = (seconds: number) => new Date(seconds * 1000).toISOString()
  for (let n = 0; n < 1000; n++) memory.add({ sid: `s${n}`, not_before: at(n) })
  memory.add({ user_id: 7, not_before: at(1000) })
  memory.add({ user_id: 7, not_before: at(10) })
  t.equal(memory.size, 1001)
  const of = (sub: string, issuedAt: number, actor?: string) =>
    memory.isRevoked({ sid: undefined, sub, clientId: 'omnicrm', actor, issuedAt })
  t.strictSame([of('7', 999), of('7', 1000), of('8', 999)], [true, false, false])
  t.strictSame([of('8', 999, '7'), of('8', 1000, '7')], [true, false], 'who acted for someone is out with them')
  memory.forgetOld(1_999_000)
  t.equal(memory.size, 1)
  memory.forgetOld(2_000_000)
  t.equal(memory.size, 0)
})

t.test('the Fastify plugin lets in, refuses and tells why', async (t) => {
  const service = fastify()
  await service.register(identityVerifier, {
    issuer,
    audience,
    url: app.url,
    apiKey,
    pollInterval: 20,
    now: () => app.clock.now(),
  })
  service.get('/me', { onRequest: service.identity.authenticate }, async (request) => request.caller?.userId)
  service.get('/users', { onRequest: service.identity.require('view_user') }, async () => 'users')
  service.get('/open', async (request) => ({ caller: request.caller }))
  const url = await service.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => service.close())
  const get = async (path: string, presented?: string) => {
    const headers = presented === undefined ? {} : { authorization: `Bearer ${presented}` }
    const response = await fetch(url + path, { headers })
    return { status: response.status, challenge: response.headers.get('www-authenticate'), text: await response.text() }
  }
  const user = await createUser(app)
  const [agent, customer] = [(await signIn(app, user)).access_token as string, await token(['customer'])]
  t.match(await get('/me', agent), { status: 200, text: String(user.id) })
  t.match(await get('/users', agent), { status: 200, text: 'users' })
  t.match(await get('/open'), { status: 200, text: '{"caller":null}' })
  t.match(await get('/me'), { status: 401, challenge: 'Bearer', text: '"code":"access_token_missing"' })
  t.match(await get('/me', 'x'), { status: 401, challenge: 'Bearer error="invalid_token"' })
  t.match(await get('/users', customer), {
    status: 403,
    challenge: 'Bearer error="insufficient_scope"',
    text: '"permission":"view_user"',
  })
  await signOut(agent)
  await untilJudged(service.identity.verifier, agent, 'session_ended')
  t.match(await get('/users', agent), { status: 401, text: '"code":"session_ended"' })
})
