-- In which language an answer was told, so that a correction speaks the same.
ALTER TABLE told ADD COLUMN language TEXT;

-- Whose words a claim has, and whose post was decided about: the row in the inbox. If that post is
-- taken back, its words go here as well.
ALTER TABLE claim ADD COLUMN text_of TEXT;
ALTER TABLE pair ADD COLUMN inbox_id TEXT;
UPDATE pair SET inbox_id = (SELECT inbox_id FROM queue WHERE queue.id = pair.id);
CREATE INDEX pair_inbox ON pair (inbox_id);
CREATE INDEX queue_inbox ON queue (inbox_id);
CREATE INDEX outbox_inbox ON outbox (inbox_id);

-- Groups whose admins want posts answered that nobody asked about, and since when; `was` is the
-- identifier under which they said so.
ALTER TABLE setting ADD COLUMN listening INTEGER NOT NULL DEFAULT 0;
ALTER TABLE setting ADD COLUMN listening_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE setting ADD COLUMN was TEXT;

-- Answers of the outbox that nobody asked for.
CREATE TABLE unasked (outbox_id TEXT PRIMARY KEY);
