/**
 * Every operation of the OpenAPI document, called by everybody with what its schemas allow and with what they do not.
 *
 * FUZZ_REQUESTS says how many requests, FUZZ_SEED which: a number, or `random`. A run prints its seed; the same seed
 * makes the same requests, except for ids and tokens, which are new in each run.
 */
import { randomInt } from 'node:crypto'
import { Agent, type IncomingHttpHeaders, request as send } from 'node:http'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import t from 'tap'
import { createLog } from '../../src/log.ts'
import { startTestApp } from '../support/app.ts'
import { createCheck } from '../support/client.ts'
import { createUser, login } from '../support/users.ts'
import { changed, fingerprinter } from './fingerprint.ts'
import { operationsOf, type Request, requestTo } from './requests.ts'
import { makeWorld } from './world.ts'

const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 10_000)
const SEED = process.env['FUZZ_SEED'] === 'random' ? randomInt(2 ** 31) : Number(process.env['FUZZ_SEED'] ?? 1)

/** Requests from one set of callers; the last of them one by one, each with a look at the database. */
const ROUND = 580
const ONE_BY_ONE = 40
const AT_ONCE = 8

/**
 * What a refusal is allowed to leave behind: the end of a reused token's session, the count of a step's wrong codes, the
 * job that makes an unknown address cost what a known one does.
 */
const MAY_CHANGE: Record<string, string[]> = {
  account_not_found: ['graphile_worker._private_jobs'],
  invalid_refresh_token: ['sessions'],
  invalid_code: ['steps'],
}

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: the check against the document has proven its shape.
  body: any
}

const findings: string[] = []
const errors: string[] = []
const sink = new Writable({
  write(chunk, _encoding, done) {
    errors.push(String(chunk).slice(0, 3000))
    done()
  },
})
const app = await startTestApp(t, { env: { TRUST_PROXY: '1' }, log: createLog('error', sink) })
const operations = operationsOf(app.app.swagger())
const check = createCheck(app.app.swagger())
const takeFingerprint = await fingerprinter(app)
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
t.teardown(() => agent.destroy())

async function call({ method, path, headers, body }: Request): Promise<Answer> {
  const answer = await new Promise<Answer>((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
    const outgoing = send(app.url, { method, path, agent, headers: { ...headers, ...length } }, async (response) => {
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        text: await text(response),
        body: undefined,
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
  if (/[/+]json/.test(answer.headers['content-type'] ?? '') && answer.text !== '') answer.body = JSON.parse(answer.text)
  return answer
}

/** Else it leads to no operation, and no contract binds the answer. */
function isReadable(path: string): boolean {
  try {
    decodeURIComponent(path.split('?')[0] ?? '')
    return true
  } catch {
    return false
  }
}

/** What must hold of any answer, whatever was asked. */
function faultOf(
  { method, path, headers: sent }: Request,
  { status, headers, text, body }: Answer,
): string | undefined {
  if (status === 431 && Object.values(sent).join().length + path.length > 15_000) return undefined
  const contentType = headers['content-type']?.split(';')[0] ?? ''
  if (isReadable(path)) check(method, path.split('?')[0] ?? path, status, contentType, body ?? text)
  if (status >= 500) return `answered with ${status}`
  if (!headers['x-request-id'] || !headers['cache-control'] || headers['x-content-type-options'] !== 'nosniff')
    return 'lacks headers that every answer has'
  if (status < 400) return undefined
  if (body?.status !== status || body.request_id !== headers['x-request-id'])
    return 'is no problem of its own status and id'
  if (status === 401 && !headers['www-authenticate']) return 'does not say how to authenticate'
  if (status === 429 && !(Number(headers['retry-after']) > 0)) return 'does not say when to try again'
  if (/node_modules|\.ts:\d|\bselect\b.*\bfrom\b|pg_|constraint|syntax error/i.test(text.replaceAll(path, '')))
    return 'tells of what is inside'
  return undefined
}

const seen = new Map<string, Set<number>>(operations.map(({ name }) => [name, new Set()]))
const cursors: string[] = []
let refused = 0

async function judge(request: Request): Promise<Answer | undefined> {
  try {
    const answer = await call(request)
    seen.get(request.operation)?.add(answer.status)
    if (answer.status >= 400) refused += 1
    if (typeof answer.body?.next_cursor === 'string') cursors.push(answer.body.next_cursor)
    const fault = faultOf(request, answer)
    if (fault) findings.push(`${fault}: ${JSON.stringify(request)}: ${answer.text.slice(0, 500)}`)
    return answer
  } catch (error) {
    findings.push(`${error}: ${JSON.stringify(request)}`)
    return undefined
  }
}

async function judgeAll(requests: Request[]): Promise<void> {
  const queue = [...requests]
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await judge(next)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

async function judgeOneByOne(requests: Request[]): Promise<void> {
  let before = await takeFingerprint()
  for (const request of requests) {
    const answer = await judge(request)
    const after = await takeFingerprint()
    if (answer && answer.status >= 400) {
      const tables = changed(before, after).filter((name) => !MAY_CHANGE[answer.body?.code]?.includes(name))
      if (tables.length > 0) findings.push(`refused, but changed ${tables}: ${JSON.stringify(request)}: ${answer.text}`)
    }
    before = after
  }
}

t.test(
  `${REQUESTS} requests of every kind: no 5xx, nothing undeclared, nothing changed by a refused one`,
  async (t) => {
    t.comment(`FUZZ_SEED=${SEED}`)
    let expired = 'x.y.z'
    for (let sent = 0, round = 0; sent < REQUESTS; round += 1) {
      app.clock.advance(3600)
      const { callers, known } = await makeWorld(app, expired, cursors.splice(0).slice(-40))
      const count = Math.min(ROUND, REQUESTS - sent)
      const requests = operations.flatMap((operation, at) => {
        const numRuns = Math.ceil((count - at) / operations.length)
        if (numRuns <= 0) return []
        return fc.sample(requestTo(operation, callers, known), { seed: SEED + round * 1000 + at, numRuns })
      })
      const shuffled =
        fc.sample(fc.shuffledSubarray(requests, { minLength: requests.length }), {
          seed: SEED + round,
          numRuns: 1,
        })[0] ?? []
      await judgeAll(shuffled.slice(ONE_BY_ONE))
      await judgeOneByOne(shuffled.slice(0, ONE_BY_ONE))
      expired = callers['accessToken']?.[0]?.headers['authorization']?.slice(7) ?? expired
      sent += count
    }
    t.strictSame(findings.slice(0, 20), [])
    t.strictSame(errors.slice(0, 20), [], 'nothing was logged as an error')
    t.comment(`${refused} of ${REQUESTS} requests were refused`)
  },
)

t.test('every operation was seen to succeed', async (t) => {
  if (REQUESTS < 10_000) return t.comment('too few requests to tell')
  const never = operations.filter(({ name }) => ![...(seen.get(name) ?? [])].some((status) => status < 400))
  t.strictSame(
    never.map(({ name }) => name),
    [],
  )
})

t.test('afterwards the service works as before', async (t) => {
  t.equal((await app.call('GET', '/health/ready')).status, 200)
  t.equal((await login(app, await createUser(app))).status, 200)
})
