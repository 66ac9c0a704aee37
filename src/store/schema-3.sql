-- In which language an answer was told, so that a correction speaks the same.
ALTER TABLE told ADD COLUMN language TEXT;

-- Whose words a claim has, and whose post was decided about: the row in the inbox. If that post is
-- taken back, its words go here as well.
ALTER TABLE claim ADD COLUMN text_of TEXT;
ALTER TABLE pair ADD COLUMN inbox_id TEXT;
UPDATE pair SET inbox_id = (SELECT inbox_id FROM queue WHERE queue.id = pair.id);
CREATE INDEX claim_text_of ON claim (text_of) WHERE text_of IS NOT NULL;
CREATE INDEX pair_inbox ON pair (inbox_id);
CREATE INDEX queue_inbox ON queue (inbox_id);
CREATE INDEX outbox_inbox ON outbox (inbox_id);

-- By what a post is known that its author may change, as a name under a secret.
ALTER TABLE claim_post ADD COLUMN post TEXT;
CREATE INDEX claim_post_post ON claim_post (post) WHERE post IS NOT NULL;

-- Groups whose admins want posts answered that nobody asked about, and since when; `was` is the
-- identifier under which they said so.
ALTER TABLE setting ADD COLUMN listening INTEGER NOT NULL DEFAULT 0;
ALTER TABLE setting ADD COLUMN listening_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE setting ADD COLUMN was TEXT;

-- Answers of the outbox that nobody asked for.
CREATE TABLE unasked (outbox_id TEXT PRIMARY KEY);

-- Who says that a check is about another claim than what was asked, and by what that is known: for
-- as long as posts are kept. Of what was asked, no word.
ALTER TABLE feedback ADD COLUMN reader TEXT;      -- a name under a secret
ALTER TABLE feedback ADD COLUMN sketch BLOB;
ALTER TABLE feedback ADD COLUMN confidence REAL;  -- what the matcher had said
-- Nor of what was reported, nor where.
UPDATE feedback SET conversation = '', text = NULL;
CREATE INDEX feedback_review ON feedback (review_id);
CREATE INDEX queue_review ON queue (review_id);

-- Claims without a check are compared with checks that change, as questions that wait are.
ALTER TABLE claim ADD COLUMN since INTEGER;       -- changes that its last post was not compared with
                                                  -- come after this; null: after the cursor 'checked'
CREATE INDEX claim_late ON claim (since) WHERE since IS NOT NULL;
CREATE INDEX claim_unchecked ON claim (last_seen)
    WHERE review_id IS NULL AND text IS NOT NULL AND posts + asked > 1;
-- What a withdrawn check answered is a gap again.
UPDATE claim SET review_id = NULL WHERE review_id NOT IN (SELECT id FROM review WHERE withdrawn = 0);
INSERT INTO meta (name, value)
    SELECT 'checked', CAST(coalesce(max(sequence), 0) AS TEXT) FROM review;

-- The check that moderators were told of with a claim, and its verdict then, so that they hear if
-- that changes.
ALTER TABLE claim ADD COLUMN told_review TEXT;
ALTER TABLE claim ADD COLUMN told_rating TEXT;
ALTER TABLE claim ADD COLUMN told_late INTEGER NOT NULL DEFAULT 0; -- 1: that it changed is to be told
UPDATE claim SET told_review = review_id,
    told_rating = (SELECT json_extract(document, '$.reviewRating.alternateName') FROM review
                   WHERE review.id = claim.review_id AND json_valid(document))
    WHERE told_posts > 0;
CREATE INDEX claim_told ON claim (told_review) WHERE told_review IS NOT NULL;
CREATE INDEX claim_told_late ON claim (told_late) WHERE told_late = 1;
INSERT INTO meta (name, value)
    SELECT 'revised', CAST(coalesce(max(sequence), 0) AS TEXT) FROM review;
