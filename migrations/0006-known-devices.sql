-- Throttling that cannot be turned on the victim: browsers that have signed in before, and counts with a ceiling.

-- What has signed in to an account, from where. The cookie of a known browser is derived from the id, never stored.
CREATE TABLE known_devices (
  id           uuid PRIMARY KEY,
  user_id      bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  user_agent   text,
  network      text NOT NULL,            -- as throttles count sources: IPv6 by /64
  created_at   timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL      -- the last finished sign-in
);
CREATE INDEX known_devices_user ON known_devices (user_id, last_used_at);
CREATE INDEX known_devices_unused ON known_devices (last_used_at);

-- The device that a sign-in under way is to make known, or has come with.
ALTER TABLE steps ADD COLUMN device_id uuid;

ALTER TABLE attempts
  ADD COLUMN in_a_row integer NOT NULL DEFAULT 0, -- towards the ceiling: ended by a success or a release, not by time
  ADD COLUMN locked_at timestamptz,               -- the ceiling was reached: no try is heard until someone releases it
  ADD COLUMN recent_until timestamptz,            -- from here on the free failures are back (null: from forget_at on)
  ADD COLUMN device_id uuid REFERENCES known_devices ON DELETE CASCADE,
  ALTER COLUMN forget_at DROP NOT NULL;           -- the row goes here; null: not by time
-- allow long-lock: the table holds a day's failures, seconds of work at most
CREATE INDEX attempts_device ON attempts (device_id) WHERE device_id IS NOT NULL;
-- allow long-lock: the table holds a day's failures, seconds of work at most
CREATE INDEX attempts_locked ON attempts (user_id) WHERE locked_at IS NOT NULL;
-- allow long-lock: the table holds a day's failures, seconds of work at most
CREATE INDEX attempts_blocked ON attempts (blocked_until) WHERE user_id IS NOT NULL;
-- allow long-lock: the table holds a day's failures, seconds of work at most
CREATE INDEX attempts_nobody ON attempts (last_failure_at) WHERE user_id IS NULL;
