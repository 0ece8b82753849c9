-- What the window's figures need, so that they do not read every decision.

-- With the verdicts, so that a histogram is read from the index alone.
DROP INDEX decision_by_time;
CREATE INDEX decision_by_time ON decision (time, verdict, pending_verdict);

-- Decisions of each decider in each quarter of an hour: slot = time / 900000000000.
CREATE TABLE hit_slot (
  slot         INTEGER NOT NULL,
  decided_by   TEXT NOT NULL,
  verdict      INTEGER NOT NULL CHECK (verdict IN (0, 1, 2)),
  count        INTEGER NOT NULL CHECK (count > 0),
  would_differ INTEGER NOT NULL,  -- of these: staged policies would give another verdict
  last         INTEGER NOT NULL,  -- time
  PRIMARY KEY (slot, decided_by, verdict)
) STRICT, WITHOUT ROWID;
INSERT INTO hit_slot
  SELECT time / 900000000000, decided_by, verdict, count(*),
         count(CASE WHEN pending_verdict <> verdict THEN 1 END), max(time)
  FROM decision GROUP BY 1, 2, 3;

-- The first decision about each source, destination and service.
CREATE TABLE pair (
  source           BLOB NOT NULL,
  destination      BLOB NOT NULL,
  protocol         INTEGER NOT NULL,
  destination_port INTEGER NOT NULL,
  first_id         INTEGER NOT NULL,  -- decision.id
  PRIMARY KEY (source, destination, protocol, destination_port)
) STRICT, WITHOUT ROWID;
INSERT INTO pair
  SELECT source, destination, protocol, destination_port, min(id)
  FROM decision GROUP BY 1, 2, 3, 4;
CREATE INDEX pair_by_first_id ON pair (first_id);
