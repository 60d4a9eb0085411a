-- Which releases can serve this schema?
-- A release serves a schema that is newer than itself, as long as it knows the migration named here. A migration that
-- takes away what older releases use (the contract half of expand/contract) raises the floor in the same file:
--   UPDATE schema_floor SET migration = '0012-expand-something';  -- the one whose release no longer uses it
-- A release that does not know the floor does not start, and one that runs says that it is not ready.
CREATE TABLE schema_floor (
  only_row  boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  migration text NOT NULL
);
INSERT INTO schema_floor (migration) VALUES ('0007-schema-floor');
