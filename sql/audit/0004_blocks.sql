-- Decisions as blocks of columns: ten times cheaper to write than rows with an index, a ninth of the
-- size, and a question reads the columns that it is about. `decision` keeps what earlier
-- versions wrote until the writer opens the file, which moves it into blocks.
DROP INDEX decision_by_time;

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
