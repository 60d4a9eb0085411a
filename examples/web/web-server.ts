/** A server of the pages alone, apart from the service that they call. */
import fastify from 'fastify'
import { serveWebPages } from '../../src/dev/web-pages.ts'
import type { App } from '../../src/http/app-type.ts'

export interface WebServer {
  url: string
  close(): Promise<void>
}

/** @param port 0 takes a free one. Callers name it localhost, so that it is the same site as the service there. */
export async function startWebServer(apiUrl: string, port: number): Promise<WebServer> {
  const app = fastify()
  serveWebPages(app as unknown as App, { prefix: '', apiUrl })
  await app.listen({ host: 'localhost', port })
  const address = app.server.address()
  const taken = typeof address === 'object' && address ? address.port : port
  return { url: `http://localhost:${taken}`, close: () => app.close() }
}
