import type { KeyObject } from 'node:crypto'
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose'
import t, { type Test } from 'tap'
import { staffWith } from '../support/admin.ts'
import { keyWith, tokenOf } from '../support/api-keys.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { CallOptions } from '../support/client.ts'
import {
  createUser,
  deactivate,
  demandSecondFactor,
  enrol,
  gist,
  login,
  NEW_PASSWORD,
  signIn,
} from '../support/users.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const me = ({ call }: TestApp, token: string | undefined) => call('GET', '/auth/me', { token })
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

t.test('the challenge says what was wrong with a token that was sent, and only then', async (t) => {
  const app = await startTestApp(t)
  const { token } = await staffWith(app, ['view_user'])
  const key = await keyWith(app, ['edit_user'])
  const apiKey = key.api_key
  const keyToken = await tokenOf(app, key)
  const challenge = async (path: string, options: CallOptions) => {
    const answer = await app.call('GET', path, options)
    return [gist(answer), answer.headers.get('www-authenticate')]
  }
  const scope = 'Bearer error="insufficient_scope", scope="view_audit_log"'
  const audit = '/admin/audit-events'
  t.strictSame(await challenge(audit, {}), ['401 access_token_missing', 'Bearer'])
  t.strictSame(await challenge(audit, { token }), ['403 permission_required', scope])
  t.strictSame(await challenge(audit, { token: keyToken }), ['403 permission_required', scope])
  t.strictSame(await challenge(audit, { apiKey }), ['403 permission_required', null])
  t.strictSame(await challenge(audit, { apiKey: 'no key' }), ['401 api_key_invalid', 'Bearer'])
  t.strictSame(await challenge('/admin/users', { token }), ['200', null])
  const wrong = await login(app, { email: 'nobody@example.com', password: 'x' })
  t.equal(wrong.headers.get('www-authenticate'), 'Bearer', 'a password is no token')
  app.clock.advance(900)
  const invalid = 'Bearer error="invalid_token"'
  t.strictSame(await challenge(audit, { token }), ['401 access_token_expired', invalid])
  const step = await app.call('POST', '/2fa/verify/user/1', { token: 'x', body: { code: '123456' } })
  t.equal(step.headers.get('www-authenticate'), invalid)
  const ended = await signIn(app, await createUser(app))
  await app.db.deleteFrom('sessions').execute()
  t.strictSame(await challenge('/auth/me', { token: ended.access_token }), ['401 session_ended', invalid])
})

