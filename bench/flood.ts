/** What does the process hold when every connection it takes sends a body near the largest, all at once? */
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { residentMemory, watchMemory } from './harness/machine.ts'
import type { Service } from './subjects/service.ts'

/** More than it takes: the others are closed. */
const CONNECTIONS = 1_100
const BODY = JSON.stringify({ email: 'someone@bench.test', password: 'x'.repeat(50_000) })

export async function flood({ process: { url, pid } }: Service): Promise<void> {
  const statuses: Record<string, number> = {}
  const sockets: Socket[] = []
  const idle = residentMemory(pid)
  for (let n = 0; n < CONNECTIONS; n++) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.on('error', () => {})
    socket.on('data', (answer) => {
      const status = /^HTTP\/1\.1 (\d+)/.exec(String(answer))?.[1]
      if (status) statuses[status] = (statuses[status] ?? 0) + 1
    })
    sockets.push(socket)
    if (n % 100 === 0) await sleep(20)
  }
  const most = watchMemory(pid)
  sockets.forEach((socket, n) => {
    socket.write(
      `POST /auth/login HTTP/1.1\r\nHost: bench\r\nX-Forwarded-For: 10.9.${n >> 8}.${n & 255}\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`,
    )
  })
  await sleep(15_000)
  for (const socket of sockets) socket.destroy()
  console.log(`idle ${idle.toFixed(0)} MB, at most ${most().toFixed(0)} MB; answers ${JSON.stringify(statuses)}`)
}
