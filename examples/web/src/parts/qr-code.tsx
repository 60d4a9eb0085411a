/** Drawn here: the secret in it never leaves the page. */
import { encode } from 'uqr'

export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { border: 3 })
  const dots = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
  return (
    <svg class="qr-code" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shape-rendering="crispEdges">
      <path d={`M0 0h${size}v${size}H0z`} class="qr-light" />
      <path d={dots.join('')} class="qr-dark" />
    </svg>
  )
}
