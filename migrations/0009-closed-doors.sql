-- Two ways around what the database is to guarantee.

-- PostgreSQL looks for tables and types among a session's temporary ones first, unless the search path names these last:
-- a stolen runtime role could have put a type `text` there whose check ran as the owner.
-- allow unjudged: both name in full whatever they use
ALTER FUNCTION ensure_event_partition(date) SET search_path = pg_catalog, pg_temp;
-- allow unjudged: as above
ALTER FUNCTION reserve_user_ids(bigint) SET search_path = pg_catalog, pg_temp;

-- The ids of users who were deleted, kept when retention has dropped the events that tell of it: no id ever names a
-- second person. Written by a trigger, so that no way of deleting a user passes it by.
CREATE TABLE deleted_users (
  id bigint PRIMARY KEY
);
CREATE FUNCTION note_deleted_user() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.deleted_users (id) VALUES (OLD.id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
-- allow unjudged: the release before deletes as ever, and what it deletes is noted, too
CREATE TRIGGER deleted_users_stay_known AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION note_deleted_user();
-- After the trigger, whose lock has let every deletion before it finish.
INSERT INTO deleted_users (id)
  SELECT DISTINCT subject_id FROM events WHERE type = 'user_deleted' AND outcome = 'success' AND subject_id IS NOT NULL;
