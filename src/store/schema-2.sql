-- Version 2. Messages are named as each chat names them, not only by numbers.

DROP INDEX outbox_conversation;
ALTER TABLE outbox RENAME COLUMN message TO message_number;
ALTER TABLE outbox ADD COLUMN message TEXT;
UPDATE outbox SET message = CAST(message_number AS TEXT);
ALTER TABLE outbox DROP COLUMN message_number;
ALTER TABLE outbox RENAME COLUMN receipt TO receipt_number;
ALTER TABLE outbox ADD COLUMN receipt TEXT;
UPDATE outbox SET receipt = CAST(receipt_number AS TEXT);
ALTER TABLE outbox DROP COLUMN receipt_number;
CREATE INDEX outbox_conversation ON outbox (chat, conversation, message);

-- Claims, not messages: posts that say the same, or that the same check answers.
CREATE TABLE claim (
    id          TEXT    PRIMARY KEY,
    review_id   TEXT,                      -- the check that answers it, once there is one
    text        TEXT,                      -- a public post that makes it; none of what was private
    url         TEXT,                      -- where that post is
    language    TEXT,
    sketch      BLOB,                      -- MinHash of the first post, to know others by
    posts       INTEGER NOT NULL DEFAULT 0,
    asked       INTEGER NOT NULL DEFAULT 0,
    first_seen  INTEGER NOT NULL,
    last_seen   INTEGER NOT NULL,
    muted_until INTEGER NOT NULL DEFAULT 0,
    told_posts  INTEGER NOT NULL DEFAULT 0, -- how many there were when moderators were told last
    told_at     INTEGER NOT NULL DEFAULT 0,
    told_today  INTEGER NOT NULL DEFAULT 0, -- how often they were told on the day of told_at
    digested_at INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX claim_review ON claim (review_id);
CREATE INDEX claim_seen ON claim (last_seen);

-- Hashes of pieces of sketches: texts that are much alike share at least one.
CREATE TABLE claim_band (
    hash  INTEGER NOT NULL,
    claim TEXT    NOT NULL,
    PRIMARY KEY (hash, claim)
);
CREATE INDEX claim_band_claim ON claim_band (claim);

-- One post of a claim. Who wrote it only as a keyed hash.
CREATE TABLE claim_post (
    inbox_id TEXT    PRIMARY KEY,
    claim    TEXT    NOT NULL,
    author   TEXT,
    place    TEXT    NOT NULL,             -- the source, and the channel within it as a keyed hash
    language TEXT,
    at       INTEGER NOT NULL,             -- when it was published
    seen_at  INTEGER NOT NULL              -- when we took it in
);
CREATE INDEX claim_post_claim ON claim_post (claim, at);
CREATE INDEX claim_post_seen ON claim_post (seen_at);

-- What people said of a post and a check: right or wrong. The first word counts, all are kept.
CREATE TABLE pair (
    id        TEXT    PRIMARY KEY,
    review_id TEXT    NOT NULL,
    verdict   TEXT    NOT NULL CHECK (verdict IN ('right', 'wrong')),
    sketch    BLOB    NOT NULL,
    text      TEXT,                        -- a public post that was confirmed: an alias of the check
    confidence REAL   NOT NULL,            -- what the matcher had said
    at        INTEGER NOT NULL
);
CREATE INDEX pair_review ON pair (review_id, verdict);
CREATE TABLE pair_band (
    hash INTEGER NOT NULL,
    pair TEXT    NOT NULL,
    PRIMARY KEY (hash, pair)
);
CREATE INDEX pair_band_pair ON pair_band (pair);

-- What waits for a moderator, and what became of it.
CREATE TABLE queue (
    id         TEXT    PRIMARY KEY,
    kind       TEXT    NOT NULL CHECK (kind IN ('match', 'not-same', 'report')),
    claim      TEXT,
    review_id  TEXT,
    inbox_id   TEXT,                       -- the post, as long as that is kept
    confidence REAL,
    text       TEXT,                       -- what it is about, if that was public
    url        TEXT,
    sketch     BLOB,
    state      TEXT    NOT NULL CHECK (state IN ('open', 'right', 'wrong', 'closed')),
    at         INTEGER NOT NULL,
    decided_at INTEGER
);
CREATE INDEX queue_state ON queue (state, at);
CREATE INDEX queue_claim ON queue (claim, review_id);

-- Who did what, when: never changed, only added to. Who only as a keyed hash.
CREATE TABLE audit (
    id      TEXT    PRIMARY KEY,
    at      INTEGER NOT NULL,
    actor   TEXT    NOT NULL,
    action  TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    effect  TEXT    NOT NULL               -- done, or what was done before
);
CREATE INDEX audit_at ON audit (at);

-- Questions that nothing was found for: kept for a while, longer where the reader asked to be told.
CREATE TABLE question (
    inbox_id     TEXT    PRIMARY KEY,
    claim        TEXT,
    chat         TEXT    NOT NULL,
    conversation TEXT    NOT NULL,
    reply_to     TEXT    NOT NULL,         -- ReplyTo as JSON
    post         TEXT    NOT NULL,         -- Post as JSON
    language     TEXT    NOT NULL,         -- in which it was answered
    state        TEXT    NOT NULL CHECK (state IN ('kept', 'awaited', 'told')),
    at           INTEGER NOT NULL,
    until        INTEGER NOT NULL,
    excluded     TEXT    NOT NULL DEFAULT '[]', -- checks its reader called another claim, as JSON
    since        INTEGER                   -- changes it was not compared with yet come after this;
                                           -- null: after the cursor 'followed' in meta
);
CREATE INDEX question_conversation ON question (chat, conversation);
CREATE INDEX question_state ON question (state, until);
CREATE INDEX question_late ON question (state) WHERE since IS NOT NULL;

-- How far changes of checks were compared with questions, and with what was told.
INSERT INTO meta (name, value)
    SELECT 'followed', CAST(coalesce(max(sequence), 0) AS TEXT) FROM review;
INSERT INTO meta (name, value)
    SELECT 'corrected', CAST(coalesce(max(sequence), 0) AS TEXT) FROM review;

-- Which check an answer tells at present, so that a correction reaches who was told.
CREATE TABLE told (
    outbox_id TEXT NOT NULL,
    review_id TEXT NOT NULL,
    rating    TEXT,                        -- the verdict as it was told
    PRIMARY KEY (outbox_id, review_id)
);
CREATE INDEX told_review ON told (review_id);

-- Pages of told checks that answered that they are gone.
CREATE TABLE missing_page (
    review_id  TEXT    PRIMARY KEY,
    since      INTEGER NOT NULL,           -- first such answer
    checked_at INTEGER NOT NULL
);

-- How each source of posts fares, beside what `source` holds.
CREATE TABLE source_health (
    name        TEXT    PRIMARY KEY,
    last_post   INTEGER,                   -- when its newest post was published
    received_at INTEGER,                   -- when we got it
    posts       INTEGER NOT NULL DEFAULT 0,
    empty       INTEGER NOT NULL DEFAULT 0, -- posts without a text, a date or an address
    malformed   INTEGER NOT NULL DEFAULT 0,
    silence_max INTEGER NOT NULL DEFAULT 0, -- longest time between two posts so far, milliseconds
    alarmed_at  INTEGER                    -- when its silence was told
);
