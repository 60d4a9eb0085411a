import { Writable } from 'node:stream'
import { sql } from 'kysely'
import t from 'tap'
import { createLog } from '../../src/log.ts'
import { startTestApp } from '../support/app.ts'
import type { Answer, CallOptions } from '../support/client.ts'
import { createUser, gist, race, signIn } from '../support/users.ts'

const app = await startTestApp(t)
const { access_token: token } = await signIn(app, await createUser(app))
const json = (body: string, contentType = 'application/json') => ({ raw: { body, contentType } })
const post = (options: CallOptions = {}) => app.call('POST', '/auth/login', options)

const pathsOf = (answer: Answer) => answer.body.errors.map((error: { path: string }) => error.path).sort()

t.test('every refusal is a problem that names itself, its remedy and its request', async (t) => {
  const cases: [string, string, CallOptions, string][] = [
    ['POST', '/auth/login', { body: {} }, '400 validation_failed'],
    ['POST', '/auth/login', json('{'), '400 malformed_json'],
    ['POST', '/auth/login', { body: { email: 'nobody@example.com', password: 'x' } }, '401 invalid_credentials'],
    ['GET', '/auth/me', {}, '401 access_token_missing'],
    ['POST', '/2fa/verify/user/1', { token: 'x', body: { code: '123456' } }, '401 step_token_invalid'],
    ['POST', '/auth/refresh', { cookie: 'x', headers: { origin: 'https://evil.example' } }, '403 origin_not_allowed'],
    ['GET', '/nowhere', {}, '404 not_found'],
    ['GET', '/auth/login', {}, '405 method_not_allowed'],
    ['POST', '/auth/login', { body: { email: 'x'.repeat(70_000) } }, '413 body_too_large'],
    ['POST', '/auth/login', json('a=b', 'application/x-www-form-urlencoded'), '415 unsupported_media_type'],
  ]
  for (const [method, path, options, expected] of cases) {
    const answer = await app.call(method, path, options)
    t.equal(gist(answer), expected)
    const [status, code] = expected.split(' ')
    const { title, detail, request_id, errors, ...rest } = answer.body
    t.strictSame(rest, { type: `urn:omnicrm:problem:${code}`, status: Number(status), code })
    for (const text of [title, detail]) t.match(text, /^[A-Z].{5,}/, 'for people')
    t.equal(Array.isArray(errors), code === 'validation_failed')
    t.match(answer.headers.get('content-type'), /^application\/problem\+json/)
    t.equal(answer.headers.get('cache-control'), 'no-store')
    t.equal(answer.headers.get('x-request-id'), request_id)
    const challenge = options.token === undefined ? 'Bearer' : 'Bearer error="invalid_token"'
    t.equal(answer.headers.get('www-authenticate'), status === '401' ? challenge : null)
  }
})

t.test('a URL that cannot be read is a problem like any other', async (t) => {
  for (const path of [
    '/%',
    '/auth/%zz',
    '/%c0%af',
    '/auth/sessions/%ff',
    '//',
    '/auth/../auth/../nowhere',
    '/auth/me/',
    '/AUTH/me',
    '/auth//me',
  ]) {
    const answer = await app.call('GET', path)
    t.equal(gist(answer), '404 not_found', path)
    t.equal(answer.headers.get('x-request-id'), answer.body.request_id, path)
    t.equal(answer.headers.get('cache-control'), 'no-store', path)
    t.equal(answer.headers.get('x-content-type-options'), 'nosniff', path)
  }
})

t.test('a known path answers each method that it lacks with 405 and those that it has', async (t) => {
  const paths = Object.entries(app.app.swagger().paths ?? {})
  t.ok(paths.length > 10)
  for (const [template, operations] of paths) {
    const path = template.replace(/\{[^}]+\}/g, '1')
    const known = Object.keys(operations ?? {}).map((method) => method.toUpperCase())
    const allowed = (known.includes('GET') ? [...known, 'HEAD'] : known).sort().join(', ')
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((candidate) => !known.includes(candidate))) {
      // Before anything else is looked at: token, media type, body.
      for (const options of [{}, method === 'GET' ? {} : json('{', 'text/plain')]) {
        const answer = await app.call(method, path, options)
        t.equal(gist(answer), '405 method_not_allowed', `${method} ${path}`)
        t.equal(answer.headers.get('allow'), allowed, `${method} ${path}`)
      }
    }
  }
  t.equal((await app.call('HEAD', '/auth/me', { token })).status, 200)
  t.equal((await app.call('HEAD', '/auth/login')).status, 405)
})

