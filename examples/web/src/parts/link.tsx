/** A link to another screen. With a key held, or in another tab, it is a link like any other. */
import type { ComponentChildren } from 'preact'
import { useApp } from '../context.ts'
import { addressOf } from '../router.ts'

export function Link({ to, class: className, children }: { to: string; class?: string; children: ComponentChildren }) {
  const { path, go } = useApp()
  return (
    <a
      href={addressOf(to)}
      class={className}
      aria-current={path === to ? 'page' : undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
        event.preventDefault()
        go(to)
      }}
    >
      {children}
    </a>
  )
}
