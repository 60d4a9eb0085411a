-- What password reset, mail and administration stand on.

-- Links in mails. The id is half of what the link's token is derived from; a used link has no row.
CREATE TABLE links (
  id            uuid PRIMARY KEY,
  user_id       bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  kind          text NOT NULL CHECK (kind IN ('password_reset', 'welcome', 'email_change')),
  new_email     text,                    -- email_change: the address to confirm
  token_key_id  text NOT NULL,
  created_at    timestamptz NOT NULL,
  expires_at    timestamptz NOT NULL,
  CHECK ((kind = 'email_change') = (new_email IS NOT NULL))
);
CREATE INDEX links_user ON links (user_id);
CREATE INDEX links_expiry ON links (expires_at);
CREATE INDEX links_token_key ON links (token_key_id);

-- Mails on their way and lately gone. The queue's job names a row; recipient, locale and kind are fixed here, and the
-- worker derives the link's token when it sends. No foreign keys: a mail whose user or link has gone is dropped and counted.
CREATE TABLE mails (
  id          uuid PRIMARY KEY,
  kind        text NOT NULL,
  user_id     bigint NOT NULL,
  recipient   text NOT NULL,
  locale      text NOT NULL,
  link_id     uuid,
  parameters  jsonb NOT NULL DEFAULT '{}', -- never a secret
  state       text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'dropped', 'failed')),
  attempts    integer NOT NULL DEFAULT 0,
  uncertain   boolean NOT NULL DEFAULT false, -- an attempt ended without a clear answer: it may have been sent
  last_error  text,                        -- a short code, never a body
  created_at  timestamptz NOT NULL,
  finished_at timestamptz
);
CREATE INDEX mails_queued ON mails (created_at) WHERE state = 'queued';
CREATE INDEX mails_failed ON mails (finished_at) WHERE state = 'failed';
CREATE INDEX mails_sent ON mails (finished_at) WHERE state = 'sent';
CREATE INDEX mails_erring ON mails (created_at) WHERE last_error IS NOT NULL;
CREATE INDEX mails_finished ON mails (finished_at) WHERE finished_at IS NOT NULL;

-- Whose account a count is about, where it is somebody's.
ALTER TABLE attempts ADD COLUMN user_id bigint REFERENCES users ON DELETE CASCADE;
CREATE INDEX attempts_user ON attempts (user_id) WHERE user_id IS NOT NULL;

-- The administration's list of users: search by trigrams, and an index for each sort and each rare filter.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
ALTER TABLE users ADD COLUMN search_text text GENERATED ALWAYS AS (
  lower(first_name || ' ' || last_name || ' ' || email || ' ' || coalesce(phone, ''))) STORED;
-- How many rows a search will find is estimated from a sample of the texts; a hundred are too few to tell 1 in 100 from
-- 1 in 10,000, and these two want different plans.
ALTER TABLE users ALTER COLUMN search_text SET STATISTICS 1000;
CREATE INDEX users_search ON users USING gin (search_text gin_trgm_ops);
CREATE INDEX users_created ON users (created_at, id);
CREATE INDEX users_last_login ON users ((coalesce(last_login_at, '1970-01-01 00:00:00+00'::timestamptz)), id);
CREATE INDEX users_inactive ON users (id) WHERE NOT active;
CREATE INDEX users_with_second_factor ON users (id) WHERE totp_secret IS NOT NULL;
CREATE INDEX users_never_signed_in ON users (id) WHERE login_count = 0;
CREATE INDEX user_roles_role_user ON user_roles (role_name, user_id);
DROP INDEX user_roles_role;
