import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { buildApp } from '../../src/app.ts'
import { openDatabase } from '../../src/store/database.ts'
import { startTracing } from '../../src/tracing/tracing.ts'
import { startTestApp } from '../support/app.ts'
import { createClient } from '../support/client.ts'
import { createUser } from '../support/users.ts'

/** A collector that keeps what it is sent, and the variables that lead to it. */
async function startCollector(t: Test) {
  const received: Buffer[] = []
  const paths: string[] = []
  const server = createServer(async (request, response) => {
    received.push(await buffer(request))
    paths.push(`${request.method} ${request.url} ${request.headers['content-type']}`)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  process.env['OTEL_RESOURCE_ATTRIBUTES'] = 'deployment.environment.name=staging'
  return { spans: () => Buffer.concat(received), paths }
}

t.test('a request and its queries are one trace, that of the caller, and tell no secret', async (t) => {
  const collector = await startCollector(t)
  const base = await startTestApp(t)
  const user = await createUser(base)
  const tracing = startTracing(pino({ level: 'silent' }))
  const db = openDatabase({ url: base.database.url, poolSize: 2, onQuery: tracing.noteQuery })
  const app = await buildApp({ ...base.deps, db }, { tracing })
  const call = createClient(await app.listen({ host: '127.0.0.1', port: 0 }), app.swagger())

  const trace = '0af7651916cd43dd8448eb211c80319c'
  const headers = { traceparent: `00-${trace}-b7ad6b7169203331-01` }
  const answer = await call('POST', '/auth/login', { headers, body: { email: user.email, password: user.password } })
  t.equal(answer.status, 200)
  await call('GET', '/nowhere/hunter2-hunter2?email=jane')
  await call('GET', '/health/ready')
  await app.close()
  await db.destroy()
  await tracing.stop()

  const spans = collector.spans()
  t.match(collector.paths[0], 'POST /v1/traces application/x-protobuf')
  const occurrences = (part: string | Buffer) => {
    let count = 0
    for (let at = spans.indexOf(part); at >= 0; at = spans.indexOf(part, at + 1)) count += 1
    return count
  }
  t.equal(occurrences('POST /auth/login'), 1)
  for (const name of ['omnicrm-identity', 'deployment.environment.name', 'http.route', 'db.query.text'])
    t.ok(occurrences(name) > 0, name)
  t.ok(occurrences(Buffer.from(trace, 'hex')) > 5, 'the request and its queries, before the body was read and after')
  t.ok(occurrences('from "users"') > 0 && occurrences('insert into "sessions"') > 0)
  for (const secret of ['health', 'hunter2', 'jane', user.email, user.password, answer.body.refresh_token])
    t.equal(occurrences(secret), 0)
})

t.test('a collector that is away costs nothing but a line in the log', async (t) => {
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = 'http://127.0.0.1:1'
  process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '200'
  let lines = ''
  const tracing = startTracing(pino({ level: 'warn' }, { write: (line: string) => (lines += line) }))
  const base = await startTestApp(t)
  const app = await buildApp(base.deps, { tracing })
  t.equal((await app.inject('/auth/me')).statusCode, 401)
  await app.close()
  await tracing.stop()
  t.match(lines, 'traces cannot be sent')
})
