/** Calls of the identity service: what a screen awaits is the answer, and what it catches is a reason to show. */
import type { createIdentityClient, Problem } from '../../../packages/client/src/index.ts'

export type Identity = ReturnType<typeof createIdentityClient>

/** The service said no. */
export class Refused extends Error {
  readonly problem: Problem
  /** Seconds until a further try is heard. */
  readonly retryAfter: number | undefined
  constructor(problem: Problem, response: Response) {
    super(problem.title)
    this.problem = problem
    this.retryAfter = Number(response.headers.get('Retry-After')) || undefined
  }
}

/** The service said nothing: no network, or something in between has answered in its place. */
export class Unreachable extends Error {}

interface Answer<T> {
  data?: T
  error?: Problem
  response: Response
}

/** @throws Refused, Unreachable */
export async function ask<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call.catch((cause: unknown) => {
    throw new Unreachable('no answer', { cause })
  })
  if (error) throw new Refused(error, response)
  return data as T
}

export const isRefusal = (error: unknown, code: Problem['code']): boolean =>
  error instanceof Refused && error.problem.code === code
