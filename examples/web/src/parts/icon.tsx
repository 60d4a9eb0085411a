/** Icons as strokes on a grid of 24. They decorate: what they stand for is said by the control that holds them. */
const shapes = {
  alert: 'M12 3 2 20h20L12 3zM12 10v4M12 17v.5',
  check: 'M4 12.5 9.5 18 20 6.5',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  download: 'M12 4v11M7 11l5 5 5-5M4 20h16',
  edit: 'M4 20l1-5L16 4l4 4L9 19l-5 1zM13.5 6.5l4 4',
  delete: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5',
  eye: 'M2 12c3-5 6.5-7 10-7s7 2 10 7c-3 5-6.5 7-10 7s-7-2-10-7zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
  eyeOff:
    'M3 3l18 18M6 6.7C4.6 7.9 3.3 9.7 2 12c3 5 6.5 7 10 7 1.7 0 3.3-.5 4.9-1.4M10 5.2A9 9 0 0 1 12 5c3.5 0 7 2 10 7-.7 1.2-1.5 2.3-2.3 3.2',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5M12 7.5v.5',
  list: 'M8 6h13M8 12h13M8 18h13M3.5 6v.01M3.5 12v.01M3.5 18v.01',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c.5-4 3.5-6 8-6s7.5 2 8 6',
  people:
    'M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM2 20c.5-3.5 3-5 7-5s6.5 1.5 7 5M16 5.5a3.5 3.5 0 0 1 0 6.5M18 15.5c2.5.6 3.7 2 4 4.5',
  plus: 'M12 5v14M5 12h14',
  reset_2fa: 'M12 3l8 3v6c0 4.5-3 7.5-8 9.5C7 19.5 4 16.5 4 12V6l8-3zM9 12l2.2 2.2L15.5 10',
  reset_password: 'M8 11a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM11.2 12.3 20 3.5M16 7.5l3 3M13.5 10l2 2',
  screen: 'M3 5h18v11H3zM9 20h6M12 16v4',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 21 21',
  send_welcome_email: 'M21 3 3 10.5l7 3 3 7L21 3zM10 13.5 21 3',
  signOut: 'M14 4H5v16h9M10 12h11M17 8l4 4-4 4',
  unlock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 6.7-1.5',
} as const

export type IconName = keyof typeof shapes

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={shapes[name]} />
    </svg>
  )
}
