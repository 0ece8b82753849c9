-- Sums of packets that the kernel denied by itself, as the decision that the row repeats.
--
-- 0: one decision. Else so many packets from whatever source: `source` is all zeros then.
ALTER TABLE decision ADD COLUMN repeats INTEGER NOT NULL DEFAULT 0 CHECK (repeats >= 0);