t.test('forged, spoiled and foreign access tokens', async (t) => {
  const app = await startTestApp(t)
  const user = await createUser(app)
  const token: string = (await signIn(app, user)).access_token
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const { kid, privateKey } = await app.deps.keys.signing.signer()
  const [jwk] = (await app.call('GET', '/.well-known/jwks.json')).body.keys

  /** The same claims with something changed, properly signed with the service's own key. */
  const sign = (change: object, head: object = {}, key: CryptoKey | KeyObject | Uint8Array = privateKey) =>
    new SignJWT({ ...claims, ...change }).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid, ...head }).sign(key)

  const refused = async (t: Test, name: string, text: string) => {
    const answer = await me(app, text)
    t.equal(gist(answer), '401 access_token_invalid', name)
    t.equal(answer.headers.get('www-authenticate'), 'Bearer error="invalid_token"')
  }

  t.equal((await me(app, token)).status, 200)
  t.equal((await me(app, await sign({}))).status, 200, 'the token that the cases change in one thing each')

  await t.test('a token changed in any single character is refused', async (t) => {
    for (let position = 0; position < token.length; position++) {
      const value = ALPHABET.indexOf(token.charAt(position))
      // Each of the six bits once in a while, the lowest ones too: they are spare in the last character.
      const changed = value < 0 ? 'A' : ALPHABET.charAt(value ^ (1 << (position % 6)))
      await refused(t, `position ${position}`, token.slice(0, position) + changed + token.slice(position + 1))
    }
    const last = ALPHABET.indexOf(token.slice(-1))
    for (let bits = 1; bits < 16; bits++)
      await refused(t, `another spelling of the signature, ${bits}`, token.slice(0, -1) + ALPHABET.charAt(last ^ bits))
  })

  await t.test('a truncated or lengthened token is refused', async (t) => {
    const texts = [1, 2, 10, 50, 100, 200].map((left) => token.slice(0, -left))
    texts.push(`${token}A`, `${token}=`, `${token}.`, `.${token}`, `${header}.${payload}`, `${header}.${payload}.`)
    texts.push(
      `${header}..${signature}`,
      `.${payload}.${signature}`,
      header,
      '.',
      '..',
      '...',
      'x',
      `${token}.${token}`,
    )
    for (const text of texts) await refused(t, text.slice(-60), text)
  })

  await t.test(
    'a token that is not signed, or signed with anything but the published key and algorithm, is refused',
    async (t) => {
      for (const alg of ['none', 'None', 'NONE', 'nOnE']) {
        const head = encode({ alg, typ: 'at+jwt', kid })
        await refused(t, alg, `${head}.${payload}.`)
        await refused(t, `${alg} with a signature`, `${head}.${payload}.${signature}`)
      }
      // The key confusion of old libraries: the public key, which all know, as the secret of an HMAC.
      const publicKey = (await app.deps.keys.signing.find(kid)) as CryptoKey
      const publicTexts = [JSON.stringify(jwk), jwk.x, jwk.y, await exportSPKI(publicKey)]
      for (const text of publicTexts) {
        await refused(t, `HS256 with ${text.slice(0, 20)}`, await sign({}, { alg: 'HS256' }, Buffer.from(text)))
      }
      const foreign = await generateKeyPair('ES256')
      await refused(t, 'a foreign key under the same kid', await sign({}, {}, foreign.privateKey))
      const embedded = await sign({}, { jwk: await exportJWK(foreign.publicKey) }, foreign.privateKey)
      await refused(t, 'a foreign key in the header', embedded)
      await refused(
        t,
        'a foreign key by address',
        await sign({}, { jku: 'https://evil.example/jwks.json' }, foreign.privateKey),
      )
      for (const wrong of ['', 'x', `${kid}x`, '../../etc/passwd', "' or 1=1 --"])
        await refused(t, `kid ${wrong}`, await sign({}, { kid: wrong }))
      await refused(t, 'no kid', await sign({}, { kid: undefined }))
      const rsa = await generateKeyPair('RS256')
      await refused(t, 'RS256', await sign({}, { alg: 'RS256' }, rsa.privateKey))
    },
  )

  await t.test('a token of our own key for another purpose, issuer or audience is refused', async (t) => {
    for (const typ of ['JWT', 'at+JWTx', 'id_token', undefined]) await refused(t, `typ ${typ}`, await sign({}, { typ }))
    for (const iss of ['https://evil.example', `${claims.iss}/`, '', undefined])
      await refused(t, `iss ${iss}`, await sign({ iss }))
    for (const aud of ['other', '', ['other'], undefined]) await refused(t, `aud ${aud}`, await sign({ aud }))
    for (const missing of ['sub', 'sid', 'exp', 'iat', 'jti'])
      await refused(t, `no ${missing}`, await sign({ [missing]: undefined }))
    await refused(t, 'not valid yet', await sign({ nbf: claims.iat + 60 }))
  })

  await t.test('one without a token is told that it is missing', async (t) => {
    for (const authorization of [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      'Basic dXNlcjpwYXNz',
      token,
      `Token ${token}`,
      `Bearer ${token} x`,
    ]) {
      const answer = await app.call(
        'GET',
        '/auth/me',
        authorization === undefined ? {} : { headers: { authorization } },
      )
      t.equal(gist(answer), '401 access_token_missing', String(authorization).slice(0, 20))
    }
    const lower = await app.call('GET', '/auth/me', { headers: { authorization: `bearer ${token}` } })
    t.equal(lower.status, 200, 'the scheme has no case (RFC 9110, 11.1)')
  })

  await t.test('an expired token is told apart from a wrong one, so that clients refresh', async (t) => {
    app.clock.advance(899)
    t.equal((await me(app, token)).status, 200)
    app.clock.advance(1)
    t.equal(gist(await me(app, token)), '401 access_token_expired')
    await refused(t, 'expired and forged', `${token.slice(0, -10)}AAAAAAAAAA`)
  })
})

t.test('the session and the roles are looked up at each call', async (t) => {
  const app = await startTestApp(t)

  await t.test('a token of an ended session no longer opens anything', async (t) => {
    const { access_token: token, refresh_token } = await signIn(app, await createUser(app))
    await app.call('POST', '/auth/logout', { body: { refresh_token } })
    for (const [method, path] of [
      ['GET', '/auth/me'],
      ['PATCH', '/auth/me'],
      ['GET', '/auth/sessions'],
      ['DELETE', '/auth/sessions'],
    ] as const)
      t.equal(gist(await app.call(method, path, { token })), '401 session_ended', `${method} ${path}`)
  })

  await t.test('a deactivated or deleted user no longer opens anything, whatever is left of the session', async (t) => {
    const [ended, flagged, deleted] = [await createUser(app), await createUser(app), await createUser(app)]
    const tokens = [
      (await signIn(app, ended)).access_token,
      (await signIn(app, flagged)).access_token,
      (await signIn(app, deleted)).access_token,
    ]
    await deactivate(app, ended.id)
    await app.db.updateTable('users').set({ active: false }).where('id', '=', flagged.id).execute()
    await app.db.deleteFrom('users').where('id', '=', deleted.id).execute()
    for (const token of tokens) t.equal(gist(await me(app, token)), '401 session_ended')
  })

  await t.test('a changed role counts at once, a changed permission too', async (t) => {
    const user = await createUser(app, { roles: ['customer'] })
    const { access_token: token } = await signIn(app, user)
    t.match((await me(app, token)).body, { roles: ['customer'], permissions: [] })
    await app.db.insertInto('user_roles').values({ user_id: user.id, role_name: 'customer_service_agent_1' }).execute()
    t.match((await me(app, token)).body, {
      roles: ['customer', 'customer_service_agent_1'],
      permissions: ['view_customer', 'view_user'],
    })
    await app.db.deleteFrom('user_roles').where('user_id', '=', user.id).execute()
    t.strictSame((await me(app, token)).body.roles, [])
  })
})

