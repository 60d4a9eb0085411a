/** What the demo's sections share: the journey so far, and the authenticator app that its people use. */
import { setTimeout as sleep } from 'node:timers/promises'
import { generateSync } from 'otplib'
import type { NarratedClient } from './narrated-client.ts'
import type { OwnService } from './own-service.ts'

/** What the journey has so far. Each section takes from it what the earlier ones left. */
export interface Journey extends NarratedClient {
  url: string
  audience: string
  email: string
  password: string
  userId: number
  accessToken: string
  refreshToken: string
  totp: Authenticator
  backupCodes: string[]
  /** The member of staff whom the second part follows. */
  staff: { id: number; email: string; password: string; accessToken: string; totp: Authenticator }
  /** Runs an operators' command on the service's database; absent where only its URL is known. */
  operate: OwnService['operate'] | undefined
  /** The newest mail to this address whose subject matches; waits for one that is on its way. */
  readMail: (address: string, subject?: RegExp) => Promise<ReceivedMail>
}

export interface ReceivedMail {
  to: string
  subject: string
  variables: Record<string, string>
}

export type Section = (journey: Journey) => Promise<void>

const STEP_SECONDS = 30

/** What an authenticator app does. */
export class Authenticator {
  readonly #secret: string
  #lastStep = 0
  constructor(secret: string) {
    this.#secret = secret
  }
  /** The code shown now; where that one has been used, the next one. */
  async nextCode(note: (text: string) => void): Promise<string> {
    const now = Date.now() / 1000
    if (Math.floor(now / STEP_SECONDS) <= this.#lastStep) {
      const wait = (this.#lastStep + 1) * STEP_SECONDS - now
      note(`… a code opens once: waiting ${Math.ceil(wait)} s for the app to show the next one`)
      await sleep(wait * 1000 + 50)
    }
    this.#lastStep = Math.floor(Date.now() / 1000 / STEP_SECONDS)
    return generateSync({ secret: this.#secret })
  }
}
