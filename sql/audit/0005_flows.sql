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
  reason                    INTEGER CHECK (reason IN (0, 1, 2, 3))  -- timeout, closed, reset, removed
) STRICT;
