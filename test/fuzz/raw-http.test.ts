/** Bytes that no client would send: whatever they are, they are refused or answered once, and smuggle nothing in. */
import { connect } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import { startTestApp } from '../support/app.ts'
import { createUser, login } from '../support/users.ts'

const app = await startTestApp(t)
const port = Number(new URL(app.url).port)

interface Answer {
  status: number
  head: string
  body: string
}

/**
 * Sends bytes and reads all answers until the service ends the connection.
 * @param more what to send after the first answer. @param end nothing more will be sent.
 */
async function send(bytes: string | Uint8Array, { end = false, more = '' } = {}): Promise<Answer[]> {
  const socket = connect({ port, host: '127.0.0.1' })
  const chunks: Buffer[] = []
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  socket.on('data', (chunk) => chunks.push(chunk))
  // A connection that is cut off while something is still to be sent.
  socket.on('error', () => {})
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  if (more !== '') socket.once('data', () => socket.write(Buffer.from(more, 'latin1')))
  if (end) socket.end()
  await closed
  return readAnswers(Buffer.concat(chunks).toString('latin1'))
}

function readAnswers(text: string): Answer[] {
  const answers: Answer[] = []
  for (let rest = text; rest !== ''; ) {
    const end = rest.indexOf('\r\n\r\n')
    const head = rest.slice(0, end)
    const chunks = /^transfer-encoding: chunked/im.test(head) ? rest.indexOf('0\r\n\r\n', end + 4) + 5 - (end + 4) : 0
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? chunks)
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1])
    if (end < 0 || !status) throw new Error(`no answer: ${rest.slice(0, 200)}`)
    answers.push({ status, head, body: rest.slice(end + 4, end + 4 + length) })
    rest = rest.slice(end + 4 + length)
  }
  return answers
}

const HOST = 'Host: x\r\n'
const JSON_TYPE = 'Content-Type: application/json\r\n'
const SMUGGLED = `GET /auth/me HTTP/1.1\r\n${HOST}\r\n`
const post = (headers: string, body = '') => `POST /auth/login HTTP/1.1\r\n${HOST}${JSON_TYPE}${headers}\r\n${body}`
const get = (target: string, headers = '') => `GET ${target} HTTP/1.1\r\n${HOST}${headers}\r\n`

t.test('what could be read in two ways is refused, the connection closed, and nothing behind it is read', async (t) => {
  const chunked = `0\r\n\r\n${SMUGGLED}`
  const cases: Record<string, string> = {
    'a length and chunks': post('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', chunked),
    'chunks and a length': post('Transfer-Encoding: chunked\r\nContent-Length: 4\r\n', chunked),
    'two lengths': post('Content-Length: 0\r\nContent-Length: 40\r\n', SMUGGLED),
    'two equal lengths': post('Content-Length: 2\r\nContent-Length: 2\r\n', `{}${SMUGGLED}`),
    'a list of lengths': post('Content-Length: 2, 2\r\n', `{}${SMUGGLED}`),
    'a signed length': post('Content-Length: +2\r\n', `{}${SMUGGLED}`),
    'a negative length': post('Content-Length: -1\r\n', SMUGGLED),
    'a hexadecimal length': post('Content-Length: 0x2\r\n', `{}${SMUGGLED}`),
    'a length beyond all numbers': post('Content-Length: 99999999999999999999999\r\n', SMUGGLED),
    'a length with a space in it': post('Content-Length: 1 0\r\n', SMUGGLED),
    'an encoding in other words': post('Transfer-Encoding: xchunked\r\n', chunked),
    'chunks twice': post('Transfer-Encoding: chunked, chunked\r\n', chunked),
    'chunks that are not last': post('Transfer-Encoding: chunked, identity\r\n', chunked),
    'two encodings': post('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', chunked),
    'a space before the colon': post('Content-Length : 0\r\n', SMUGGLED),
    'an encoding with a space before the colon': post('Transfer-Encoding : chunked\r\n', chunked),
    'a tab before the encoding': post('Transfer-Encoding:\x0bchunked\r\n', chunked),
    'a folded header': post('X-A: b\r\n Transfer-Encoding: chunked\r\n', SMUGGLED),
    'a folded encoding': post('Transfer-Encoding:\r\n chunked\r\n', chunked),
    'a bare line feed before a header': post('X-A: b\nTransfer-Encoding: chunked\r\n', chunked),
    'a bare carriage return in a header': post('X-A: b\rTransfer-Encoding: chunked\r\n', chunked),
    'a NUL in a name': post('X\0A: b\r\n', SMUGGLED),
    'a NUL in a value': post('X-A: \0\r\n', SMUGGLED),
    'a header without a name': post(': b\r\n', SMUGGLED),
    'a header without a colon': post('nonsense\r\n', SMUGGLED),
    'a space in the target': get('/health/live x'),
    'no target': `GET HTTP/1.1\r\n${HOST}\r\n`,
    'a NUL in the target': get('/health/\0live'),
    'a byte beyond ASCII as method': `G\xc9T / HTTP/1.1\r\n${HOST}\r\n`,
    'a method of nobody': `FETCH /health/live HTTP/1.1\r\n${HOST}\r\n`,
    'a method in small letters': `get /health/live HTTP/1.1\r\n${HOST}\r\n`,
    'HTTP/2 by prior knowledge': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'HTTP/9.9': `GET /health/live HTTP/9.9\r\n${HOST}\r\n`,
    'a version of letters': `GET /health/live HTTP/x.y\r\n${HOST}\r\n`,
    TLS: '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03',
    SSH: 'SSH-2.0-OpenSSH_9.9\r\n',
    'a host with a target in it': get('/health/live').replace('Host: x', 'Host: x\0'),
  }
  for (const [name, bytes] of Object.entries(cases)) {
    const answers = await send(bytes, { end: true })
    t.equal(answers.length, 1, `${name}: ${answers.map(({ status }) => status)}`)
    const [answer] = answers
    if (!answer) continue
    t.ok(answer.status >= 400 && answer.status < 500, `${name}: ${answer.status}`)
    t.match(answer.head, /^connection: close/im, name)
    t.match(answer.head, /^content-type: application\/problem\+json/im, name)
    t.equal(JSON.parse(answer.body).status, answer.status, name)
  }
})

