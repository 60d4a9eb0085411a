/** What has to be asked for before it can be shown; where that fails, one may try again. */
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { useApp } from '../context.ts'
import { faultsOf } from './faults.ts'
import { NoticeBox } from './notice.tsx'

interface LoadedProps<T> {
  load: () => Promise<T>
  /** It is loaded anew when this changes. */
  of?: string | number
  /** Nothing is said while it loads. */
  quiet?: boolean
  children: (value: T) => ComponentChildren
}

type State<T> = { value: T } | { fault: string } | undefined

export function Loaded<T>({ load, of, quiet, children }: LoadedProps<T>) {
  const { t } = useApp()
  const [state, setState] = useState<State<T>>()
  const [tries, setTries] = useState(0)
  useEffect(() => {
    let isCurrent = true
    load().then(
      (value) => isCurrent && setState({ value }),
      (error) => isCurrent && setState({ fault: faultsOf(error, [], t).text ?? '' }),
    )
    return () => {
      isCurrent = false
    }
  }, [of, tries])
  if (!state && quiet) return null
  if (!state) return <p role="status">{t.common.loading}</p>
  if ('value' in state) return <>{children(state.value)}</>
  return (
    <div role="alert">
      <NoticeBox kind="error">
        <p>{state.fault}</p>
        <button type="button" class="button" onClick={() => setTries(tries + 1)}>
          {t.common.again}
        </button>
      </NoticeBox>
    </div>
  )
}
