-- What impersonation and the revocation feed stand on.

-- A session opened by impersonation goes with the session of whoever opened it, however that one ends.
-- impersonated_by: the user behind it; opened_by_session: the session that they opened it from.
ALTER TABLE sessions
  ADD COLUMN impersonated_by bigint,
  ADD COLUMN opened_by_session uuid REFERENCES sessions ON DELETE CASCADE,
  ADD CONSTRAINT sessions_impersonation CHECK ((impersonated_by IS NULL) = (opened_by_session IS NULL));
CREATE INDEX sessions_opened_by ON sessions (opened_by_session) WHERE opened_by_session IS NOT NULL;

-- Does this event revoke access tokens? Judged by the sealer. What is there already revokes nothing that still lives;
-- NULL: sealed by the release before this one, so the feed looks for itself.
ALTER TABLE event_seals ADD COLUMN revokes boolean DEFAULT false;
ALTER TABLE event_seals ALTER COLUMN revokes DROP DEFAULT;
CREATE INDEX event_seals_revoking ON event_seals (position) WHERE revokes IS NOT FALSE;
CREATE INDEX event_seals_revoking_at ON event_seals (event_at) WHERE revokes IS NOT FALSE;
