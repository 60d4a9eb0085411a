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

  -- The log: written once, never changed, never deleted.
  EXECUTE 'GRANT SELECT, INSERT ON events, event_seals TO ' || runtime;
  EXECUTE 'GRANT SELECT, INSERT, DELETE ON unsealed_events TO ' || runtime;
  EXECUTE 'GRANT EXECUTE ON FUNCTION ensure_event_partition(date) TO ' || runtime;

  EXECUTE 'GRANT EXECUTE ON FUNCTION reserve_user_ids(bigint) TO ' || runtime;

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
REVOKE EXECUTE ON FUNCTION ensure_event_partition(date) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION reserve_user_ids(bigint) FROM PUBLIC;
