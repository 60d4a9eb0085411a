-- What impersonation and the revocation feed stand on.

-- A session opened by impersonation goes with the session of whoever opened it, however that one ends.
-- impersonated_by: the user behind it; opened_by_session: the session that they opened it from.
-- allow stricter: the release before writes neither column, and two NULLs pass
-- allow long-lock: one scan of the sessions of thirty days at most
ALTER TABLE sessions
  ADD COLUMN impersonated_by bigint,
  ADD COLUMN opened_by_session uuid REFERENCES sessions ON DELETE CASCADE,
  ADD CONSTRAINT sessions_impersonation CHECK ((impersonated_by IS NULL) = (opened_by_session IS NULL));
-- allow long-lock: one scan of the sessions of thirty days at most, and nothing to put into the index yet
CREATE INDEX sessions_opened_by ON sessions (opened_by_session) WHERE opened_by_session IS NOT NULL;

-- Does this event revoke access tokens? Judged by the sealer. What is there already revokes nothing that still lives;
-- NULL: sealed by the release before this one, so the feed looks for itself.
ALTER TABLE event_seals ADD COLUMN revokes boolean DEFAULT false;
-- allow stricter: the column takes NULL, which is what the release before writes from here on
ALTER TABLE event_seals ALTER COLUMN revokes DROP DEFAULT;
-- allow long-lock: only the sealer waits, and nothing goes into the index yet
CREATE INDEX event_seals_revoking ON event_seals (position) WHERE revokes IS NOT FALSE;
-- allow long-lock: only the sealer waits, and nothing goes into the index yet
CREATE INDEX event_seals_revoking_at ON event_seals (event_at) WHERE revokes IS NOT FALSE;
