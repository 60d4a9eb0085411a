-- A refresh writes its session in place. What it changes is in no index from here on, but for the key's id when keys
-- rotate: before, each refresh put the row into every index of the table anew, and logged their pages.

CREATE INDEX IF NOT EXISTS sessions_owner ON sessions (user_id);
-- What is over is purged at its absolute limit, which never changes.
CREATE INDEX IF NOT EXISTS sessions_absolute_limit ON sessions (absolute_limit_at);
-- allow drop: sessions_owner finds the same rows, a hundred of one user at most that stand, put in order when read
DROP INDEX sessions_user;
-- allow drop: the release before purges by a scan, once a minute, until its last replica is gone
DROP INDEX sessions_expiry;

-- Room on each new page for the rows that change.
ALTER TABLE sessions SET (fillfactor = 90);
