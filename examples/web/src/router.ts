/** Paths below the folder of the script, kept in the address bar. */
import { useEffect, useState } from 'preact/hooks'

const BASE = new URL('.', import.meta.url).pathname.replace(/\/$/, '')

const currentPath = () => location.pathname.slice(BASE.length) || '/'

/** For `href`, so that a link can be opened in a tab of its own. */
export const addressOf = (path: string) => BASE + path

/** @returns the path, and how to go to another one. */
export function useRouter(): [path: string, go: (path: string) => void] {
  const [path, setPath] = useState(currentPath)
  useEffect(() => {
    const follow = () => setPath(currentPath())
    addEventListener('popstate', follow)
    return () => removeEventListener('popstate', follow)
  }, [])
  const [go] = useState(() => (to: string) => {
    history.pushState(null, '', addressOf(to))
    setPath(to)
    scrollTo(0, 0)
  })
  return [path, go]
}

/** The last part of `/prefix/…`, or undefined where the path is another one. */
export function partAfter(path: string, prefix: string): string | undefined {
  return path.startsWith(prefix) && path.length > prefix.length
    ? decodeURIComponent(path.slice(prefix.length))
    : undefined
}
