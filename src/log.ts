/**
 * The log: one JSON object a line, with the fields listed here and no others. Messages are constants in the code; their
 * fields hold only ids, our own names and numbers. So nothing that a caller sent, no header, no SQL parameter and no
 * library's message gets into a log by mistake: an error is told by its type, its code and the places it passed.
 */
import { type DestinationStream, type LogFn, type Logger, pino } from 'pino'
import { placeInSource } from './place-in-source.ts'
import type { LogLevel } from './settings.ts'

/** No field here may ever hold what a caller sent, a secret or a person's data. */
const FIELDS = new Set([
  'pid',
  'hostname',
  'request_id',
  'trace_id',
  'method',
  'route',
  'status',
  'code',
  'throttle',
  'reason',
  'error_code',
  'duration_ms',
  'err',
  'job',
  'mail_id',
  'kind',
  'attempt',
  'seconds',
  'position',
  'digest',
  'key_id',
  'kid',
  'address',
  'version',
  'state',
  'count',
])

const LONGEST_TEXT = 256
const MOST_FRAMES = 12

export function createLog(level: LogLevel, destination?: DestinationStream): Logger {
  const options = { level, formatters: { log: onlyKnown }, hooks: { logMethod: withoutArguments } }
  const log = destination ? pino(options, destination) : pino(options)
  // The library lets no formatter see what child logs are bound to.
  const { child } = log
  log.child = function (this: Logger, bindings: Record<string, unknown>) {
    return child.call(this, onlyKnown(bindings))
  } as Logger['child']
  return log
}

function onlyKnown(fields: Record<string, unknown>): Record<string, unknown> {
  const known: Record<string, unknown> = {}
  for (const name of Object.keys(fields)) {
    const value = FIELDS.has(name) ? plain(fields[name]) : undefined
    if (value !== undefined) known[name] = value
  }
  return known
}

/** Objects would bring their own fields along. */
function plain(value: unknown): unknown {
  if (value instanceof Error) return describe(value)
  if (typeof value === 'string') return value.slice(0, LONGEST_TEXT)
  return value === null || typeof value === 'number' || typeof value === 'boolean' ? value : undefined
}

interface ErrorDescription {
  type: string
  code?: string
  frames: string[]
  cause?: ErrorDescription
}

/** Without its message, which may quote anything. PostgreSQL's code says what was wrong; the places say where. */
function describe(error: Error, depth = 3): ErrorDescription {
  const { code } = error as { code?: unknown }
  return {
    type: nameLike(error.name) ?? 'Error',
    ...(nameLike(code) !== undefined && { code: nameLike(code) as string }),
    frames: framesOf(error),
    ...(error.cause instanceof Error && depth > 0 && { cause: describe(error.cause, depth - 1) }),
  }
}

function nameLike(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.]{1,64}$/.test(value) ? value : undefined
}

/** Only lines that a place in a file ends: a message of several lines stands among them in the stack. */
function framesOf({ stack = '', message }: Error): string[] {
  return stack
    .replace(message, '')
    .split('\n')
    .flatMap(
      (line) =>
        /^ {4}at (?:async )?(?:[\w.<>#[\] ]+ \()?((?:file:\/\/|node:|\/)[\w./@+-]+:\d+:\d+)\)?$/.exec(line)?.[1] ?? [],
    )
    .slice(0, MOST_FRAMES)
    .map(placeInSource)
}

/** The library would take an error's message for the line's, and fill `%s` in from further arguments. */
function withoutArguments(this: Logger, args: Parameters<LogFn>, method: LogFn): void {
  const [first, second] = args as unknown[]
  if (typeof first === 'string') method.call(this, first)
  else method.call(this, first as object, typeof second === 'string' ? second : 'no message')
}
