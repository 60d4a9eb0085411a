import { useState } from 'preact/hooks'
import { useApp } from '../context.ts'
import { Icon } from './icon.tsx'

/** Copies the text, and says so. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const { t, say } = useApp()
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
      say({ kind: 'success', text: t.common.copied })
    } catch {
      say({ kind: 'error', text: t.common.copyFailed })
    }
  }
  return (
    <button type="button" class="button quiet" onClick={copy}>
      <Icon name={copied ? 'check' : 'copy'} />
      {label}
    </button>
  )
}
