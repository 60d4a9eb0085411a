/** Invites staff to a second factor. The service says who is to see it: customers never do. */
import { useApp, useUser } from '../../context.ts'
import { ask } from '../../identity.ts'
import { Link } from '../../parts/link.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { NoticeBox } from '../../parts/notice.tsx'

export function TwoFactorPrompt() {
  const { t, identity } = useApp()
  const { id } = useUser()
  const load = () => ask(identity.GET('/2fa/status/user/{user_id}', { params: { path: { user_id: id } } }))
  return (
    <Loaded load={load} of={id} quiet>
      {({ enabled, show_prompts: isWanted }) =>
        isWanted &&
        !enabled && (
          <NoticeBox kind="info">
            <p>{t.security.prompt}</p>
            <Link to="/security">{t.security.enable}</Link>
          </NoticeBox>
        )
      }
    </Loaded>
  )
}
