/** POST /auth/token: client credentials by RFC 6749. */

import { decodeJwt } from 'jose'
import t from 'tap'
import { newApiKey } from '../../../src/crypto/api-key.ts'
import { lastEvent } from '../../support/admin.ts'
import { keyMaker, keysAs, keyWith, tokenOf } from '../../support/api-keys.ts'
import { startTestApp } from '../../support/app.ts'
import type { CallOptions } from '../../support/client.ts'
import { gist } from '../../support/users.ts'

const app = await startTestApp(t)
const key = await keyWith(app, ['view_user', 'view_audit_log'])
const ask = (form: Record<string, string>, more: CallOptions = {}) => app.call('POST', '/auth/token', { form, ...more })
const basic = (id: string, secret: string) => ({
  headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
})
const grant = { grant_type: 'client_credentials' }
const inForm = { client_id: key.id, client_secret: key.api_key }

t.test('a key is exchanged for an access token, however the client says who it is', async (t) => {
  const ways = {
    'by HTTP Basic': await ask(grant, basic(key.id, key.api_key)),
    'by HTTP Basic, form-encoded within': await ask(grant, basic(key.id.replaceAll('-', '%2D'), key.api_key)),
    'by HTTP Basic with the id in the form too': await ask({ ...grant, client_id: key.id }, basic(key.id, key.api_key)),
    'in the form': await ask({ ...grant, ...inForm }),
    'by the header': await ask(grant, { apiKey: key.api_key }),
    'with parameters that nobody knows': await ask({ ...grant, ...inForm, resource: 'x', __proto__: 'x', scope: '' }),
  }
  for (const [way, { status, body, headers }] of Object.entries(ways)) {
    t.equal(status, 200, way)
    t.match(body, { token_type: 'Bearer', expires_in: 900, scope: 'view_user view_audit_log' }, way)
    t.equal(headers.get('cache-control'), 'no-store')
    const claims = decodeJwt(body.access_token)
    t.match(claims, { sub: key.id, client_id: key.id, roles: [], permissions: ['view_user', 'view_audit_log'] })
    for (const absent of ['sid', 'amr', 'auth_time', 'act']) t.notOk(absent in claims, absent)
    const users = await app.call('GET', '/admin/users?limit=1', { token: body.access_token })
    t.equal(users.status, 200, 'it opens what the key opens')
  }
  t.match(await lastEvent(app, 'access_token_issued'), {
    actor_kind: 'api_key',
    actor_id: key.id,
    details: { jti: decodeJwt(ways['with parameters that nobody knows'].body.access_token).jti },
  })
})

t.test('a scope narrows the token, and only within what the key has now', async (t) => {
  const narrowed = await ask({ ...grant, ...inForm, scope: 'view_audit_log  view_audit_log' })
  t.match(narrowed.body, { scope: 'view_audit_log' })
  const { access_token: token } = narrowed.body
  t.strictSame(decodeJwt(token)['permissions'], ['view_audit_log'])
  t.equal((await app.call('GET', '/admin/audit-events?limit=1', { token })).status, 200)
  t.equal(gist(await app.call('GET', '/admin/users', { token })), '403 permission_required')
  for (const scope of ['edit_user', 'view_user edit_user', 'admin', 'x\u00e9\n']) {
    const refused = await ask({ ...grant, ...inForm, scope })
    t.match(refused, { status: 400, body: { error: 'invalid_scope', code: 'invalid_scope' } }, scope)
  }
  const bare = await keyWith(app, [])
  const answer = await ask({ ...grant, client_id: bare.id, client_secret: bare.api_key })
  t.equal(answer.status, 200)
  t.notOk('scope' in answer.body)
})

