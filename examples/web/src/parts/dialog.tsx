/** A modal dialog; the browser keeps the focus inside and gives it back to what had it before. */
import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { Icon, type IconName } from './icon.tsx'

interface DialogProps {
  title: string
  icon?: IconName
  danger?: boolean
  onClose: () => void
  children: ComponentChildren
}

export function Dialog({ title, icon, danger, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useLayoutEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      class={danger ? 'dialog danger' : 'dialog'}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <h2 id={titleId}>
        {icon && <Icon name={icon} />}
        {title}
      </h2>
      {children}
    </dialog>
  )
}
