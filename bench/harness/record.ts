/** The figures of one invocation: by name, each with all its runs. */
import { watchOthers } from './machine.ts'

export interface Figure {
  name: string
  unit: Unit
  /** Of the runs that nothing else disturbed; of all of them where each was. */
  values: number[]
  /** How many runs were left out because others used the processors. */
  dropped: number
  /** Every run was disturbed: only ratios of runs at the same time tell anything. */
  disturbed?: true
}

/** A run counts as disturbed when others had more than this share of the processors. */
const MOST_FOR_OTHERS = 0.05

export type Reading = Record<string, readonly [value: number, unit: Unit]>
type Unit = '/s' | 'ms' | 's' | 'MB' | 'share'

export interface Recorder {
  /** Runs the work and notes what it gives: by name, the value and its unit. */
  note(work: () => Promise<Reading>): Promise<void>
  figures(): Figure[]
}

export function createRecorder(tell: (line: string) => void): Recorder {
  const runs = new Map<string, { unit: Unit; values: { value: number; others: number }[] }>()
  return {
    async note(work) {
      const others = watchOthers()
      const found = await work()
      const share = others()
      for (const [name, [value, unit]] of Object.entries(found)) {
        const entry = runs.get(name) ?? { unit, values: [] }
        runs.set(name, entry)
        entry.values.push({ value, others: share })
        tell(
          `${name}: ${value.toPrecision(4)} ${unit}${share > MOST_FOR_OTHERS ? `  (others had ${Math.round(share * 100)} %)` : ''}`,
        )
      }
    },
    figures: () =>
      [...runs].map(([name, { unit, values }]) => {
        const quiet = values.filter(({ others }) => others <= MOST_FOR_OTHERS)
        const kept = quiet.length > 0 ? quiet : values
        return {
          name,
          unit,
          values: kept.map(({ value }) => value),
          dropped: values.length - kept.length,
          ...(quiet.length === 0 && { disturbed: true as const }),
        }
      }),
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2
}