t.test('refusals are what OAuth clients understand, and problems besides', async (t) => {
  const other = await keyWith(app, [])
  const cases: [string, Promise<Awaited<ReturnType<typeof ask>>>, number, string, string][] = [
    ['no client', ask(grant), 401, 'invalid_client', 'api_key_missing'],
    ['an id alone', ask({ ...grant, client_id: key.id }), 401, 'invalid_client', 'api_key_missing'],
    ['a wrong key', ask(grant, basic(key.id, newApiKey().key)), 401, 'invalid_client', 'api_key_invalid'],
    ['a mistyped key', ask(grant, basic(key.id, `${key.api_key}x`)), 401, 'invalid_client', 'api_key_invalid'],
    ["another's id", ask(grant, basic(other.id, key.api_key)), 401, 'invalid_client', 'api_key_invalid'],
    ['no id', ask({ ...grant, client_secret: '%' }), 401, 'invalid_client', 'api_key_invalid'],
    [
      'two ids',
      ask({ ...grant, client_id: other.id }, basic(key.id, key.api_key)),
      401,
      'invalid_client',
      'api_key_invalid',
    ],
    [
      'unreadable Basic',
      ask(grant, { headers: { authorization: 'Basic ?' } }),
      401,
      'invalid_client',
      'api_key_invalid',
    ],
    [
      'two ways',
      ask({ ...grant, ...inForm }, basic(key.id, key.api_key)),
      400,
      'invalid_request',
      'ambiguous_credentials',
    ],
    [
      'key and form',
      ask({ ...grant, ...inForm }, { apiKey: key.api_key }),
      400,
      'invalid_request',
      'ambiguous_credentials',
    ],
    ['no grant type', ask(inForm), 400, 'invalid_request', 'validation_failed'],
    ['an empty one', ask({ ...inForm, grant_type: '' }), 400, 'invalid_request', 'validation_failed'],
    ['another', ask({ ...inForm, grant_type: 'password' }), 400, 'unsupported_grant_type', 'unsupported_grant_type'],
  ]
  for (const [name, asked, status, error, code] of cases) {
    const { body, headers, ...answer } = await asked
    t.match({ ...answer, body }, { status, body: { error, code, status } }, name)
    t.match(body.error_description, /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/, name)
    t.equal(headers.get('content-type')?.split(';')[0], 'application/json', name)
    t.equal(headers.get('www-authenticate'), status === 401 ? 'Basic realm="API keys"' : null, name)
  }
  const twice = await app.call('POST', '/auth/token', {
    raw: { body: 'grant_type=client_credentials&scope=a&scope=b', contentType: 'application/x-www-form-urlencoded' },
    apiKey: key.api_key,
  })
  t.match(twice, { status: 400, body: { error: 'invalid_request', errors: [{ path: '/scope' }] } })
  t.match(twice.body.error_description, /^scope must be/)
  const twoSecrets = 'grant_type=client_credentials&client_secret=a&client_secret=b'
  const raw = { body: twoSecrets, contentType: 'application/x-www-form-urlencoded' }
  t.match(await app.call('POST', '/auth/token', { raw }), { status: 400, body: { error: 'invalid_request' } })
})

t.test('only a form is read, and one of at most 64 KiB', async (t) => {
  const json = await app.call('POST', '/auth/token', { body: grant, apiKey: key.api_key })
  t.match(json, { status: 415, body: { code: 'unsupported_media_type', error: 'invalid_request' } })
  const large = await ask({ ...grant, ...inForm, scope: 'x'.repeat(65_536) })
  t.match(large, { status: 413, body: { code: 'body_too_large', error: 'invalid_request' } })
  const elsewhere = await app.call('POST', '/auth/login', { form: { email: 'a@example.com', password: 'x' } })
  t.equal(gist(elsewhere), '415 unsupported_media_type', 'and nowhere else')
})

t.test('a token ends with its key, and with the secret that it was got with', async (t) => {
  const as = keysAs(app, await keyMaker(app))
  const inSeconds = (seconds: number) => new Date(app.clock.now().getTime() + seconds * 1000).toISOString()
  const opens = async (token: string) => gist(await app.call('GET', '/admin/users?limit=1', { token }))
  const form = ({ id, api_key }: { id: string; api_key: string }) => ({
    ...grant,
    client_id: id,
    client_secret: api_key,
  })

  const brief = await keyWith(app, ['view_user'], { expires_at: inSeconds(60) })
  t.equal((await ask(form(brief))).body.expires_in, 60)
  const first = await keyWith(app, ['view_user'])
  const early = await tokenOf(app, first)
  const second = (await as.regenerate(first.id, { overlap_seconds: 120 })).body
  t.equal((await ask(form(first))).body.expires_in, 120, 'the old key goes on for the overlap, and so do its tokens')
  t.equal((await ask(form(second))).body.expires_in, 900)
  t.equal(await opens(early), '200')
  const late = await tokenOf(app, second)
  app.clock.advance(120)
  t.equal(await opens(early), '401 api_key_invalid')
  t.equal(await opens(late), '200')
  await as.revoke(first.id)
  t.equal(await opens(late), '401 api_key_invalid')
  t.match(await ask(form(second)), { status: 401, body: { error: 'invalid_client' } })
})

t.test('a wrong client is held up like a wrong key', async (t) => {
  const app = await startTestApp(t)
  const key = await keyWith(app, [])
  const ask = (secret: string) =>
    app.call('POST', '/auth/token', { form: { ...grant, client_id: key.id, client_secret: secret } })
  for (let i = 0; i < 21; i++) await ask(newApiKey().key)
  const held = await ask(newApiKey().key)
  t.match(held, { status: 429, body: { error: 'temporarily_unavailable', code: 'too_many_attempts' } })
  t.equal(held.headers.get('retry-after'), '2')
  t.equal((await ask(key.api_key)).status, 200)
})
