/**
 * How input is checked and answers are written: by Fastify's own compilers, but each schema when it is first met.
 * Compiling all of them would cost a start 1.2 to 1.8 s of processor time for the serializers and a sixth of the rest for the
 * validators, and the code that they make takes memory, used or not.
 */
import AjvCompiler from '@fastify/ajv-compiler'
import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'

const serializers = SerializerSelector()
const validators = AjvCompiler()

/** Problems leave `problems.ts` as text: their serializers, several for each call, would never be used. */
export const buildSerializer: typeof serializers = (schemas, options) => {
  const compile = serializers(schemas, options)
  return (route) => {
    if (Number(route.httpStatus) >= 400) return JSON.stringify
    let serialize: ReturnType<typeof compile> | undefined
    return (answer) => {
      serialize ??= compile(route)
      return serialize(answer)
    }
  }
}

export const buildValidator: typeof validators = (schemas, options) => {
  let compile: ReturnType<typeof validators> | undefined
  return (route) => {
    let holds: ReturnType<ReturnType<typeof validators>> | undefined
    const validate = (input: unknown) => {
      compile ??= validators(schemas, options)
      holds ??= compile(route)
      const valid = holds(input)
      Object.assign(validate, { errors: holds.errors })
      return valid
    }
    return validate as ReturnType<ReturnType<typeof validators>>
  }
}
