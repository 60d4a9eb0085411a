-- What the runtime role may do. Runs at the end of every migration, so it always describes all of the schema, and a
-- newly named runtime role gets its rights. The setting omnicrm.runtime_role names the role.
DO $$
DECLARE
  runtime text := quote_ident(current_setting('omnicrm.runtime_role'));
  relation text;
BEGIN
  EXECUTE 'GRANT USAGE ON SCHEMA public TO ' || runtime;

  FOREACH relation IN ARRAY ARRAY['users', 'user_roles', 'backup_codes', 'sessions', 'steps', 'attempts', 'roles', 'secret_keys', 'signing_keys', 'links', 'mails', 'api_keys', 'api_key_secrets', 'known_devices'] LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO %s', relation, runtime);
  END LOOP;
  FOREACH relation IN ARRAY ARRAY['instance', 'policy'] LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO %s', relation, runtime);
  END LOOP;

  EXECUTE 'GRANT SELECT ON schema_floor TO ' || runtime;
  EXECUTE 'GRANT SELECT, INSERT ON deleted_users TO ' || runtime;

  -- The log: written once, never changed, never deleted. Ids are the database's to give, so that nobody takes one that
  -- a later event would get. Where one role does everything, it stays the owner.
  IF current_setting('omnicrm.runtime_role') <> current_user THEN
    EXECUTE 'REVOKE ALL ON events, event_seals, event_checkpoints, event_retention FROM ' || runtime;
  END IF;
  EXECUTE 'GRANT SELECT ON events, event_seals, event_checkpoints, event_retention TO ' || runtime;
  EXECUTE format('GRANT INSERT (%s) ON events TO %s', (
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = 'events'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'id'), runtime);
  EXECUTE 'GRANT INSERT ON event_seals TO ' || runtime;
  EXECUTE 'GRANT SELECT, INSERT, DELETE ON unsealed_events TO ' || runtime;
  FOREACH relation IN ARRAY ARRAY['ensure_event_partition(date)', 'drop_events_before(timestamptz, bigint, bigint[], bytea)', 'purge_event_seals(integer)', 'reserve_user_ids(bigint)'] LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', relation);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s', relation, runtime);
  END LOOP;

  -- The queue. Its tables have row security: without a policy a worker starts and sees no jobs.
  EXECUTE 'GRANT USAGE ON SCHEMA graphile_worker TO ' || runtime;
  EXECUTE 'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA graphile_worker TO ' || runtime;
  EXECUTE 'REVOKE INSERT, UPDATE, DELETE ON graphile_worker.migrations FROM ' || runtime;
  EXECUTE 'GRANT USAGE ON ALL SEQUENCES IN SCHEMA graphile_worker TO ' || runtime;
  EXECUTE 'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA graphile_worker TO ' || runtime;
  FOR relation IN SELECT tablename FROM pg_tables WHERE schemaname = 'graphile_worker' AND rowsecurity LOOP
    EXECUTE format('DROP POLICY IF EXISTS runtime ON graphile_worker.%I', relation);
    EXECUTE format('CREATE POLICY runtime ON graphile_worker.%I TO %s USING (true) WITH CHECK (true)', relation, runtime);
  END LOOP;

  EXECUTE 'GRANT SELECT ON schema_migrations TO ' || runtime;
  EXECUTE 'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ' || runtime;
END $$;

-- Databases that were made by PostgreSQL 14 or older still let everybody create things here.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