t.test('a body in broken chunks is refused, and nothing behind it is read', async (t) => {
  const chunks = {
    'a size that is no number': 'x\r\n{}\r\n0\r\n\r\n',
    'a negative size': '-2\r\n{}\r\n0\r\n\r\n',
    'a size beyond all numbers': `${'f'.repeat(40)}\r\n{}\r\n0\r\n\r\n`,
    'a size with a space': '2 2\r\n{}\r\n0\r\n\r\n',
    'a size in other digits': '0x2\r\n{}\r\n0\r\n\r\n',
    'no size': '\r\n{}\r\n0\r\n\r\n',
    'more than its size': '1\r\n{}\r\n0\r\n\r\n',
    'ended by line feeds': '2\n{}\n0\n\n',
    'a NUL in a trailer': '2\r\n{}\r\n0\r\nX-A: \0\r\n\r\n',
    'an endless extension': `2;${'x'.repeat(70_000)}\r\n{}\r\n0\r\n\r\n`,
  }
  for (const [name, body] of Object.entries(chunks)) {
    const answers = await send(post('Transfer-Encoding: chunked\r\n', body + SMUGGLED))
    t.strictSame(
      answers.map(({ status }) => status >= 400 && status < 500),
      [true],
      `${name}: ${answers.map(({ status }) => status)}`,
    )
    t.match(answers[0]?.head, /^connection: close/im, name)
  }
  const whole = await send(
    post('Transfer-Encoding: chunked\r\nConnection: close\r\n', '1;a=b\r\n{\r\n1\r\n}\r\n0\r\nX-Trailer: y\r\n\r\n'),
  )
  t.match(JSON.parse(whole[0]?.body ?? ''), { code: 'validation_failed' }, 'whole ones are read')
})

t.test('a body that is not what it says is refused', async (t) => {
  const bodies: Record<string, [string | Uint8Array, string]> = {
    'invalid UTF-8': [
      Buffer.from('{"email":"\xff\xfe@example.com","password":"\xc0\xaf"}', 'latin1'),
      '401 invalid_credentials',
    ],
    'UTF-16': [Buffer.from('{"email":"a@b.example","password":"x"}', 'utf16le'), '400 malformed_json'],
    'half a character': [Buffer.from('{"email":"\xf0\x9f', 'latin1'), '400 malformed_json'],
    'NULs only': [new Uint8Array(200), '400 malformed_json'],
    'keys that come twice': ['{"email":"a@b.example","password":"x","email":"c@d.example"}', '401 invalid_credentials'],
    'an unknown key that comes twice': ['{"x":1,"x":2}', '400 validation_failed'],
    'a __proto__': ['{"__proto__":{"email":"a@b.example"},"email":"a@b.example","password":"x"}', '400 malformed_json'],
    'constructor.prototype': [
      '{"constructor":{"prototype":{}},"email":"a@b.example","password":"x"}',
      '400 malformed_json',
    ],
    'a constructor': ['{"constructor":1,"email":"a@b.example","password":"x"}', '400 validation_failed'],
    'a number beyond all numbers': [`{"email":${'9'.repeat(5000)},"password":"x"}`, '400 validation_failed'],
    'JSON that is compressed, it says': ['{}', '400 validation_failed'],
  }
  for (const [name, [body, expected]] of Object.entries(bodies)) {
    const bytes = Buffer.from(body as string)
    const encoding = name.includes('compressed') ? 'Content-Encoding: gzip\r\n' : ''
    const head = post(`Content-Length: ${bytes.length}\r\n${encoding}Connection: close\r\n`)
    const [answer] = await send(Buffer.concat([Buffer.from(head), bytes]))
    t.equal(`${answer?.status} ${JSON.parse(answer?.body ?? '{}').code}`, expected, name)
  }
  t.equal(({} as Record<string, unknown>)['email'], undefined)
})

