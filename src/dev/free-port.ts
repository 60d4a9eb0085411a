import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A port that nothing listens on at this address just now. Below those that systems give to outgoing connections (Linux:
 * 32768 and above), one of which could otherwise take it before it is used.
 */
export async function freePort(host: string): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_768)
    if (await isFree(host, port)) return port
  }
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer().listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false
    throw error
  }
  server.close()
  await once(server, 'close')
  return true
}
