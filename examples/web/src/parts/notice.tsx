import type { ComponentChildren } from 'preact'
import { Icon } from './icon.tsx'

/** A box that stands in the page. What turns up later is read out by the region that it turns up in. */
export function NoticeBox({
  kind,
  children,
}: {
  kind: 'success' | 'error' | 'info' | 'warning'
  children: ComponentChildren
}) {
  const icon = { success: 'check', error: 'alert', info: 'info', warning: 'alert' } as const
  return (
    <div class={`notice ${kind}`}>
      <Icon name={icon[kind]} />
      <div>{children}</div>
    </div>
  )
}
