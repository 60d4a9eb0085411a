/** The language in which a caller is answered. */
import type { FastifyRequest } from 'fastify'
import Negotiator from 'negotiator'
import type { FaultName } from '../errors.ts'
import { LOCALES } from '../policy/locales.ts'
import { type Texts, texts } from '../texts/texts.ts'

/** By Accept-Language; English where none of it is spoken here. */
export function textsFor(request: FastifyRequest): Texts {
  const language = new Negotiator(request.raw).language([...LOCALES])
  return texts[LOCALES.find((locale) => locale === language) ?? 'en']
}

/** What is wrong with a field, as the end of a sentence about it. */
export function sayFault({ faults }: Texts, fault: FaultName, value: string | number | undefined): string {
  const text = faults[fault]
  return typeof text === 'string' ? text : text(value as never)
}
