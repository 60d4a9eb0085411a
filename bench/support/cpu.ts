/** The processor time that processes have used, as Linux counts it: what an act costs, also on a machine that is busy with other things. */
import { readdir, readFile } from 'node:fs/promises'

/** A hundredth of a second on every Linux that Node runs on. */
const TICK_MS = 10

/** Milliseconds of a process, with those of its children that have ended. */
async function usedBy(pid: number): Promise<{ parent: number; ms: number }> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const ticks = fields.slice(11, 15).reduce((sum, entry) => sum + entry, 0)
  return { parent: fields[1] ?? 0, ms: ticks * TICK_MS }
}

export const parentOf = async (pid: number) => (await usedBy(pid)).parent

/** Milliseconds of a process and its children. */
export async function processorTime(pid: number): Promise<number> {
  let { ms } = await usedBy(pid)
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const used = await usedBy(Number(name)).catch(() => undefined)
    if (used?.parent === pid) ms += used.ms
  }
  return ms
}
