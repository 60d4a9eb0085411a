/** What stands between the verifier and the service in tests: it counts, fails, and leads to one replica or another. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

export interface Gateway {
  url: string
  /** Where requests go, in turn. */
  targets: string[]
  /** While it is down every request is answered with 503. */
  down: boolean
  /** How many requests each path has had. */
  counts: Record<string, number>
}

/** Closes with the test. */
export async function startGateway(t: Test, ...targets: string[]): Promise<Gateway> {
  const gateway: Gateway = { url: '', targets, down: false, counts: {} }
  let turn = 0
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    gateway.counts[path] = (gateway.counts[path] ?? 0) + 1
    turn += 1
    const target = gateway.targets[turn % gateway.targets.length]
    const key = request.headers['x-api-key']
    const answer = gateway.down
      ? undefined
      : await fetch(`${target}${request.url}`, {
          headers: key === undefined ? {} : { 'x-api-key': String(key) },
        }).catch(() => undefined)
    const body = answer ? await answer.text() : ''
    response.writeHead(answer?.status ?? 503, { 'content-type': answer?.headers.get('content-type') ?? 'text/plain' })
    response.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  gateway.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return gateway
}
