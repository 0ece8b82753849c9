-- What shows that nothing in the log was altered or removed. common/store/audit_chain.h says what
-- each digest (SHA-256) is of.

-- A link follows the one before it, whose digest is in its own.
CREATE TABLE link (
  number      INTEGER PRIMARY KEY,  -- 1, 2, 3 ...
  time        INTEGER NOT NULL,     -- when it was made
  kind        INTEGER NOT NULL CHECK (kind IN (0, 1, 2)),  -- chain starts, decisions, chain stops
  first_id    INTEGER UNIQUE,       -- of its decisions, if it has any
  end_id      INTEGER NOT NULL,     -- behind the last decision so far
  decisions   BLOB NOT NULL,        -- digest
  last_event  INTEGER NOT NULL,     -- event.id, with those since the link before
  event_count INTEGER NOT NULL,
  events      BLOB NOT NULL,        -- digest
  flows       BLOB NOT NULL,        -- digest of flow_parts
  kept_id     INTEGER NOT NULL,     -- as `kept` was
  kept_event  INTEGER NOT NULL,
  digest      BLOB NOT NULL,
  flow_parts  BLOB  -- by block: first_id, how many, digest; NULL: gone with the link's decisions
) STRICT;

-- What was before these was dropped because of its age or the size of the log. One row.
CREATE TABLE kept (
  first_id INTEGER NOT NULL,  -- of a decision
  event_id INTEGER NOT NULL
) STRICT;
INSERT INTO kept
  SELECT min(coalesce((SELECT min(first_id) FROM block), 1 << 62),
             coalesce((SELECT min(id) FROM decision), 1 << 62)),
         coalesce((SELECT min(id) FROM event), 1);
UPDATE kept SET first_id = 1 WHERE first_id = 1 << 62;

-- The link that covers each part of what is known of a flow; NULL: none.
ALTER TABLE flow ADD COLUMN original_link INTEGER;
ALTER TABLE flow ADD COLUMN translated_link INTEGER;
ALTER TABLE flow ADD COLUMN end_link INTEGER;
-- Flows with parts that the next link will cover.
CREATE TABLE flow_to_link (
  id INTEGER PRIMARY KEY  -- flow.id
) STRICT;