t.test('only application/json is read', async (t) => {
  const body = JSON.stringify({ email: 'nobody@example.com', password: 'x' })
  for (const type of ['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset=UTF-8'])
    t.equal(gist(await post(json(body, type))), '401 invalid_credentials', type)
  const others = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
  ]
  for (const type of [
    ...others,
    'application/jsonx',
    'application/problem+json',
    'text/json',
    '*/*',
    'nonsense',
    'a/b/c',
  ])
    t.equal(gist(await post(json(body, type))), '415 unsupported_media_type', type)
  const untyped = await fetch(`${app.url}/auth/login`, { method: 'POST', body: new TextEncoder().encode(body) })
  t.equal(untyped.status, 415, 'no type at all')
})

t.test('what is not JSON is refused, and so is what would reach into prototypes', async (t) => {
  const fields = '"email":"nobody@example.com","password":"x"'
  const malformed = [
    '{',
    '{]',
    `{${fields}`,
    `{${fields},}`,
    `{${fields}}{}`,
    `{'email':'x'}`,
    'undefined',
    'NaN',
    '\u0000',
    `{"__proto__":{"admin":true},${fields}}`,
    `{"\\u005f_proto__":{"admin":true},${fields}}`,
    `{"constructor":{"prototype":{"admin":true}},${fields}}`,
    `{"a":[{"__proto__":null}],${fields}}`,
    '['.repeat(60_000),
  ]
  for (const body of malformed) t.equal(gist(await post(json(body))), '400 malformed_json', body.slice(0, 40))
  t.equal(({} as Record<string, unknown>)['admin'], undefined)
  for (const body of ['null', '[]', '"x"', '1', 'true', `[{${fields}}]`, '['.repeat(30_000) + ']'.repeat(30_000)]) {
    const answer = await post(json(body))
    t.equal(gist(answer), '400 validation_failed', body.slice(0, 40))
    t.strictSame(pathsOf(answer), ['/'])
  }
})

t.test(
  'every wrong field is named at once; unknown ones are refused, and nothing is taken for something else',
  async (t) => {
    const good = { email: 'nobody@example.com', password: 'x' }
    const cases: [object, string[]][] = [
      [{}, ['/email', '/password']],
      [{ email: 'nobody@example.com' }, ['/password']],
      [{ ...good, email: '' }, ['/email']],
      [{ ...good, email: 'x'.repeat(1025) }, ['/email']],
      [{ email: 1, password: null }, ['/email', '/password']],
      [{ email: ['nobody@example.com'], password: { $ne: '' } }, ['/email', '/password']],
      [{ ...good, remember_me: 'true' }, ['/remember_me']],
      [{ ...good, remember_me: 1 }, ['/remember_me']],
      [{ ...good, remember_me: null }, ['/remember_me']],
      [{ ...good, token_delivery: 'none' }, ['/token_delivery']],
      [{ ...good, token_delivery: '' }, ['/token_delivery']],
      [{ ...good, user: 'x' }, ['/user']],
      [{ ...good, Email: 'x', constructor: 1, toString: 1 }, ['/Email', '/constructor', '/toString']],
      [{ ...good, 'a/b': 1, remember_me: 2 }, ['/a/b', '/remember_me']],
    ]
    for (const [body, paths] of cases) {
      const answer = await post({ body })
      t.equal(gist(answer), '400 validation_failed', JSON.stringify(body).slice(0, 60))
      t.strictSame(pathsOf(answer), paths)
      for (const { message } of answer.body.errors) t.match(message, /^(is|must) /)
    }
  },
)

t.test('an empty body counts as {}', async (t) => {
  for (const options of [{}, json(''), { body: {} }]) {
    t.strictSame(pathsOf(await post(options)), ['/email', '/password'])
    t.equal(gist(await app.call('POST', '/auth/refresh', options)), '401 invalid_refresh_token')
    t.equal((await app.call('PATCH', '/auth/me', { token, ...options })).status, 200)
  }
})

t.test('bodies up to 64 KiB are read, longer ones are not', async (t) => {
  const sized = (bytes: number) => {
    const body = { email: 'nobody@example.com', password: '' }
    return json(JSON.stringify({ ...body, password: 'x'.repeat(bytes - JSON.stringify(body).length) }))
  }
  t.equal(sized(65_536).raw.body.length, 65_536)
  t.equal(gist(await post(sized(65_536))), '401 invalid_credentials')
  t.equal(gist(await post(sized(65_537))), '413 body_too_large')
})

