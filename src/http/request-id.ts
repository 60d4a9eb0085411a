/** What a caller calls its request, so that the log lines of several services can be put together. */
import type { IncomingHttpHeaders } from 'node:http'

/** `X-Request-Id`, when it is harmless to log and send back; else the trace of `traceparent`. */
export function givenRequestId(headers: IncomingHttpHeaders): string | undefined {
  const id = headers['x-request-id']
  return typeof id === 'string' && /^[\w.:-]{1,64}$/.test(id) ? id : traceIdOf(headers)
}

/** The trace that a call belongs to, by W3C Trace Context. */
export function traceIdOf(headers: IncomingHttpHeaders): string | undefined {
  const parent = headers['traceparent']
  if (typeof parent !== 'string') return undefined
  const id = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-|$)/.exec(parent)?.[1]
  return id === '0'.repeat(32) ? undefined : id
}
