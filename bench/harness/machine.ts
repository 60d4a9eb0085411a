/** What the machine did meanwhile: processor time that others took, and memory of one process. */
import { readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

/** Processor time in clock ticks since the machine started: of all that ran, and of this process' tree. */
interface Reading {
  total: number
  busy: number
  own: number
}

/** Clock ticks of a process, its threads and the children that it has waited for. */
function ticksOf(stat: string): { parent: number; ticks: number } {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const at = (index: number) => Number(fields[index])
  return { parent: at(1), ticks: at(11) + at(12) + at(13) + at(14) }
}

function read(): Reading {
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softIrq = 0, steal = 0] = (
    readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? ''
  )
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number)
  const busy = user + nice + system + irq + softIrq + steal
  const processes = new Map<number, { parent: number; ticks: number }>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      processes.set(Number(name), ticksOf(readFileSync(`/proc/${name}/stat`, 'utf8')))
    } catch {
      // It has ended since.
    }
  }
  const isOwn = (pid: number): boolean => pid === process.pid || (pid > 1 && isOwn(processes.get(pid)?.parent ?? 0))
  let own = 0
  for (const [pid, { ticks }] of processes) if (isOwn(pid)) own += ticks
  return { total: busy + idle + wait, busy, own }
}

/** @returns tells which share of the machine's processors others have had since. */
export function watchOthers(): () => number {
  const before = read()
  return () => {
    const after = read()
    const others = after.busy - before.busy - (after.own - before.own)
    return Math.max(0, others / Math.max(1, after.total - before.total))
  }
}

/** A hundredth of a second on every Linux that Node runs on. */
const MILLISECONDS_A_TICK = 10

const statOf = (path: string) => ticksOf(readFileSync(`/proc/${path}/stat`, 'utf8'))

/** Milliseconds of processor time that a process, with its threads, has used. */
export const processorTime = (pid: number): number => statOf(`${pid}`).ticks * MILLISECONDS_A_TICK

/** The same of its main thread, for one without children. */
export const mainThreadTime = (pid: number): number => statOf(`${pid}/task/${pid}`).ticks * MILLISECONDS_A_TICK

/** The same of a process and its children. */
export function familyTime(pid: number): number {
  let milliseconds = processorTime(pid)
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const { parent, ticks } = statOf(name)
      if (parent === pid) milliseconds += ticks * MILLISECONDS_A_TICK
    } catch {
      // It has ended since.
    }
  }
  return milliseconds
}

/** Resident memory of a process in MB (10^6 bytes). */
export function residentMemory(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return (Number(kib) * 1024) / 1e6
}

/** Looks at a process' memory again and again. @returns stops, and tells the most that was seen. */
export function watchMemory(pid: number): () => number {
  let most = residentMemory(pid)
  const timer = setInterval(() => {
    most = Math.max(most, residentMemory(pid))
  }, 100)
  return () => {
    clearInterval(timer)
    return Math.max(most, residentMemory(pid))
  }
}

export function describeMachine(): string {
  return `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.version}`
}

/**
 * Waits until a process has nothing left to do. Who was not answered at the end of a load has gone, but their passwords
 * are verified all the same: half a second of 32 clients, and it would count against the next load.
 */
export async function untilIdle(pid: number): Promise<void> {
  for (let spent = Number.POSITIVE_INFINITY; spent > 50; ) {
    const before = processorTime(pid)
    await sleep(500)
    spent = processorTime(pid) - before
  }
}
