/** What a check against software of others is made of. */
import { spawnSync } from 'node:child_process'

export interface SystemCheck {
  /** `npm run test:system -- NAME` runs this one alone. */
  name: string
  /** Debian packages that it needs. */
  packages: string[]
  /** It mounts file systems or the like. */
  asRoot?: boolean
  /**
   * Throws at the first thing that is not as it should be, and leaves nothing running.
   * @param ok says what was seen to hold.
   */
  check(ok: (what: string) => void): Promise<void>
}

/** @returns what the command prints, without the space around it. Throws with its complaint when it fails. */
export function run(
  command: string,
  args: string[],
  options: { input?: string | undefined; cwd?: string; env?: NodeJS.ProcessEnv } = {},
): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    ...options,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? `${stderr}${stdout}`}`)
  return stdout.trim()
}
