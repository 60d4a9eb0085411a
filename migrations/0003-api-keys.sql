-- Keys by which other services call this one.

-- What a key is and may do, apart from its secrets: a key keeps its id when its secret is replaced.
CREATE TABLE api_keys (
  id                uuid PRIMARY KEY,        -- also the client id of its access tokens
  serial            bigint GENERATED ALWAYS AS IDENTITY UNIQUE, -- the order in which keys were made; lists page by it
  name              text NOT NULL,
  description       text NOT NULL DEFAULT '',
  permissions       text[] NOT NULL,
  allowed_addresses text[] NOT NULL DEFAULT '{}', -- addresses and networks in CIDR notation; none: from everywhere
  created_by        bigint NOT NULL,         -- no foreign key: the list tells who made a key also when they are gone
  created_at        timestamptz NOT NULL,
  expires_at        timestamptz,
  revoked_at        timestamptz,             -- a revoked key stays listed
  last_used_at      timestamptz,             -- up to a minute behind
  last_used_ip      inet
);
CREATE INDEX api_keys_expiry ON api_keys (expires_at) WHERE revoked_at IS NULL;

-- The secrets of a key: the current one and, for the length of an overlap, those before it. Each is bounded by what its
-- issuer holds: whoever made the key or, later, whoever regenerated it, and so has seen this secret.
CREATE TABLE api_key_secrets (
  api_key_id  uuid NOT NULL REFERENCES api_keys ON DELETE CASCADE,
  generation  integer NOT NULL,
  hash        bytea NOT NULL UNIQUE,         -- SHA-256 of the key: 238 random bits need no slow hash
  hint        text NOT NULL,                 -- its first random characters, to tell keys apart in a list
  issued_by   bigint NOT NULL,               -- no foreign key: nobody's secret is bounded by nothing
  created_at  timestamptz NOT NULL,
  valid_until timestamptz,                   -- null: the current one
  PRIMARY KEY (api_key_id, generation)
);
