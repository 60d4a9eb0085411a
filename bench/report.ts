/** Figures as tables: medians with spread, and how they stand to the goals. */
import type { Figure } from './harness/record.ts'
import { median } from './harness/record.ts'

export const RESULTS = new URL('./results/service.json', import.meta.url)

export interface Comparison {
  what: string
  value: number
  goal: string
  met: boolean
}

export interface Results {
  machine: string
  date: string
  rounds: number
  seconds: number
  figures: Figure[]
  comparisons: Comparison[]
  /** Milliseconds of every call while 32 clients signed in. */
  distributions: Record<string, number[]>
  sweep?: { what: string; subject: string; clients: number; rate: number }[]
}

const OWN = 'OmniCRM identity'
const RAW = 'raw argon2id verify · @node-rs/argon2'
const HELLO = 'bare answers, 50 clients · Fastify'
const SESSION = 'get-session, 50 clients · better-auth'

interface Goal {
  what: string
  /** The figure of the service. */
  of: string
  /** What it is divided by; absent: the figure itself. */
  to?: string
  atLeast?: number
  atMost?: number
}

const lookUps = ['/auth/me', '/auth/check', '/auth/introspect']

const goals: Goal[] = [
  { what: 'sign-ins to raw hashes, 8 clients', of: 'sign-ins, 8 clients', to: RAW, atLeast: 0.9 },
  { what: 'the same, 32 clients', of: 'sign-ins, 32 clients', to: RAW, atLeast: 0.85 },
  ...['health', 'key set', 'refresh'].map((name) => ({
    what: `p99 of ${name} while 32 sign in, ms`,
    of: `p99 of ${name} in the storm`,
    atMost: 10,
  })),
  {
    what: 'sign-ins at 4 × the capacity to those at 32 clients',
    of: 'sign-ins at 4 × the capacity',
    to: `sign-ins, 32 clients · ${OWN}`,
    atLeast: 0.9,
  },
  { what: 'refusals that say when to try again', of: 'refusals with Retry-After at 4 × the capacity', atLeast: 1 },
  {
    what: 'refreshes to pgbench with the same statement',
    of: 'refreshes, 50 clients',
    to: 'rotation statement · pgbench',
    atLeast: 0.33,
  },
  { what: 'p99 of refreshes, 50 clients, ms', of: 'p99 of refreshes, 50 clients', atMost: 25 },
  {
    what: 'refreshes to the service by hand',
    of: 'refreshes, 50 clients',
    to: 'refreshes, 50 clients · Fastify + bcrypt by hand',
    atLeast: 2.4,
  },
  ...lookUps.map((path) => ({ what: `${path} to bare Fastify`, of: `${path}, 50 clients`, to: HELLO, atLeast: 0.18 })),
  ...lookUps.map((path) => ({
    what: `${path} to better-auth's look-up`,
    of: `${path}, 50 clients`,
    to: SESSION,
    atLeast: 20,
  })),
  {
    what: "TOTP verifications to better-auth's",
    of: 'TOTP verifications, 50 clients',
    to: 'TOTP verifications, 50 clients · better-auth',
    atLeast: 5,
  },
  { what: 'memory idle, MB', of: 'memory idle', atMost: 100 },
  { what: 'memory in the storm, MB', of: 'memory in the storm', atMost: 160 },
  { what: 'start to first answer, s', of: 'start to first answer', atMost: 0.7 },
]

export function comparisons(figures: Figure[]): Comparison[] {
  const medianOf = (name: string) => median(figures.find((figure) => figure.name === name)?.values ?? [])
  return goals.flatMap(({ what, of, to, atLeast, atMost }) => {
    const value = medianOf(`${of} · ${OWN}`) / (to === undefined ? 1 : medianOf(to))
    if (Number.isNaN(value)) return []
    const met = atLeast === undefined ? value <= (atMost ?? 0) : value >= atLeast
    return [{ what, value, goal: atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`, met }]
  })
}

/** Two tables in Markdown. */
export function printTable({ machine, date, rounds, seconds, figures, comparisons: compared }: Results): string {
  const dropped = figures.reduce((sum, figure) => sum + figure.dropped, 0)
  const lines = [
    `${machine}; ${date}; ${rounds} rounds in ${Math.round(seconds / 60)} minutes; ${dropped} runs left out, in which others had more than 5 % of the processors.`,
    '',
    '| goal | | measured | |',
    '|---|---|---|---|',
    ...compared.map(
      ({ what, goal, value, met }) => `| ${what} | ${goal} | ${rounded(value)} | ${met ? 'met' : '**missed**'} |`,
    ),
    '',
    '| figure | median | lowest | highest | unit |',
    '|---|---|---|---|---|',
    ...figures.map(({ name, unit, values, disturbed }) => {
      const cells = [median(values), Math.min(...values), Math.max(...values)].map(rounded)
      return `| ${name}${disturbed ? ' (disturbed)' : ''} | ${cells.join(' | ')} | ${unit} |`
    }),
  ]
  return lines.join('\n')
}

function rounded(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en')
  return value.toPrecision(3).replace(/\.?0+$/, '')
}
