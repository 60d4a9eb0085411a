/** What reaches no route, because it is no request: answered on the bare connection, like any other problem. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import { Refusal, type RefusalCode } from '../errors.ts'
import { en } from '../texts/en.ts'
import { problemOf } from './problems.ts'

const CODES: Record<string, RefusalCode> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

/** Not from Node's table: whatever imports `node:http` by value loads its WebSocket and fetch, 35 ms of the start. */
const REASON_PHRASES: Record<number, string> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
}

/** The last request that a connection has brought, with its answer. */
export type LastExchanges = WeakMap<Socket, { request: IncomingMessage; response: ServerResponse }>

/** @param newId makes request ids. */
export function refuseBrokenRequest(
  error: NodeJS.ErrnoException,
  socket: Socket,
  exchanges: LastExchanges,
  log: FastifyBaseLogger,
  newId: () => string,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable || !isFree(socket, exchanges)) {
    socket.destroy()
    return
  }
  const refusal = new Refusal(CODES[error.code ?? ''] ?? 'malformed_request')
  const id = newId()
  const body = JSON.stringify(problemOf(refusal, en, id))
  const head = [
    `HTTP/1.1 ${refusal.status} ${REASON_PHRASES[refusal.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    `X-Request-Id: ${id}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
  log.info({ request_id: id, status: refusal.status, code: refusal.code }, 'answered')
}

/**
 * Whether an answer would be taken for the broken request's. Not while the one before it is still answered, nor when it
 * is the body of a request that already has its answer: a proxy would give that second answer to its next caller.
 */
function isFree(socket: Socket, exchanges: LastExchanges): boolean {
  const last = exchanges.get(socket)
  if (!last) return true
  const { request, response } = last
  return request.complete ? response.writableFinished : !response.headersSent && response.socket === socket
}
