/** The pages as a whole: who is signed in, which language, which screen. */
import { useCallback, useEffect, useMemo, useState } from 'preact/hooks'
import { createIdentityClient, type SignInOutcome, type User } from '../../../packages/client/src/index.ts'
import { AppContext, may, type Notice } from './context.ts'
import { initialLanguage, keepLanguage } from './language.ts'
import { NoticeBox } from './parts/notice.tsx'
import { Page } from './parts/page.tsx'
import { Shell } from './parts/shell.tsx'
import { partAfter, useRouter } from './router.ts'
import { Profile } from './screens/account/profile.tsx'
import { Security } from './screens/account/security.tsx'
import { Sessions } from './screens/account/sessions.tsx'
import { AuditLog } from './screens/audit.tsx'
import { Home, isLandingPath } from './screens/home.tsx'
import { ConfirmEmail } from './screens/sign-in/confirm-email.tsx'
import { SignInFlow, type Step } from './screens/sign-in/flow.tsx'
import { Forgot } from './screens/sign-in/forgot.tsx'
import { Reset } from './screens/sign-in/reset.tsx'
import { Users } from './screens/users/users.tsx'
import { texts } from './texts/texts.ts'

/** `unknown`: the cookie, which no script can see, has not been asked yet. */
type SessionState = 'unknown' | 'unreachable' | 'signed_out' | User

export function App() {
  const [path, goTo] = useRouter()
  const [language, setLanguage] = useState(initialLanguage)
  const [notice, setNotice] = useState<Notice>()
  const [session, setSession] = useState<SessionState>('unknown')
  const [email, setEmail] = useState('')
  const [step, setStep] = useState<Step>()
  const t = texts[language]
  const user = typeof session === 'object' ? session : undefined
  useEffect(() => keepLanguage(language), [language])

  const go = (to: string) => {
    // What was said belongs to the screen that is left.
    setNotice(undefined)
    goTo(to)
  }

  const identity = useIdentity(setSession, () => setNotice({ kind: 'info', text: t.signIn.sessionEnded }), language)

  const openPage = publicPage(path, email, setEmail)
  const isWanting = session === 'unknown' && !openPage
  useEffect(() => {
    if (isWanting) identity.accessToken().catch(() => setSession('unreachable'))
  }, [isWanting, identity])

  const isSignedIn = user !== undefined
  const restart = useCallback(
    (reason?: string) => {
      setStep(undefined)
      if (!isSignedIn) setNotice(reason ? { kind: 'info', text: reason } : undefined)
    },
    [isSignedIn],
  )
  const advance = (outcome: SignInOutcome, given = email) => {
    setEmail(given)
    setNotice(undefined)
    setStep(outcome.status === 'authenticated' ? undefined : outcome)
    if (outcome.status === 'authenticated' && path === '/') go(outcome.redirect_to)
  }

  const screen = () => {
    if (openPage) return openPage
    if (session === 'unknown') return <p role="status">{t.common.loading}</p>
    if (session === 'unreachable') return <Unreachable text={t.common.unreachable} again={t.common.again} />
    // The last step of an enrolment is still to be read when its session is open.
    if (!user || step) return <SignInFlow step={step} email={email} advance={advance} restart={restart} />
    return <UserPage path={path} user={user} />
  }
  const context = { identity, t, language, setLanguage, path, go, say: setNotice, user, setUser: setSession }
  return (
    <AppContext.Provider value={context}>
      <Shell notice={notice} isSignedIn={!!user && !step && !openPage}>
        {screen()}
      </Shell>
    </AppContext.Provider>
  )
}

/** One client for as long as the page lives. It tells when the session begins and when it is over. */
function useIdentity(
  setSession: (update: (before: SessionState) => SessionState) => void,
  onEnd: () => void,
  language: string,
) {
  const handlers = useMemo(() => ({ onEnd, language }), [])
  Object.assign(handlers, { onEnd, language })
  return useMemo(() => {
    const baseUrl = document.querySelector<HTMLMetaElement>('meta[name=identity-api]')?.content ?? ''
    const identity = createIdentityClient({
      baseUrl,
      onSignedIn: ({ user }) => setSession(() => user),
      onSignedOut: (reason) => {
        // Another user's data must not stay on the page.
        if (reason === 'other_user') location.reload()
        setSession((before) => {
          if (typeof before === 'object' && reason === 'no_session') handlers.onEnd()
          return 'signed_out'
        })
      },
    })
    identity.use({
      // Refusals come in the language of the pages.
      onRequest: ({ request }) => request.headers.set('Accept-Language', handlers.language),
    })
    return identity
  }, [])
}

/** Pages that links in mails lead to, and the way to such a mail: open to all. */
function publicPage(path: string, email: string, onEmail: (email: string) => void) {
  const resetToken = partAfter(path, '/reset-password/')
  const emailToken = partAfter(path, '/confirm-email/')
  if (resetToken) return <Reset key={resetToken} token={resetToken} />
  if (emailToken) return <ConfirmEmail key={emailToken} token={emailToken} />
  return path === '/forgot-password' ? <Forgot email={email} onEmail={onEmail} /> : undefined
}

function UserPage({ path, user }: { path: string; user: User }) {
  if (path === '/profile') return <Profile />
  if (path === '/security') return <Security />
  if (path === '/sessions') return <Sessions />
  if (path === '/users' && may(user, 'view_user')) return <Users />
  if (path === '/audit' && may(user, 'view_audit_log')) return <AuditLog />
  return <Home isFound={isLandingPath(path)} />
}

function Unreachable({ text, again }: { text: string; again: string }) {
  return (
    <Page narrow title="OmniCRM">
      <NoticeBox kind="error">{text}</NoticeBox>
      <div class="buttons">
        <button type="button" class="button primary" onClick={() => location.reload()}>
          {again}
        </button>
      </div>
    </Page>
  )
}
