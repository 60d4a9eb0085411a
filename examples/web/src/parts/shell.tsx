/** What surrounds every screen: the name, the menu, the language, and the place where notices turn up. */
import type { ComponentChildren } from 'preact'
import { may, type Notice, useApp } from '../context.ts'
import { isLanguage, languages } from '../texts/texts.ts'
import { Icon } from './icon.tsx'
import { Link } from './link.tsx'
import { NoticeBox } from './notice.tsx'

interface ShellProps {
  notice: Notice | undefined
  isSignedIn: boolean
  children: ComponentChildren
}

export function Shell({ notice, isSignedIn, children }: ShellProps) {
  const { t, say } = useApp()
  return (
    <>
      <a class="skip" href="#content">
        {t.common.skip}
      </a>
      <header class="top">
        <Link to="/" class="brand">
          <span class="mark" aria-hidden="true" />
          OmniCRM
        </Link>
        {isSignedIn && <Menu />}
        <div class="tools">
          <LanguageChoice />
          {isSignedIn && <SignOut />}
        </div>
      </header>
      <div class="notices" role="status">
        {notice && (
          <NoticeBox kind={notice.kind}>
            {notice.text}
            <button type="button" class="button quiet small" onClick={() => say(undefined)}>
              {t.common.close}
            </button>
          </NoticeBox>
        )}
      </div>
      {children}
    </>
  )
}

function Menu() {
  const { t, user } = useApp()
  return (
    <nav aria-label={t.common.menu}>
      {user && may(user, 'view_user') && <Link to="/users">{t.nav.users}</Link>}
      {user && may(user, 'view_audit_log') && <Link to="/audit">{t.nav.audit}</Link>}
      <Link to="/profile">{t.nav.profile}</Link>
      <Link to="/security">{t.nav.security}</Link>
      <Link to="/sessions">{t.nav.sessions}</Link>
    </nav>
  )
}

function LanguageChoice() {
  const { t, language, setLanguage } = useApp()
  return (
    <select
      aria-label={t.common.language}
      onChange={({ currentTarget: { value } }) => isLanguage(value) && setLanguage(value)}
    >
      {Object.entries(languages).map(([code, name]) => (
        <option key={code} value={code} lang={code} selected={code === language}>
          {name}
        </option>
      ))}
    </select>
  )
}

function SignOut() {
  const { t, identity, go, say } = useApp()
  const signOut = async () => {
    try {
      await identity.POST('/auth/logout', {})
      go('/')
      say({ kind: 'success', text: t.signIn.signedOut })
    } catch {
      say({ kind: 'error', text: t.common.unreachable })
    }
  }
  return (
    <button type="button" class="button quiet" onClick={signOut}>
      <Icon name="signOut" />
      {t.nav.signOut}
    </button>
  )
}
