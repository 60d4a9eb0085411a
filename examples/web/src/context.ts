/** What every screen may use. */
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { User } from '../../../packages/client/src/index.ts'
import type { Identity } from './identity.ts'
import type { Language, Texts } from './texts/texts.ts'

export interface Notice {
  kind: 'success' | 'error' | 'info'
  text: string
}

export interface AppContext {
  identity: Identity
  t: Texts
  language: Language
  setLanguage: (language: Language) => void
  path: string
  go: (path: string) => void
  /** Shows a notice over the page, and reads it out. */
  say: (notice: Notice | undefined) => void
  /** Undefined before the sign-in. */
  user: User | undefined
  setUser: (user: User) => void
}

export const AppContext = createContext<AppContext | undefined>(undefined)

export function useApp(): AppContext {
  const app = useContext(AppContext)
  if (!app) throw new Error('outside of the app')
  return app
}

/** For screens that are shown to signed-in users only. */
export function useUser(): User {
  const { user } = useApp()
  if (!user) throw new Error('nobody is signed in')
  return user
}

/** Only what to show: the service decides by itself. */
export const may = (user: User, permission: string) =>
  user.permissions.includes('admin') || user.permissions.includes(permission)
