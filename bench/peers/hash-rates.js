/** Prints how many passwords a second each implementation of argon2id verifies here, all processors at it. */
import * as crypto from 'node:crypto'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { hash, verify } from '@node-rs/argon2'
import { verify as verifyOther } from 'argon2'

const stored = await hash('bench', { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 })
// Node 24 and newer have it.
const derive = crypto.argon2 && promisify(crypto.argon2)
const nonce = crypto.randomBytes(16)
const options = { message: 'bench', nonce, parallelism: 1, tagLength: 32, memory: 19_456, passes: 2 }
const known = derive && (await derive('argon2id', options))

const implementations = {
  '@node-rs/argon2': () => verify(stored, 'bench'),
  argon2: () => verifyOther(stored, 'bench'),
  ...(derive && { 'crypto.argon2': async () => crypto.timingSafeEqual(await derive('argon2id', options), known) }),
}

const rates = {}
for (const [name, run] of Object.entries(implementations)) rates[name] = await rateOf(run, Number(process.argv[2]))
console.log(JSON.stringify(rates))

async function rateOf(run, milliseconds) {
  const start = performance.now()
  let done = 0
  const worker = async () => {
    while (performance.now() - start < milliseconds) {
      if (!(await run())) throw new Error('a right password was not accepted')
      done += 1
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  return done / ((performance.now() - start) / 1000)
}
