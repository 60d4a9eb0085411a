/** Where in the source a place in the bundle comes from, by the map that lies beside it. */
import { existsSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { fileURLToPath } from 'node:url'

const maps = new Map<string, SourceMap | undefined>()

/**
 * Node's own `--enable-source-maps` would read the maps at every start (6 MB); here the first error does.
 * @param place `file:///app/dist/server.js:12:345`; anything that has no map stays as it is.
 */
export function placeInSource(place: string): string {
  const [, file = '', line, column] = /^(file:.+):(\d+):(\d+)$/.exec(place) ?? []
  if (!maps.has(file)) maps.set(file, readMap(file))
  const origin = maps.get(file)?.findOrigin(Number(line), Number(column))
  if (!origin || !('fileName' in origin)) return place
  return `${new URL(origin.fileName, file)}:${origin.lineNumber}:${origin.columnNumber}`
}

function readMap(file: string): SourceMap | undefined {
  if (file === '') return undefined
  const path = `${fileURLToPath(file)}.map`
  return existsSync(path) ? new SourceMap(JSON.parse(readFileSync(path, 'utf8'))) : undefined
}
