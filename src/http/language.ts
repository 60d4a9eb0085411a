/** The language in which a caller is answered. */
import type { FastifyRequest } from 'fastify'
import Negotiator from 'negotiator'
import { LOCALES } from '../policy/locales.ts'
import { type Texts, texts } from '../texts/texts.ts'

/** By Accept-Language; English where none of it is spoken here. */
export function textsFor(request: FastifyRequest): Texts {
  const language = new Negotiator(request.raw).language([...LOCALES])
  return texts[LOCALES.find((locale) => locale === language) ?? 'en']
}
