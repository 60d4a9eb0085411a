/** The service as its users start it: a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { bareEnvironment } from './environment.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
}

export interface ServerProcess {
  url: string
  child: ChildProcess
  /** What it has printed so far. */
  stdout: () => string
  /** The lines of stderr so far. */
  complaints: () => string[]
  ended: Promise<Ended>
  /** Resolves when it has greeted; throws when it ended instead. */
  greeted: Promise<void>
  /** Sends a signal and waits for the end. */
  stop(signal: NodeJS.Signals): Promise<Ended>
}

/**
 * Runs the service with these settings and no others; killed with the test if it is still there.
 * @param code the source, or the bundle made of it.
 */
export function startServer(
  t: Test,
  port: number,
  env: Record<string, string>,
  code: 'src/server.ts' | 'dist/server.js' = 'src/server.ts',
): ServerProcess {
  // Without what tap adds to each process below its own, such as Node's reading of source maps.
  const child = spawn('env', ['-u', 'NODE_OPTIONS', process.execPath, code], {
    cwd: ROOT,
    env: {
      ...bareEnvironment,
      PORT: String(port),
      ARGON2_MEMORY_KIB: '7168',
      ARGON2_PASSES: '1',
      DATABASE_WAIT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  const ended = new Promise<Ended>((resolve) => child.on('close', (code, signal) => resolve({ code, signal })))
  const greeted = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      stdout += chunk
      if (stdout.includes(' listens')) resolve()
    })
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    ended.then(({ code }) => reject(new Error(`the service ended with ${code}: ${stderr}`)))
  })
  greeted.catch(() => {})
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return {
    url: `http://localhost:${port}`,
    child,
    stdout: () => stdout,
    complaints: () => stderr.split('\n').filter((line) => line !== ''),
    ended,
    greeted,
    stop: (signal) => {
      child.kill(signal)
      return ended
    },
  }
}
