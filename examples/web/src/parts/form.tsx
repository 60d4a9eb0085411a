/**
 * A form that sends once at a time, shows refusals at the fields that they are about and takes the focus there, and
 * counts down while no further try is heard.
 */
import { type ComponentChildren, createContext } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useApp } from '../context.ts'
import { formatSeconds } from '../language.ts'
import { Fault, type Faults, faultsOf } from './faults.ts'
import { NoticeBox } from './notice.tsx'

/** What fields know of their form. */
export const FormFaults = createContext<Faults['fields']>({})

interface FormProps {
  submit: string
  /** What it throws is shown. */
  onSubmit: (values: FormData, form: HTMLFormElement) => Promise<void>
  danger?: boolean
  /** Buttons beside the one that sends. */
  others?: ComponentChildren
  class?: string
  children?: ComponentChildren
}

const NO_FAULTS: Faults = { fields: {} }

export function Form({ submit, onSubmit, danger, others, class: className, children }: FormProps) {
  const { t } = useApp()
  const form = useRef<HTMLFormElement>(null)
  const [isBusy, setBusy] = useState(false)
  const [faults, setFaults] = useState(NO_FAULTS)
  const seconds = useSecondsUntil(faults.waitUntil)
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [faults])

  const send = async (event: SubmitEvent) => {
    event.preventDefault()
    if (!form.current || isBusy || seconds > 0) return
    const controls = [...form.current.elements] as HTMLInputElement[]
    const names = controls.map(({ name }) => name).filter(Boolean)
    setBusy(true)
    try {
      const empty = controls.find((control) => control.required && control.value.trim() === '')
      if (empty) throw new Fault(t.common.required, empty.name)
      await onSubmit(new FormData(form.current), form.current)
      setFaults(NO_FAULTS)
    } catch (error) {
      setFaults(faultsOf(error, names, t))
    } finally {
      setBusy(false)
    }
  }

  return (
    <FormFaults.Provider value={faults.fields}>
      <form ref={form} class={className ?? 'form'} noValidate onSubmit={send} aria-busy={isBusy}>
        <div role="alert">
          {faults.text && (
            <NoticeBox kind="error">
              {faults.text}
              {seconds > 0 && <span role="timer"> {t.common.waitFor(formatSeconds(seconds))}</span>}
            </NoticeBox>
          )}
        </div>
        {children}
        <div class="buttons">
          {others}
          <button
            type="submit"
            class={danger ? 'button danger' : 'button primary'}
            aria-disabled={isBusy || seconds > 0}
          >
            {submit}
          </button>
        </div>
      </form>
    </FormFaults.Provider>
  )
}

function useSecondsUntil(end = 0): number {
  const left = () => Math.max(0, Math.ceil((end - Date.now()) / 1000))
  const [seconds, setSeconds] = useState(left)
  useEffect(() => {
    setSeconds(left())
    const timer = setInterval(() => {
      setSeconds(left())
      if (left() === 0) clearInterval(timer)
    }, 250)
    return () => clearInterval(timer)
  }, [end])
  return seconds
}
