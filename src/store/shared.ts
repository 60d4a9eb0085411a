/**
 * Questions that are asked together: what requests ask at the same moment goes to PostgreSQL as one statement.
 *
 * By itself, a question that finds one row costs mostly the two messages between processes that carry it. So while one
 * statement of a kind is under way, further questions gather, and go together with the next: look-ups of a session come to
 * 2.2 × as many a second with 50 clients, refreshes to 1.8 ×. Where nobody else asks, a question goes at once and alone.
 * In a trace the statement stands with whoever asked first.
 */
import DataLoader from 'dataloader'
import type { Askable } from './statement.ts'

/**
 * @param ask answers several questions, each in its own place; what it throws, all of them get.
 * @returns what asks one. Within a transaction it asks alone, as part of that.
 */
export function shared<Question, Answer>(
  ask: (db: Askable, questions: readonly Question[]) => Promise<Answer[]>,
): (db: Askable, question: Question) => Promise<Answer> {
  const gathering = new WeakMap<Askable, DataLoader<Question, Answer>>()
  return async (db, question) => {
    if (!isPool(db)) return (await ask(db, [question]))[0] as Answer
    const loader = gathering.get(db) ?? oneByOne<Question, Answer>((questions) => ask(db, questions))
    gathering.set(db, loader)
    return loader.load(question)
  }
}

function isPool(db: Askable): boolean {
  return 'isTransaction' in db && !db.isTransaction
}

/** Each id's row in its place; undefined where there is none. */
export function inPlace<Id, Row extends { id: Id }>(ids: readonly Id[], rows: Row[]): (Row | undefined)[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.map((id) => byId.get(id))
}

/**
 * Milliseconds for which further questions wait for the one under way. Many times what it takes; one that hangs, on a
 * connection whose other end has gone, costs the others no more than this.
 */
const PATIENCE = 250

/** Gathers what is asked while one asking is under way, or else in the same turn of the event loop. */
function oneByOne<Question, Answer>(ask: (questions: readonly Question[]) => Promise<Answer[]>) {
  let underWay: Promise<void> | undefined
  const askNext = (questions: readonly Question[]) => {
    const answers = ask(questions)
    const own = settledOrLate(answers).then(() => {
      if (underWay === own) underWay = undefined
    })
    underWay = own
    return answers
  }
  const batchScheduleFn = (send: () => void) => {
    if (underWay) underWay.then(send)
    else setImmediate(send)
  }
  return new DataLoader(askNext, { cache: false, batchScheduleFn })
}

function settledOrLate(work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PATIENCE)
    const end = () => {
      clearTimeout(timer)
      resolve()
    }
    work.then(end, end)
  })
}

/**
 * A statement's list of values, made at least as long as PostgreSQL takes one to be that it does not know. A shorter one
 * would have it plan the statement anew each time: it seems cheaper by more than planning costs, and takes 0.74 ms instead
 * of 0.27.
 */
export function padded<Value>(values: readonly Value[], filler: Value): Value[] {
  return [...values, ...Array<Value>(Math.max(0, UNKNOWN_LENGTH - values.length)).fill(filler)]
}

const UNKNOWN_LENGTH = 10
