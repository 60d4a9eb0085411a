/** The end of connections: a service that stops answers what has reached it and waits for no one who says nothing. */
import type { Socket } from 'node:net'
import type { App } from './app-type.ts'

/** Milliseconds after the last connection was taken: for a request that was on its way then. */
const FIRST_WORD = 1_000

/** Milliseconds after which a request still under way is given up: one that comes in drops would never end. */
const LAST_WORD = 20_000

/** @param isDraining true from the moment the service was told to stop; it still takes connections for a while then. */
export function registerConnections(app: App, isDraining: () => boolean): void {
  const open = new Set<Socket>()
  const busy = new Set<Socket>()
  app.server.on('connection', (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  app.server.on('request', ({ socket }, response) => {
    busy.add(socket)
    response.once('close', () => busy.delete(socket))
  })

  // Clients and proxies keep connections; told so, they take their next request elsewhere.
  app.addHook('onSend', async (_request, reply) => {
    if (isDraining()) reply.header('connection', 'close')
  })
  app.addHook('preClose', async () => {
    const endAfter = (milliseconds: number, isOver: (socket: Socket) => boolean) =>
      setTimeout(() => {
        for (const socket of open) if (isOver(socket)) socket.destroy()
      }, milliseconds).unref()
    endAfter(FIRST_WORD, (socket) => !busy.has(socket))
    endAfter(LAST_WORD, () => true)
  })
}
