/** Does memory stay where it is? Sign-ins, refreshes and look-ups at a steady rate for minutes on end. */
import { setTimeout as sleep } from 'node:timers/promises'
import { runAllGood } from './harness/load.ts'
import { residentMemory } from './harness/machine.ts'
import type { Service } from './subjects/service.ts'

export async function soak(service: Service, minutes: number): Promise<void> {
  const { url, pid } = service.process
  const seconds = Math.round(minutes * 60)
  console.log('| minute | resident MB |\n|---|---|')
  let over = false
  const readings = async () => {
    for (let minute = 0; !over; minute += 0.5) {
      console.log(`| ${minute.toFixed(1)} | ${residentMemory(pid).toFixed(0)} |`)
      for (let second = 0; second < 30 && !over; second++) await sleep(1000)
    }
  }
  const lookUp = service.lookUps['/auth/me'] ?? service.signIn
  const loads = [
    runAllGood({ url, clients: 8, rate: 20, seconds, ...service.signIn }),
    runAllGood({ url, clients: 8, rate: 100, seconds, next: service.refresh?.next ?? service.signIn.next }),
    runAllGood({ url, clients: 8, rate: 200, seconds, ...lookUp }),
  ]
  const reading = readings()
  await Promise.all(loads)
  over = true
  await reading
  console.log(`| ${minutes} | ${residentMemory(pid).toFixed(0)} |`)
}
