/** What must hold in the database at any moment, whatever was cut off: each act whole, each with its event. */
import { sql } from 'kysely'
import type { Database } from '../../src/store/database.ts'

/** Each selects, as text, what breaks the rule that it is named by. */
const rules = {
  'a session has the event of its sign-in': sql`
    select s.id::text as broken from sessions s where not exists (
      select from events where type = 'sign_in' and outcome = 'success' and session_id = s.id)`,
  'the event of a sign-in has its session, unless an event tells its end': sql`
    select e.session_id::text as broken from events e
    where type = 'sign_in' and outcome = 'success' and not exists (select from sessions where id = e.session_id)
      and not exists (select from events t where t.details -> 'ended_sessions' ? e.session_id::text)`,
  'sign-ins are counted as they are told': sql`
    select u.id::text as broken from users u where login_count <> (
      select count(*) from events where type = 'sign_in' and outcome = 'success' and subject_id = u.id)`,
  'edits are told, each once': sql`
    select u.id::text as broken from users u where version - 1 <> (
      select count(*) from events where type in ('profile_changed', 'user_edited') and subject_id = u.id)`,
  'the last edit by the administration is what stands': sql`
    select u.id::text as broken from users u where phone is distinct from (
      select details -> 'after' ->> 'phone' from events where type = 'user_edited' and subject_id = u.id
      order by id desc limit 1)`,
  'no session is older than the last reset': sql`
    select s.id::text as broken from sessions s join events e on e.subject_id = s.user_id
    where e.type = 'password_reset' and s.created_at < e.at`,
  'a reset is told by one event and one mail': sql`
    select u.id::text as broken from users u where
      (select count(*) from events where type = 'password_reset' and subject_id = u.id) <>
      (select count(*) from mails where kind = 'password_changed' and user_id = u.id)`,
  'a created user has the event, the role and the mail': sql`
    select u.id::text as broken from users u where email like 'new.%' and (
      not exists (select from events where type = 'user_created' and subject_id = u.id)
      or not exists (select from user_roles where user_id = u.id)
      or not exists (select from mails where kind = 'welcome' and user_id = u.id))`,
  'the event of a creation has its user': sql`
    select e.subject_id::text as broken from events e
    where type = 'user_created' and not exists (select from users where id = e.subject_id)`,
  'a mail that waits has its job': sql`
    select m.id::text as broken from mails m where state = 'queued' and not exists (
      select from graphile_worker._private_jobs where payload ->> 'mail_id' = m.id::text)`,
  'an event is sealed or waits for it': sql`
    select e.id::text as broken from events e where
      (select count(*) from unsealed_events where event_id = e.id) +
      (select count(*) from event_seals where event_id = e.id) <> 1`,
  'what is sealed or waits for it is an event': sql`
    select event_id::text as broken from (select event_id from unsealed_events union all select event_id from event_seals) s
    where not exists (select from events where id = event_id)`,
}

/** @returns what is broken, in words. */
export async function findBroken(db: Database): Promise<string[]> {
  const broken: string[] = []
  for (const [rule, query] of Object.entries(rules)) {
    const { rows } = await query.execute(db)
    broken.push(...rows.map((row) => `${rule}: ${(row as { broken: string }).broken}`))
  }
  return broken
}
