/** Users at work, who remember what they have been told, so that it can be held against what is there. */
import { randomBytes } from 'node:crypto'
import { decodeJwt } from 'jose'
import { randomTokenId, readToken } from '../../src/crypto/opaque-token.ts'
import { lifetimes } from '../../src/policy/lifetimes.ts'
import { type Staff, usersAs } from '../support/admin.ts'
import type { TestApp } from '../support/app.ts'
import type { Answer } from '../support/client.ts'
import { refresh } from '../support/two-factor.ts'
import { reset, resetToken } from '../support/two-processes.ts'
import { createUser, login, signIn, type TestUser } from '../support/users.ts'

/** What a person does, and what follows once it is known to be done. */
interface Act {
  name: string
  call(service: TestApp): Promise<Answer>
  done(answer?: Answer): void
}

const fresh = () => randomBytes(6).toString('hex')

/** Does one act after another until an answer does not come; then nobody knows whether the last act is done. */
export abstract class Person {
  /** Acts whose success was acknowledged. */
  acknowledged = 0
  refusals: string[] = []
  isWorking = false
  protected open: (Act & { since: number }) | undefined

  async work(service: TestApp, hasStopped: () => boolean): Promise<void> {
    this.isWorking = true
    await this.#actAfterAct(service, hasStopped)
    this.isWorking = false
  }

  async #actAfterAct(service: TestApp, hasStopped: () => boolean): Promise<void> {
    while (!hasStopped()) {
      const act = await this.nextAct()
      this.open = { ...act, since: Date.now() }
      const answer = await act.call(service).catch(() => undefined)
      // Too slow to be heard is as unknown as not answered.
      if (!answer || answer.status === 503) return
      this.open = undefined
      if (answer.status >= 300) {
        this.refusals.push(`${act.name}: ${answer.text}`)
        return
      }
      this.acknowledged += 1
      act.done(answer)
    }
  }

  protected abstract nextAct(): Promise<Act>
  /** Learns from the database whether the open act is done. @returns what was acknowledged and is not there. */
  abstract reconcile(): Promise<string[]>
  /** Goes on at another replica. @returns what does not work there. */
  abstract goOn(service: TestApp): Promise<string[]>
}

/** Signs in, refreshes, edits the own name, and sets a new password by a link. */
export class User extends Person {
  readonly #app: TestApp
  readonly #user: TestUser
  #firstName = 'Jane'
  #edits = 0
  #resets = 0
  #sessions = new Set<string>()
  #tokens: { access_token: string; refresh_token: string } | undefined
  #turn = Math.floor(Math.random() * 8)
  #link = randomTokenId()

  private constructor(app: TestApp, user: TestUser) {
    super()
    this.#app = app
    this.#user = user
  }
  static async create(app: TestApp): Promise<User> {
    return new User(app, await createUser(app))
  }
  get id(): number {
    return this.#user.id
  }