t.test('odd targets lead nowhere, or where they say', async (t) => {
  const status = async (target: string, headers = 'Connection: close\r\n') =>
    (await send(get(target, headers))).map((answer) => answer.status).join()
  t.equal(await status('http://evil.example/health/live'), '200', 'RFC 9112, 3.2.2')
  t.equal(await status('*'), '404')
  t.equal(await status('//health/live'), '404')
  t.equal(await status('/health/live?a=b?c=d#e'), '200')
  t.equal(await status('/health/live#x'), '200')
  t.equal(await status('/health/../health/live'), '404')
  t.equal(await status('/health%2flive'), '404')
  t.equal(await status('/health/live;x'), '404')
  t.equal(await status('/health\\live'), '404')
  t.equal(await status(`/health/live?${'a=b&'.repeat(3500)}`), '200')
  t.equal(await status(`/${'x'.repeat(100_000)}`), '431')
  t.equal(await status('/health/live', `${'X-A: b\r\n'.repeat(3000)}`), '431')
  t.equal(await status('/health/live', 'Expect: 100-continue\r\nConnection: close\r\n'), '100,200')
  t.equal(
    await status('/health/live', 'Upgrade: h2c\r\nConnection: close, Upgrade\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n'),
    '200',
  )
  t.equal(
    (await send(`CONNECT evil.example:443 HTTP/1.1\r\n${HOST}\r\n`)).length,
    0,
    'no tunnel: the connection is cut',
  )
  t.equal((await send(`TRACE / HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`))[0]?.status, 404, 'nothing is echoed')
})

t.test('requests one behind the other are answered one by one, in their order', async (t) => {
  const targets = ['/health/live', '/nowhere', '/auth/me', '/.well-known/jwks.json', '/health/live']
  const pipeline = targets.map((target, n) => get(target, n === 4 ? 'Connection: close\r\n' : ''))
  const answers = await send(pipeline.join(''))
  t.strictSame(
    answers.map(({ status }) => status),
    [200, 404, 401, 200, 200],
  )
})

t.test('what is broken gets no answer that would be taken for the one to another request', async (t) => {
  const broken = SMUGGLED.replace('GET', 'G\0T')
  const behind = await send(post('Content-Length: 2\r\n', '{}') + broken)
  t.strictSame(behind, [], 'behind a request that is not answered yet: the connection is cut')
  const after = await send(get('/health/live'), { more: broken })
  t.strictSame(
    after.map(({ status }) => status),
    [200, 400],
    'behind an answer: its own',
  )
  const body = `PATCH /auth/me HTTP/1.1\r\n${HOST}${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`
  const answered = await send(body, { more: `x\r\n${SMUGGLED}` })
  t.strictSame(
    answered.map(({ status }) => status),
    [401],
    'the rest of a body whose request was refused before it was read: none',
  )
})

t.test('any bytes at all: refused or answered, and always ended', async () => {
  const start = fc.constantFrom(
    post('Content-Length: 2\r\n', '{}'),
    get('/health/live'),
    post('Transfer-Encoding: chunked\r\n', '2\r\n{}\r\n0\r\n\r\n'),
  )
  const noise = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))
  const damaged = fc
    .tuple(start, fc.nat(120), noise)
    .map(([text, at, bytes]) =>
      Buffer.concat([Buffer.from(text.slice(0, at), 'latin1'), bytes, Buffer.from(text.slice(at), 'latin1')]),
    )
  const flipped = fc.tuple(start, fc.nat(), fc.nat(7)).map(([text, at, bit]) => {
    const bytes = Buffer.from(text, 'latin1')
    const place = at % bytes.length
    bytes.writeUInt8(bytes.readUInt8(place) ^ (1 << bit), place)
    return bytes
  })
  await fc.assert(
    fc.asyncProperty(fc.oneof(noise, damaged, flipped), async (bytes) => {
      const answers = await send(bytes, { end: true })
      return answers.every(({ status }) => status < 500)
    }),
    { numRuns: 200 },
  )
})

t.test('afterwards the service works as before', async (t) => {
  t.equal((await login(app, await createUser(app))).status, 200)
})
