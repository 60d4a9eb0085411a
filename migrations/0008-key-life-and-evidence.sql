-- What key rotation and the evidence of the log of events stand on.

-- Which key of two is the newer one: values are re-encrypted towards newer keys only, so that replicas which disagree on
-- the first key (while a new setting is rolled out) do not undo each other's work.
-- allow long-lock: a handful of rows
ALTER TABLE secret_keys ADD COLUMN ordinal bigint GENERATED ALWAYS AS IDENTITY;

-- As before, with the id: re-encryption walks through them in pages.
CREATE INDEX IF NOT EXISTS users_totp_key_page ON users (split_part(totp_secret, '.', 2), id) WHERE totp_secret IS NOT NULL;
CREATE INDEX IF NOT EXISTS users_totp_pending_key_page ON users (split_part(totp_pending, '.', 2), id) WHERE totp_pending IS NOT NULL;
-- allow drop: the new ones answer what was asked of the old ones
DROP INDEX users_totp_key;
-- allow drop: as above
DROP INDEX users_totp_pending_key;

-- One row, written by the owner's `migrate` only: how old events must be, in days, before the runtime role can have them
-- dropped. Null: never.
CREATE TABLE event_retention (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  days     integer CHECK (days >= 30)
);
INSERT INTO event_retention DEFAULT VALUES;

-- Where the chain of digests starts after retention has dropped what was before. The last row counts; none is replaced,
-- so that a forged one cannot hide a genuine one.
CREATE TABLE event_checkpoints (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  position       bigint NOT NULL,        -- events up to this position are gone
  digest         bytea NOT NULL,         -- of this position
  gaps           bigint[] NOT NULL,      -- later positions whose events are gone too: sealed late, dated before
  dropped_before timestamptz NOT NULL,
  mac            bytea NOT NULL,         -- over all of the above, by a key that the database does not hold in clear
  created_at     timestamptz NOT NULL DEFAULT now()
);

-- The next position is the only one that may be given, so nobody can make the sealer go on from somewhere else.
CREATE FUNCTION check_next_seals() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  first_position bigint;
  last_position bigint;
  seals bigint;
BEGIN
  SELECT min(position), max(position), count(*) INTO first_position, last_position, seals FROM new_seals;
  IF seals = 0 THEN RETURN NULL; END IF;
  IF last_position - first_position + 1 <> seals OR first_position <> 1 + coalesce(
    (SELECT max(position) FROM public.event_seals WHERE position < first_position),
    (SELECT max(position) FROM public.event_checkpoints), 0)
  THEN
    RAISE EXCEPTION 'seals must take the next positions' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
-- allow unjudged: whoever seals takes the next positions
CREATE TRIGGER next_seals_only AFTER INSERT ON event_seals REFERENCING NEW TABLE AS new_seals
  FOR EACH STATEMENT EXECUTE FUNCTION check_next_seals();

-- Seals follow the chain's own key from here on: what was sealed before is sealed anew, in the order of its ids.
INSERT INTO unsealed_events (event_id, event_at) SELECT event_id, event_at FROM event_seals ON CONFLICT DO NOTHING;
-- allow long-lock: no release has sealed events before this one
DELETE FROM event_seals;

-- Drops all events dated before a month's start, which must be sealed and older than the owner permits. Their seals go
-- afterwards (purge_event_seals), so that nobody waits for that. The runtime role may call it without the right to delete.
-- anchor: the position after which verification is to start; its MAC is the caller's business.
CREATE FUNCTION drop_events_before(boundary timestamptz, anchor bigint, gaps bigint[], mac bytea) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  permitted integer := (SELECT days FROM public.event_retention);
  anchor_digest bytea;
  dropped bigint;
  partition text;
BEGIN
  IF boundary <> date_trunc('month', boundary) THEN
    RAISE EXCEPTION 'events are dropped by whole months' USING ERRCODE = 'check_violation';
  END IF;
  IF permitted IS NULL OR boundary > now() - make_interval(days => permitted) THEN
    RAISE EXCEPTION 'these events must be kept' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM public.events WHERE at < boundary) THEN RETURN 0; END IF;
  IF anchor IS DISTINCT FROM (SELECT coalesce(
    (SELECT min(position) - 1 FROM public.event_seals WHERE event_at >= boundary),
    (SELECT max(position) FROM public.event_seals),
    (SELECT max(position) FROM public.event_checkpoints)))
  THEN
    RAISE EXCEPTION 'the anchor is not the last position before this moment' USING ERRCODE = 'check_violation';
  END IF;
  IF EXISTS (SELECT 1 FROM public.unsealed_events WHERE event_at < boundary)
    OR EXISTS (SELECT 1 FROM public.events e WHERE e.at < boundary AND NOT EXISTS (
      SELECT 1 FROM public.event_seals s WHERE s.event_id = e.id AND s.event_at = e.at))
  THEN
    RAISE EXCEPTION 'not all of these events are sealed' USING ERRCODE = 'check_violation';
  END IF;
  anchor_digest := coalesce(
    (SELECT digest FROM public.event_seals WHERE position = anchor),
    (SELECT digest FROM public.event_checkpoints WHERE position = anchor ORDER BY id LIMIT 1),
    decode(repeat('00', 32), 'hex'));
  INSERT INTO public.event_checkpoints (position, digest, gaps, dropped_before, mac)
  VALUES (anchor, anchor_digest, gaps, boundary, mac);

  SELECT count(*) INTO dropped FROM public.events WHERE at < boundary;
  DELETE FROM public.events_default WHERE at < boundary;
  FOR partition IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'public.events'::regclass AND c.relname ~ '^events_\d{4}_\d{2}$'
      AND to_date(substr(c.relname, 8), 'YYYY_MM') < boundary
    ORDER BY c.relname
  LOOP
    EXECUTE format('DROP TABLE public.%I', partition);
  END LOOP;
  RETURN dropped;
END $$;

-- Deletes up to so many seals of dropped events, oldest first.
CREATE FUNCTION purge_event_seals(most integer) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH purged AS (
    DELETE FROM public.event_seals WHERE position IN (
      SELECT position FROM public.event_seals
      WHERE position <= (SELECT max(position) FROM public.event_checkpoints)
      ORDER BY position LIMIT most)
    RETURNING 1)
  SELECT count(*)::integer FROM purged
$$;
