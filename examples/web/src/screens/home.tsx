/** Where a sign-in leads. OmniCRM's own pages would begin here; these pages are about the account alone. */
import { may, useApp, useUser } from '../context.ts'
import { Icon, type IconName } from '../parts/icon.tsx'
import { Link } from '../parts/link.tsx'
import { Page } from '../parts/page.tsx'
import { TwoFactorPrompt } from './account/two-factor-prompt.tsx'

/** What `redirect_to` names, and the start page. */
export const isLandingPath = (path: string) =>
  ['/', '/customers', '/self-care', '/create-cell-broadcast'].includes(path)

export function Home({ isFound }: { isFound: boolean }) {
  const { t } = useApp()
  const user = useUser()
  const places: [path: string, icon: IconName, name: string, about: string, isOpen: boolean][] = [
    ['/users', 'people', t.nav.users, t.home.users, may(user, 'view_user')],
    ['/audit', 'list', t.nav.audit, t.home.audit, may(user, 'view_audit_log')],
    ['/profile', 'person', t.nav.profile, t.home.profile, true],
    ['/security', 'reset_2fa', t.nav.security, t.home.security, true],
    ['/sessions', 'screen', t.nav.sessions, t.home.sessions, true],
  ]
  return (
    <Page title={isFound ? t.home.title(user.first_name) : t.common.notFound}>
      {isFound && <TwoFactorPrompt />}
      <ul class="tiles">
        {places
          .filter(([, , , , isOpen]) => isOpen)
          .map(([path, icon, name, about]) => (
            <li key={path}>
              <Link to={path} class="tile">
                <Icon name={icon} />
                <strong>{name}</strong>
                <span>{about}</span>
              </Link>
            </li>
          ))}
      </ul>
    </Page>
  )
}
