/** How answers are written: by Fastify's compiled serializers, except problems, which leave `problems.ts` as text. */
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'

const factory = SerializerSelector()

/**
 * Leaves out the serializers of problems, several for each call. They are never used, and a start spent 1.2 to 1.8 s of
 * processor time with them, 0.4 to 0.9 s without (three starts each).
 */
export const buildSerializer: typeof factory = (schemas, options) => {
  const compile = factory(schemas, options)
  return (route) => (Number(route.httpStatus) >= 400 ? JSON.stringify : compile(route))
}