t.test('a request id is taken over when it is harmless, and else replaced', async (t) => {
  for (const id of ['abc', 'A-1.b:c_d', 'x'.repeat(64)]) {
    const answer = await app.call('GET', '/auth/me', { headers: { 'x-request-id': id } })
    t.equal(answer.headers.get('x-request-id'), id)
    t.equal(answer.body.request_id, id)
  }
  for (const id of ['', ' ', 'x'.repeat(65), 'a b', 'a"b', '<script>', 'a,b', 'é']) {
    const answer = await app.call('GET', '/auth/me', { headers: { 'x-request-id': id } })
    t.match(answer.body.request_id, /^[0-9a-f-]{36}$/, JSON.stringify(id))
    t.equal(answer.headers.get('x-request-id'), answer.body.request_id)
  }
})

t.test('texts that are no use to anyone never make the service fail', async (t) => {
  const texts = [
    '\u0000',
    'a\u0000b@example.com',
    '\ud800',
    '\u202e',
    "' or 1=1 --",
    '../../etc/passwd',
    '%00',
    'é'.repeat(500),
  ]
  for (const text of texts) {
    const calls: [string, string, CallOptions][] = [
      ['POST', '/auth/login', { body: { email: text, password: text } }],
      ['POST', '/auth/refresh', { body: { refresh_token: text } }],
      ['POST', '/auth/logout', { body: { refresh_token: text } }],
      ['PATCH', '/auth/me', { token, body: { locale: text } }],
      ['PATCH', '/auth/me', { token, body: { first_name: text, last_name: text, phone: text.slice(0, 50) } }],
      ['POST', '/auth/refresh', { cookie: encodeURIComponent(text.toWellFormed()) }],
      ['DELETE', `/auth/sessions/${encodeURIComponent(text.toWellFormed())}`, { token }],
      ['GET', `/2fa/status/user/${encodeURIComponent(text.toWellFormed())}`, { token }],
      ['GET', `/auth/me?x=${encodeURIComponent(text.toWellFormed())}`, { token }],
    ]
    for (const [method, path, options] of calls) {
      const { status } = await app.call(method, path, options)
      t.ok(status < 500, `${method} ${path} ${JSON.stringify(text).slice(0, 20)}: ${status}`)
    }
  }
})

t.test('an internal error is logged with its request and tells the caller nothing of it', async (t) => {
  let lines = ''
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines += chunk
      done()
    },
  })
  const broken = await startTestApp(t, { log: createLog('info', sink) })
  const { access_token } = await signIn(broken, await createUser(broken, { email: 'jane.private@example.com' }))
  await sql`alter table sessions rename to gone`.execute(broken.db)
  const answer = await broken.call('GET', '/auth/me?secret=1', { token: access_token })
  await sql`alter table gone rename to sessions`.execute(broken.db)
  t.equal(gist(answer), '500 internal_error')
  t.strictSame(Object.keys(answer.body).sort(), ['code', 'detail', 'request_id', 'status', 'title', 'type'])
  t.notMatch(answer.text, /relation|sessions|select|\.ts|42P01/)
  const logged = lines.split('\n').filter((line) => line.includes(answer.body.request_id))
  t.match(logged.join(), /"code":"42P01".*\/src\/store\/standing-sessions\.ts:\d+/, 'what was wrong, and where')
  t.notMatch(logged.join(), '127.0.0.1')
  t.notMatch(lines, /jane\.private|secret=1|bearer/i, 'no personal data, and the route instead of the URL')
  t.notOk(lines.includes(access_token))
})

t.test('one source makes so many requests a minute; health is asked freely', async (t) => {
  const limited = await startTestApp(t, { env: { REQUESTS_PER_MINUTE: '5', TRUST_PROXY: '1' } })
  const from = (ip: string, path = '/auth/me') => limited.call('GET', path, { headers: { 'x-forwarded-for': ip } })
  const { tally, answers } = await race(8, () => from('192.0.2.1'))
  t.strictSame(tally, { '401 access_token_missing': 5, '429 too_many_attempts': 3 })
  for (const { status, headers } of answers) {
    const wait = Number(headers.get('retry-after'))
    t.ok(status === 429 ? wait >= 1 && wait <= 60 : wait === 0)
  }
  for (const path of ['/.well-known/jwks.json', '/auth/login', '/nowhere'])
    t.equal(gist(await from('192.0.2.1', path)), '429 too_many_attempts', `${path} counts too`)
  t.equal(gist(await from('192.0.2.2')), '401 access_token_missing', 'another source')
  for (let n = 0; n < 10; n++)
    for (const path of ['/health/live', '/health/ready']) t.equal((await from('192.0.2.1', path)).status, 200)
})
