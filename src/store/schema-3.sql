-- In which language an answer was told, so that a correction speaks the same.
ALTER TABLE told ADD COLUMN language TEXT;

-- Who says that a check is about another claim than what was asked, and by what that is known: for
-- as long as posts are kept. Of what was asked, no word.
ALTER TABLE feedback ADD COLUMN reader TEXT;      -- a name under a secret
ALTER TABLE feedback ADD COLUMN sketch BLOB;
ALTER TABLE feedback ADD COLUMN confidence REAL;  -- what the matcher had said
CREATE INDEX feedback_review ON feedback (review_id);
CREATE INDEX queue_review ON queue (review_id);
