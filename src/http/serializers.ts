/** How answers are written: by Fastify's compiled serializers, except problems, which leave `problems.ts` as text. */
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'

const factory = SerializerSelector()

/**
 * Leaves out the serializers of problems, several for each call, which are never used, and compiles each of the others when
 * its answer is first given. A start spent 1.2 to 1.8 s of processor time with them all.
 */
export const buildSerializer: typeof factory = (schemas, options) => {
  const compile = factory(schemas, options)
  return (route) => {
    if (Number(route.httpStatus) >= 400) return JSON.stringify
    let serialize: ReturnType<typeof compile> | undefined
    return (answer) => {
      serialize ??= compile(route)
      return serialize(answer)
    }
  }
}