  protected async nextAct(): Promise<Act> {
    this.#turn = (this.#turn + 1) % 8
    if (!this.#tokens) return this.#signIn()
    if (this.#turn === 0) return this.#reset()
    if (this.#turn === 1) return this.#signIn()
    return this.#turn % 2 ? this.#edit(this.#tokens.access_token) : this.#refresh(this.#tokens.refresh_token)
  }

  #signIn(): Act {
    return { name: 'sign-in', call: (service) => login(service, this.#user), done: (answer) => this.#keep(answer) }
  }
  #refresh(token: string): Act {
    return { name: 'refresh', call: (service) => refresh(service, token), done: (answer) => this.#keep(answer) }
  }
  #edit(token: string): Act {
    const first_name = `Jane ${fresh()}`
    return {
      name: 'edit',
      call: ({ call }) => call('PATCH', '/auth/me', { token, body: { first_name } }),
      done: () => {
        this.#firstName = first_name
        this.#edits += 1
      },
    }
  }
  async #reset(): Promise<Act> {
    const password = `violet-anchor-${fresh()}`
    const token = await resetToken(this.#app, this.#user)
    this.#link = readToken(this.#app.deps.keys.ring, 'password_link', token)?.id ?? this.#link
    return {
      name: 'reset',
      call: (service) => reset(service, token, password),
      done: () => {
        this.#user.password = password
        this.#resets += 1
        this.#tokens = undefined
        this.#sessions.clear()
      },
    }
  }
  #keep(answer: Answer | undefined): void {
    if (!answer) return
    this.#tokens = answer.body
    this.#sessions.add(String(decodeJwt(answer.body.access_token)['sid']))
  }

  async reconcile(): Promise<string[]> {
    const { db } = this.#app
    const row = await db.selectFrom('users').selectAll().where('id', '=', this.id).executeTakeFirstOrThrow()
    const link = await db.selectFrom('links').select('id').where('id', '=', this.#link).executeTakeFirst()
    const told = await db.selectFrom('events').select('type').where('subject_id', '=', this.id).execute()
    const count = (type: string) => told.filter((event) => event.type === type).length
    const isDone = {
      edit: row.first_name !== this.#firstName,
      reset: !link,
    }[this.open?.name ?? '']
    if (isDone) this.open?.done()

    const sessions = await db.selectFrom('sessions').select('id').where('user_id', '=', this.id).execute()
    const standing = new Set(sessions.map(({ id }) => id))
    const expected = {
      'first name': [row.first_name, this.#firstName],
      'edits told': [count('profile_changed'), this.#edits],
      'resets told': [count('password_reset'), this.#resets],
      'sessions lost': [[...this.#sessions].filter((id) => !standing.has(id)).length, 0],
      'sessions unasked': [standing.size - this.#sessions.size > (this.open?.name === 'sign-in' ? 1 : 0), false],
    }
    this.#sessions = standing
    return Object.entries(expected)
      .filter(([, [is, should]]) => is !== should)
      .map(([what, [is, should]]) => `user ${this.id}: ${what}: ${is}, not ${should} (open: ${this.open?.name})`)
  }

  async goOn(service: TestApp): Promise<string[]> {
    const wrong: string[] = []
    const succeed = async (act: Act) => {
      const answer = await act.call(service)
      if (answer.status === 200) act.done(answer)
      else wrong.push(`user ${this.id}: ${act.name} after ${this.open?.name}: ${answer.text}`)
    }
    // A lost answer is made good for a while; on a machine slower than that it is reuse.
    const waited = Date.now() - (this.open?.since ?? 0)
    const tooLate = this.open?.name === 'refresh' && waited > (lifetimes.refreshRotation - 2) * 1000
    if (this.#tokens && !tooLate) await succeed(this.#refresh(this.#tokens.refresh_token))
    await succeed(this.#signIn())
    this.open = undefined
    return wrong
  }
}

/** Creates users and edits them. */
export class Administrator extends Person {
  readonly #app: TestApp
  readonly #staff: Staff
  readonly #others: User[]
  #created: string[] = []
  #phones = new Map<number, string>()
  #turn = 0

  constructor(app: TestApp, staff: Staff, others: User[]) {
    super()
    this.#app = app
    this.#staff = staff
    this.#others = others
  }

  protected async nextAct(): Promise<Act> {
    this.#turn += 1
    return this.#turn % 3 === 0 ? this.#create() : this.#edit()
  }

  #create(): Act {
    const email = `new.${fresh()}@example.com`
    const body = { email, first_name: 'Jo', last_name: 'Doe', roles: ['customer'] }
    const call = (service: TestApp) => usersAs(service, this.#staff).create(body)
    return { name: 'create', call, done: () => this.#created.push(email) }
  }
  #edit(): Act {
    const { id } = this.#others[this.#turn % this.#others.length] as User
    const phone = `+1 ${fresh()}`
    const call = (service: TestApp) => usersAs(service, this.#staff).edit(id, { phone })
    return { name: 'edit', call, done: () => this.#phones.set(id, phone) }
  }

  async reconcile(): Promise<string[]> {
    const rows = await this.#app.db.selectFrom('users').select(['id', 'email', 'phone']).execute()
    const emails = new Set(rows.map(({ email }) => email))
    const lost = this.#created.filter((email) => !emails.has(email))
    const changed = rows.filter(({ id, phone }) => (this.#phones.get(id) ?? null) !== phone)
    // The edit that was not answered may be done; that it is told as it stands is a rule of its own.
    if (this.open?.name === 'edit') for (const { id, phone } of changed.splice(0, 1)) this.#phones.set(id, phone ?? '')
    return [...lost, ...changed.map(({ id }) => `user ${id}: telephone`)].map((what) => `administrator: ${what}`)
  }

  async goOn(service: TestApp): Promise<string[]> {
    this.open = undefined
    // Anew each time: a long run outlasts an access token.
    this.#staff.token = (await signIn(service, this.#staff)).access_token
    const { status, text } = await usersAs(service, this.#staff).list()
    return status === 200 ? [] : [`administrator: ${text}`]
  }
}
