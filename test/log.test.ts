import { Writable } from 'node:stream'
import t from 'tap'
import { createLog } from '../src/log.ts'

const SECRET = 'hunter2-hunter2'
const EMAIL = 'jane.private@example.com'

function collect() {
  let text = ''
  const sink = new Writable({
    write(chunk, _encoding, done) {
      text += chunk
      done()
    },
  })
  const lines = () =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  return { log: createLog('trace', sink), text: () => text, lines }
}

t.test('a line is one JSON object with the known fields', async (t) => {
  const { log, lines } = collect()
  log.child({ request_id: 'r-1' }).info({ method: 'GET', route: '/auth/me', status: 200, duration_ms: 1.5 }, 'answered')
  log.warn('100% of it')
  const [first, second] = lines()
  t.match(first, { level: 30, request_id: 'r-1', method: 'GET', route: '/auth/me', status: 200, msg: 'answered' })
  t.equal(second.msg, '100% of it')
})

t.test('a field that is not known, or not plain, never reaches the log', async (t) => {
  const { log, text, lines } = collect()
  const leaky = { email: EMAIL, password: SECRET, headers: { authorization: SECRET }, req: { url: SECRET } }
  log.info(leaky, 'a')
  log.info({ ...leaky, method: { toJSON: () => SECRET }, route: [EMAIL], status: () => SECRET }, 'b')
  log.child({ ...leaky, request_id: 'r-1' }).error({ err: leaky }, 'c')
  log
    .child({ user: EMAIL })
    .child({ token: SECRET })
    .info({ sql: SECRET, parameters: [EMAIL] }, 'd')
  log.info('e %s %o', SECRET, leaky)
  log.info(leaky)
  log.info({ reason: 'x'.repeat(10_000) }, 'f')
  t.equal(lines().length, 7)
  t.notMatch(text(), SECRET)
  t.notMatch(text(), EMAIL)
  t.ok(text().length < 3_000)
})

t.test('an error is told by its type, its code and its places, without what it says and carries', async (t) => {
  const { log, text, lines } = collect()
  const driver = Object.assign(new Error(`invalid input syntax: "${SECRET}"`), {
    code: '22P02',
    detail: `Key (email_key)=(${EMAIL}) already exists.`,
    parameters: [SECRET],
    client: { password: SECRET },
  })
  const errors: unknown[] = [
    driver,
    new Error(`several lines\n    at ${SECRET} (/${EMAIL}:1:1)\n    at ${EMAIL}`),
    new TypeError(SECRET, { cause: driver }),
    Object.assign(new Error('x'), { name: EMAIL, code: SECRET.repeat(9) }),
    new AggregateError([driver], SECRET),
  ]
  try {
    JSON.parse(`{"password": ${SECRET}`)
  } catch (error) {
    errors.push(error)
  }
  for (const error of errors) {
    log.error({ err: error }, 'failed')
    log.error(error)
    log.error({ err: error })
  }
  t.notMatch(text(), SECRET)
  t.notMatch(text(), EMAIL)
  const [first] = lines()
  t.match(first, { msg: 'failed', err: { type: 'Error', code: '22P02' } })
  t.match(first.err.frames[0], /log\.test\.ts:\d+:\d+$/)
  t.match(lines()[6], { err: { type: 'TypeError', cause: { code: '22P02' } } })
})
