-- Hits are counted by version of a rule: one that was rewritten begins anew, and one that was moved
-- keeps its own. Version 0: what was counted before, or what is no rule.
ALTER TABLE hit_count RENAME TO old_hit_count;
CREATE TABLE hit_count (
  decided_by     TEXT NOT NULL,
  version        INTEGER NOT NULL,
  verdict        INTEGER NOT NULL CHECK (verdict IN (0, 1, 2)),
  count          INTEGER NOT NULL CHECK (count > 0),
  last           INTEGER NOT NULL,  -- time
  first_revision INTEGER NOT NULL,  -- the first under which it decided; 0: not known
  PRIMARY KEY (decided_by, version, verdict)
) STRICT, WITHOUT ROWID;
INSERT INTO hit_count SELECT decided_by, 0, verdict, count, last, 0 FROM old_hit_count;
DROP TABLE old_hit_count;

ALTER TABLE hit_slot RENAME TO old_hit_slot;
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
INSERT INTO hit_slot
  SELECT slot, decided_by, 0, verdict, count, would_differ, last FROM old_hit_slot;
DROP TABLE old_hit_slot;
