-- What all migrations of audit.db add up to, for reading; a test compares. Never executed by the
-- programs: change the schema with a new numbered file beside this one, then change this.

PRAGMA application_id = 1196908917;  -- 'GWau'
PRAGMA user_version = 7;

-- audit.db: what the engine decided, flow by flow, and what happened to the daemon meanwhile.
--
-- Names are as of the revision, so a row says the same for ever. Times are nanoseconds since 1970
-- in UTC: datetime(time / 1000000000, 'unixepoch'). Addresses are 4 or 16 bytes in network order:
-- hex(source). An empty text is "none".

-- Of versions 1 to 3. The writer moves it into blocks when it opens the file.
CREATE TABLE decision (
  id                 INTEGER PRIMARY KEY,  -- grows with time
  time               INTEGER NOT NULL,
  hook               INTEGER NOT NULL CHECK (hook IN (0, 1, 2)),  -- 0 input, 1 forward, 2 output
  in_interface       TEXT NOT NULL,
  out_interface      TEXT NOT NULL,
  protocol           INTEGER NOT NULL CHECK (protocol BETWEEN 0 AND 255),
  source             BLOB NOT NULL CHECK (length(source) IN (4, 16)),
  destination        BLOB NOT NULL CHECK (length(destination) IN (4, 16)),
  source_port        INTEGER NOT NULL CHECK (source_port BETWEEN 0 AND 65535),
  destination_port   INTEGER NOT NULL CHECK (destination_port BETWEEN 0 AND 65535),
  icmp_type          INTEGER NOT NULL CHECK (icmp_type BETWEEN 0 AND 255),
  icmp_code          INTEGER NOT NULL CHECK (icmp_code BETWEEN 0 AND 255),
  verdict            INTEGER NOT NULL CHECK (verdict IN (0, 1, 2)),  -- 0 none, 1 allow, 2 deny
  rejected           INTEGER NOT NULL CHECK (rejected IN (0, 1)),
  decided_by         TEXT NOT NULL,  -- 'policy:web/ingress/0'
  tier               TEXT NOT NULL,
  in_endpoint        TEXT NOT NULL,
  out_endpoint       TEXT NOT NULL,
  revision           INTEGER NOT NULL,
  generation         INTEGER NOT NULL,
  redecided          INTEGER NOT NULL CHECK (redecided IN (0, 1)),
  -- With every staged policy enforced; NULL: the same as `verdict` and `decided_by`.
  pending_verdict    INTEGER CHECK (pending_verdict IN (0, 1, 2)),
  pending_decided_by TEXT,
  logs               TEXT,  -- Log rules reached, one a line
  -- 0: one decision. Else so many packets from whatever source: `source` is all zeros then.
  repeats            INTEGER NOT NULL DEFAULT 0 CHECK (repeats >= 0),
  CHECK ((pending_verdict IS NULL) = (pending_decided_by IS NULL))
) STRICT;

-- Consecutive decisions. common/store/audit_block.h says what the columns hold.
CREATE TABLE block (
  first_id  INTEGER PRIMARY KEY,  -- of its first decision, 1 and more; the others follow
  count     INTEGER NOT NULL CHECK (count > 0),
  oldest    INTEGER NOT NULL,  -- time; clocks go back, so these say nothing about other blocks
  newest    INTEGER NOT NULL,
  decisions INTEGER NOT NULL CHECK (decisions >= count),  -- with the packets of sums
  columns   BLOB  -- all columns, as long as the block is open; NULL: sealed, see block_column
) STRICT;
CREATE TABLE block_column (
  id   INTEGER PRIMARY KEY,  -- block.first_id * 16 + number of the column
  data BLOB NOT NULL
) STRICT;

-- How flows ended and where their addresses were translated, as connection tracking tells.
CREATE TABLE flow (
  id                        INTEGER PRIMARY KEY,  -- of the last decision about it
  original_destination      BLOB CHECK (length(original_destination) IN (4, 16)),  -- before DNAT
  original_destination_port INTEGER,
  translated_source         BLOB CHECK (length(translated_source) IN (4, 16)),  -- after SNAT
  translated_source_port    INTEGER,
  ended                     INTEGER,  -- time of the last packet; NULL: not that we know
  duration                  INTEGER,  -- nanoseconds from the first packet to the last
  packets_sent              INTEGER,  -- by the source of the flow
  bytes_sent                INTEGER,
  packets_received          INTEGER,
  bytes_received            INTEGER,
  reason                    INTEGER CHECK (reason IN (0, 1, 2, 3)),  -- timeout, closed, reset, removed
  -- The link that covers each part; NULL: none.
  original_link             INTEGER,
  translated_link           INTEGER,
  end_link                  INTEGER
) STRICT;
-- Flows with parts that the next link will cover.
CREATE TABLE flow_to_link (
  id INTEGER PRIMARY KEY  -- flow.id
) STRICT;

-- Sums over decisions that outlive them, one for each decider; of a rule, one for each version of it
-- (common/policy/rule_version.h).
CREATE TABLE hit_count (
  decided_by     TEXT NOT NULL,
  version        INTEGER NOT NULL,  -- 0: not known, or no rule
  verdict        INTEGER NOT NULL CHECK (verdict IN (0, 1, 2)),
  count          INTEGER NOT NULL CHECK (count > 0),
  last           INTEGER NOT NULL,  -- time
  first_revision INTEGER NOT NULL,  -- the first under which it decided; 0: not known
  PRIMARY KEY (decided_by, version, verdict)
) STRICT, WITHOUT ROWID;

-- Decisions of each decider in each quarter of an hour: slot = time / 900000000000.
CREATE TABLE hit_slot (
  slot         INTEGER NOT NULL,
  decided_by   TEXT NOT NULL,
  version      INTEGER NOT NULL,
  verdict      INTEGER NOT NULL CHECK (verdict IN (0, 1, 2)),
  count        INTEGER NOT NULL CHECK (count > 0),
  would_differ INTEGER NOT NULL,  -- of these: staged policies would give another verdict
  last         INTEGER NOT NULL,  -- time
  PRIMARY KEY (slot, decided_by, version, verdict)
) STRICT, WITHOUT ROWID;

-- The first decision about each source, destination and service.
CREATE TABLE pair (
  source           BLOB NOT NULL,
  destination      BLOB NOT NULL,
  protocol         INTEGER NOT NULL,
  destination_port INTEGER NOT NULL,
  first_id         INTEGER NOT NULL,  -- of that decision
  PRIMARY KEY (source, destination, protocol, destination_port)
) STRICT, WITHOUT ROWID;
CREATE INDEX pair_by_first_id ON pair (first_id);

CREATE TABLE event (
  id   INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  kind TEXT NOT NULL,  -- 'start', 'stop', 'policy', 'lost', 'error'
  text TEXT NOT NULL
) STRICT;

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
