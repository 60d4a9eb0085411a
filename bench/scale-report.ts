/** What acts cost by the size of the database, as bench:scale writes it and the docs show it. */

export const SCALE = new URL('./results/scale.json', import.meta.url)

export interface Act {
  count: number
  /** A second. */
  rate: number
  /** Milliseconds. */
  p50: number
  p99: number
  /** Of this machine, over the minute before. */
  loadBefore: number
  /** Processor time of the service and of PostgreSQL, in milliseconds: hardly moved by other load. */
  serviceMsPerAct: number
  databaseMsPerAct: number
  walBytesPerAct: number
  commitsPerAct: number
}

/** All of it at one size. */
export interface Result {
  users: number
  sessions: number
  events: number
  seedSeconds: Record<string, number>
  bytesPerRow: Record<string, number>
  acts: Record<string, Act>
  purge: { sessions: number; seconds: number }
}

export interface Scale {
  date: string
  machine: string
  /** By ascending size. */
  results: Result[]
}

const count = (number: number) => number.toLocaleString('en')

/** A table in Markdown, and the largest size against the smallest. */
export function scaleTable({ date, machine, results }: Scale): string {
  const [smallest] = results
  const largest = results.at(-1)
  if (!smallest || !largest) return ''
  const names = Object.keys(smallest.acts)
  const sizes = results.map(
    ({ users, sessions, events }) => `${count(users)} users, ${count(sessions)} sessions, ${count(events)} events`,
  )
  const columns = results.map(({ users }) => `${count(users)} users: /s, p50, p99 ms`)
  const rows = names.map((name) => {
    const acts = results.map((result) => result.acts[name] as Act)
    const cells = acts.map(({ rate, p50, p99 }) => `${rate < 100 ? rate : count(Math.round(rate))}, ${p50}, ${p99}`)
    const [first, last] = [acts[0] as Act, acts.at(-1) as Act]
    const spent = ({ serviceMsPerAct, databaseMsPerAct }: Act) => serviceMsPerAct + databaseMsPerAct
    const ratios = [last.rate / first.rate, spent(last) / spent(first)].map((ratio) => ratio.toFixed(2))
    return `| ${[name, ...cells, ...ratios, `${count(last.walBytesPerAct)}, ${last.commitsPerAct}`].join(' | ')} |`
  })
  const purges = results.map(({ purge }) => `${count(purge.sessions)} in ${purge.seconds} s`)
  return [
    `${machine}; ${date}; ${sizes.join('; ')}.`,
    '',
    `| act | ${columns.join(' | ')} | rate kept | processor time, times | WAL bytes, commits an act |`,
    `|${'---|'.repeat(columns.length + 4)}`,
    ...rows,
    '',
    `Expired sessions purged meanwhile: ${purges.join(', ')}.`,
  ].join('\n')
}
