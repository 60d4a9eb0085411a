/** A screen's frame. On arrival the focus goes to its first task, else to its heading, so that it is read out. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Icon, type IconName } from './icon.tsx'

interface PageProps {
  title: string
  /** A small sheet in the middle, for the steps of a sign-in. */
  narrow?: boolean
  icon?: IconName
  /** What can be done on the whole page. */
  action?: ComponentChildren
  children: ComponentChildren
}

export function Page({ title, narrow, icon, action, children }: PageProps) {
  const page = useRef<HTMLElement>(null)
  useEffect(() => {
    document.title = `${title} · OmniCRM`
  }, [title])
  useEffect(() => {
    const target = page.current?.querySelector<HTMLElement>('[data-first]') ?? page.current?.querySelector('h1')
    target?.focus({ preventScroll: true })
  }, [])
  return (
    <main id="content" ref={page} class={narrow ? 'page narrow' : 'page'}>
      <header class="page-head">
        {icon && (
          <span class="page-icon">
            <Icon name={icon} />
          </span>
        )}
        <h1 tabIndex={-1}>{title}</h1>
        {action}
      </header>
      {children}
    </main>
  )
}
