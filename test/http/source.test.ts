/** Who is asking: forwarded addresses are believed from trusted proxies only, counted from the right. */
import { Writable } from 'node:stream'
import { pino } from 'pino'
import t from 'tap'
import { newApiKey } from '../../src/crypto/api-key.ts'
import { staffWith } from '../support/admin.ts'
import { keyWith } from '../support/api-keys.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { CallOptions } from '../support/client.ts'
import { createUser, gist } from '../support/users.ts'

/** The address under which a sign-in with these forwarded addresses is noted. */
async function addressFor(app: TestApp, user: { email: string; password: string }, forwarded: string): Promise<string> {
  const answer = await app.call('POST', '/auth/login', { body: user, headers: { 'x-forwarded-for': forwarded } })
  const session = await app.db.selectFrom('sessions').select('ip').orderBy('created_at', 'desc').executeTakeFirst()
  await app.db.deleteFrom('sessions').execute()
  if (answer.status !== 200) throw new Error(answer.text)
  return session?.ip ?? ''
}

t.test('whatever a caller writes in front, the address is the one that the last trusted proxy saw', async (t) => {
  const first = await startTestApp(t)
  const { email, password } = await createUser(first)
  const cases: [string, [string, string][]][] = [
    ['', [['203.0.113.9', '127.0.0.1']]],
    [
      '1',
      [
        ['203.0.113.9', '203.0.113.9'],
        ['10.0.0.1, 203.0.113.9', '203.0.113.9'],
        ['203.0.113.1, 203.0.113.2, 203.0.113.9', '203.0.113.9'],
        ['::ffff:203.0.113.9', '::ffff:203.0.113.9'],
        ['2001:db8::9', '2001:db8::9'],
        ['x, 203.0.113.9', '203.0.113.9'],
        ['203.0.113.9:4711', '203.0.113.9'],
        ['[2001:db8::9]:4711', '2001:db8::9'],
        ['fe80::1%eth0', 'fe80::1'],
        ['[fe80::1%eth0]:4711', 'fe80::1'],
        ['no address', '127.0.0.1'],
      ],
    ],
    ['2', [['203.0.113.1, 203.0.113.2, 203.0.113.9', '203.0.113.2']]],
    ['loopback', [['203.0.113.1, 203.0.113.9', '203.0.113.9']]],
    [
      'loopback, 10.0.0.0/8',
      [
        ['203.0.113.1, 203.0.113.9, 10.1.1.1', '203.0.113.9'],
        ['10.1.1.1, 203.0.113.9', '203.0.113.9'],
      ],
    ],
  ]
  for (const [trust, expectations] of cases) {
    const app = await startTestApp(t, { database: first.database, env: { TRUST_PROXY: trust } })
    for (const [forwarded, address] of expectations)
      t.equal(await addressFor(app, { email, password }, forwarded), address, `TRUST_PROXY=${trust}: ${forwarded}`)
    await app.close()
  }
})

t.test('the guard of requests counts an IPv6 /64 as one source, and believes what sources believe', async (t) => {
  const app = await startTestApp(t, { env: { REQUESTS_PER_MINUTE: '3', TRUST_PROXY: '1' } })
  const from = (address: string) => app.call('GET', '/auth/me', { headers: { 'x-forwarded-for': address } })
  for (const n of [1, 2, 3]) t.equal((await from(`2001:db8:7:7::${n}`)).status, 401)
  t.equal(gist(await from('2001:db8:7:7:ffff::1')), '429 too_many_attempts')
  t.equal(gist(await from('192.0.2.1, 2001:db8:7:7::9')), '429 too_many_attempts', 'a spoofed address in front')
  t.equal((await from('2001:db8:7:8::1')).status, 401)
})

t.test('whoever proves who they are is counted as themselves, and wrong keys are not tried for nothing', async (t) => {
  const open = await startTestApp(t)
  const [one, other] = [await staffWith(open, ['view_user']), await staffWith(open, ['view_user'])]
  const key = await keyWith(open, ['view_user'])
  const { database, clock } = open
  const app = await startTestApp(t, { database, clock, env: { REQUESTS_PER_MINUTE: '6', TRUST_PROXY: '1' } })
  const from = (address: string, method: string, path: string, options: CallOptions) =>
    app.call(method, path, { ...options, headers: { 'x-forwarded-for': address, ...options.headers } })
  const check = (token: string) => from('192.0.2.1', 'GET', '/auth/check', { token })

  const form = { token: one.token }
  const basic = { authorization: `Basic ${Buffer.from(`${key.id}:${key.api_key}`).toString('base64')}` }
  for (let n = 0; n < 10; n++) {
    const answers = [
      await from('192.0.2.1', 'POST', '/auth/introspect', { form, apiKey: key.api_key }),
      await from('192.0.2.1', 'POST', '/auth/introspect', { form, headers: basic }),
      await from('192.0.2.1', 'POST', '/auth/introspect', { form: { ...form, client_secret: key.api_key } }),
    ]
    for (const { status } of answers) t.equal(status, 200, 'a right key is not counted')
  }
  for (let n = 0; n < 6; n++) t.equal((await check(one.token)).status, 204)
  const held = await check(one.token)
  t.equal(gist(held), '429 too_many_attempts')
  t.match(held.headers.get('retry-after'), /^[1-9]\d?$/)
  t.equal((await from('192.0.2.7', 'GET', '/auth/me', { token: one.token })).status, 429, 'wherever they come from')
  for (let n = 0; n < 6; n++) t.equal((await check(other.token)).status, 204, 'the address is nobody’s to use up')
  t.equal((await from('192.0.2.1', 'GET', '/auth/me', {})).status, 401, 'nor is a stranger held up by them')

  const tried = () => newApiKey().key
  for (let n = 0; n < 5; n++) t.equal((await from('192.0.2.1', 'GET', '/admin/users', { apiKey: tried() })).status, 401)
  for (const apiKey of [tried(), key.api_key])
    t.equal(gist(await from('192.0.2.1', 'GET', '/admin/users', { apiKey })), '429 too_many_attempts')
  for (let n = 0; n < 6; n++) t.equal((await from('192.0.2.2', 'GET', '/auth/me', { token: 'forged' })).status, 401)
  t.equal(gist(await from('192.0.2.2', 'GET', '/auth/me', { token: other.token })), '429 too_many_attempts')
  const refused = await open.db.selectFrom('events').select('id').where('type', '=', 'api_key_refused').execute()
  t.equal(refused.length, 5, 'what comes after is not looked at')
})

t.test('forwarded addresses that nobody believes are told once', async (t) => {
  for (const [trust, expected] of [
    ['', 1],
    ['1', 0],
  ] as const) {
    let lines = ''
    const sink = new Writable({
      write(chunk, _encoding, done) {
        lines += chunk
        done()
      },
    })
    const app = await startTestApp(t, { log: pino({ level: 'warn' }, sink), env: { TRUST_PROXY: trust } })
    await app.call('GET', '/health/live')
    t.notMatch(lines, /TRUST_PROXY/, 'not before there are any')
    for (const headers of [{ 'x-forwarded-for': '203.0.113.9' }, { forwarded: 'for=203.0.113.9' }])
      for (let n = 0; n < 3; n++) await app.call('GET', '/auth/me', { headers })
    t.equal(lines.split('TRUST_PROXY is not set').length - 1, expected)
    t.notMatch(lines, '203.0.113.9')
  }
})