t.test("a token of each kind is refused in every other kind's place", async (t) => {
  const app = await startTestApp(t)
  const enrolled = await createUser(app)
  const { token: access } = await enrol(app, enrolled)
  const refresh: string = (await signIn(app, await createUser(app))).refresh_token
  const temporary = await createUser(app, { state: 'temporary' })
  const demanded = await createUser(app, { roles: ['admin'] })
  await demandSecondFactor(app, { roles: ['admin'] })
  const stepOf = async (user: typeof enrolled) => (await login(app, user)).body.step_token as string
  const steps = {
    two_factor: await stepOf(enrolled),
    password_change: await stepOf(temporary),
    two_factor_setup: await stepOf(demanded),
  }
  const tokens: Record<string, string> = { access, refresh, ...steps }
  for (const token of Object.values(tokens)) t.type(token, 'string')

  const asBearer = (path: string, body: object) => (token: string) => app.call('POST', path, { token, body })
  const passwords = { new_password: NEW_PASSWORD, confirm_password: NEW_PASSWORD }
  const atSession = (token: string) => me(app, token)
  const atRefresh = (token: string) => app.call('POST', '/auth/refresh', { body: { refresh_token: token } })
  const atRefreshCookie = (token: string) => app.call('POST', '/auth/refresh', { cookie: token })
  const atVerify = asBearer(`/2fa/verify/user/${enrolled.id}`, { code: '123456' })
  const atChange = asBearer('/auth/password/change', passwords)
  const atEnable = asBearer(`/2fa/enable/user/${demanded.id}`, { password: demanded.password })
  const atConfirm = asBearer(`/2fa/verify-setup/user/${demanded.id}`, { code: '123456' })

  const opaque = ['refresh', 'two_factor', 'password_change', 'two_factor_setup']
  const stepKinds = ['two_factor', 'password_change', 'two_factor_setup']
  const except = (kinds: string[], kind: string) => kinds.filter((candidate) => candidate !== kind)
  // Where a session may come too, an access token is in its place.
  const cases: [string, (token: string) => ReturnType<TestApp['call']>, string[], string][] = [
    ['a session call', atSession, opaque, '401 access_token_invalid'],
    ['refresh', atRefresh, ['access', ...stepKinds], '401 invalid_refresh_token'],
    ['the refresh cookie', atRefreshCookie, ['access', ...stepKinds], '401 invalid_refresh_token'],
    [
      'the second factor',
      atVerify,
      ['access', 'refresh', ...except(stepKinds, 'two_factor')],
      '401 step_token_invalid',
    ],
    ['the forced change', atChange, except(stepKinds, 'password_change'), '401 step_token_invalid'],
    ['the forced change', atChange, ['refresh'], '401 access_token_invalid'],
    ['enrolment', atEnable, except(stepKinds, 'two_factor_setup'), '401 step_token_invalid'],
    ['enrolment', atEnable, ['refresh'], '401 access_token_invalid'],
    ['its confirmation', atConfirm, except(stepKinds, 'two_factor_setup'), '401 step_token_invalid'],
    ['its confirmation', atConfirm, ['refresh'], '401 access_token_invalid'],
  ]
  for (const [place, act, kinds, expected] of cases) {
    for (const kind of kinds) t.equal(gist(await act(tokens[kind] ?? '')), expected, `${kind} at ${place}`)
  }

  // Signing out tells nobody anything, so look at what it leaves standing.
  for (const kind of stepKinds) {
    const token = tokens[kind] ?? ''
    t.equal((await app.call('POST', '/auth/logout', { body: { refresh_token: token } })).status, 204)
    t.equal((await app.call('POST', '/auth/logout', { token })).status, 204)
  }
  t.equal((await app.call('POST', '/auth/logout', { token: refresh })).status, 204)
  t.equal((await app.call('POST', '/auth/logout', { body: { refresh_token: access } })).status, 204)
  t.equal((await me(app, access)).status, 200)
  t.equal((await atRefresh(refresh)).status, 200)
  t.equal(gist(await atChange(steps.password_change)), '200 authenticated', 'the step is still usable')
})
