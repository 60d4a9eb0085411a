/** TLS in front of the service, as in production. */
import { once } from 'node:events'
import { request } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { generate } from 'selfsigned'

export interface TlsFront {
  url: string
  /** Of its authority. */
  certificate: string
  stop(): Promise<void>
}

/** @param target the origin to pass requests on to. */
export async function startTlsFront(target: string): Promise<TlsFront> {
  const altNames = [{ type: 7 as const, ip: '127.0.0.1' }]
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames }],
  })
  const server = createServer({ key, cert }, (received, answer) => {
    const { method, url = '/', headers } = received
    const passedOn = request(new URL(url, target), { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    passedOn.on('error', () => answer.destroy())
    received.pipe(passedOn)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const stop = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, certificate: cert, stop }
}
