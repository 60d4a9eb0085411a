-- What the runtime role may do. Runs at the end of every migration, so it always describes all of the schema, and a
-- newly named runtime role gets its rights. The setting omnicrm.runtime_role names the role.
DO $$
DECLARE
  runtime text := quote_ident(current_setting('omnicrm.runtime_role'));
  relation text;
BEGIN
  EXECUTE 'GRANT USAGE ON SCHEMA public TO ' || runtime;

  FOREACH relation IN ARRAY ARRAY['users', 'user_roles', 'backup_codes', 'sessions', 'steps', 'attempts', 'roles', 'secret_keys', 'signing_keys'] LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO %s', relation, runtime);
  END LOOP;
  FOREACH relation IN ARRAY ARRAY['instance', 'policy'] LOOP
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO %s', relation, runtime);
  END LOOP;

  -- The log: written once, never changed, never deleted.
  EXECUTE 'GRANT SELECT, INSERT ON events, event_seals TO ' || runtime;
  EXECUTE 'GRANT SELECT, INSERT, DELETE ON unsealed_events TO ' || runtime;
  EXECUTE 'GRANT EXECUTE ON FUNCTION ensure_event_partition(date) TO ' || runtime;

  EXECUTE 'GRANT SELECT ON schema_migrations TO ' || runtime;
  EXECUTE 'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ' || runtime;
END $$;
REVOKE EXECUTE ON FUNCTION ensure_event_partition(date) FROM PUBLIC;
