/** Where the user is signed in. */
import { useState } from 'preact/hooks'
import type { Session } from '../../../../../packages/client/src/index.ts'
import { useApp } from '../../context.ts'
import { ask } from '../../identity.ts'
import { formatTime } from '../../language.ts'
import { deviceOf } from '../../parts/device.ts'
import { faultsOf } from '../../parts/faults.ts'
import { Icon } from '../../parts/icon.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Page } from '../../parts/page.tsx'

export function Sessions() {
  const { t, identity, say } = useApp()
  const [changes, setChanges] = useState(0)
  const load = async () => (await ask(identity.GET('/auth/sessions'))).items
  const act = async (call: Parameters<typeof ask>[0], done: string) => {
    try {
      await ask(call)
      setChanges(changes + 1)
      say({ kind: 'success', text: done })
    } catch (error) {
      say({ kind: 'error', text: faultsOf(error, [], t).text ?? '' })
    }
  }
  const end = (id: string) =>
    act(identity.DELETE('/auth/sessions/{session_id}', { params: { path: { session_id: id } } }), t.sessions.ended)
  return (
    <Page title={t.sessions.title}>
      <p class="intro">{t.sessions.intro}</p>
      <Loaded load={load} of={changes}>
        {(sessions) => (
          <>
            <ul class="sessions">
              {sessions.map((session) => (
                <SessionCard key={session.id} session={session} onEnd={() => end(session.id)} />
              ))}
            </ul>
            {sessions.length > 1 && (
              <div class="buttons start">
                <button
                  type="button"
                  class="button danger-quiet"
                  onClick={() => act(identity.DELETE('/auth/sessions'), t.sessions.endedOthers)}
                >
                  {t.sessions.endOthers}
                </button>
              </div>
            )}
          </>
        )}
      </Loaded>
    </Page>
  )
}

function SessionCard({ session, onEnd }: { session: Session; onEnd: () => void }) {
  const { t, language } = useApp()
  const device = deviceOf(session.user_agent) ?? t.sessions.unknownDevice
  const facts = {
    [t.sessions.address]: session.ip ?? t.common.none,
    [t.sessions.opened]: formatTime(language, session.created_at),
    [t.sessions.lastUsed]: formatTime(language, session.last_used_at),
    [t.sessions.expires]: formatTime(language, session.expires_at),
  }
  return (
    <li class="card">
      <Icon name="screen" />
      <div>
        <h2>
          <bdi>{device}</bdi>
          {session.current && <span class="badge good">{t.sessions.current}</span>}
          {session.remember_me && <span class="badge">{t.sessions.remembered}</span>}
          {session.impersonated_by && <span class="badge warn">{t.sessions.impersonated}</span>}
        </h2>
        <dl>
          {Object.entries(facts).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ))}
        </dl>
      </div>
      {!session.current && (
        <button type="button" class="button" aria-label={t.sessions.endNamed(device)} onClick={onEnd}>
          {t.sessions.end}
        </button>
      )}
    </li>
  )
}
