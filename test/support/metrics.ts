/** What `/metrics` tells, as a monitoring system reads it. */
import type { TestApp } from './app.ts'

/** A sample's value by its name with labels, like `identity_sign_ins_total{outcome="authenticated"}`. */
export type Samples = Map<string, number>

export async function scrape({ call }: Pick<TestApp, 'call'>): Promise<Samples> {
  return readSamples((await call('GET', '/metrics')).text)
}

function readSamples(text: string): Samples {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(' ')
      return [line.slice(0, end), Number(line.slice(end + 1))]
    }),
  )
}
