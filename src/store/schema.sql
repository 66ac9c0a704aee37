-- Version 1. Plain SQL that PostgreSQL reads as well, but for the pragmas set in code. Times are
-- milliseconds since 1970 UTC; identifiers are assigned by the program.

-- One published check in its present version.
CREATE TABLE review (
    row         INTEGER PRIMARY KEY,
    id          TEXT    NOT NULL UNIQUE,
    sequence    INTEGER NOT NULL UNIQUE,   -- rises with every change of any check
    version     INTEGER NOT NULL,
    host        TEXT,
    fingerprint TEXT    NOT NULL,
    document    TEXT    NOT NULL,          -- ClaimReview as JSON
    trust       TEXT    NOT NULL CHECK (trust IN ('starter', 'gathered', 'listed', 'imported')),
    withdrawn   INTEGER NOT NULL DEFAULT 0,
    first_seen  INTEGER NOT NULL,
    changed_at  INTEGER NOT NULL
);

-- For counting checks and hosts without reading documents.
CREATE INDEX review_host ON review (withdrawn, host);

-- Earlier versions of checks.
CREATE TABLE review_version (
    id         TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    document   TEXT    NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (id, version)
);

-- Addresses by which a check is found when somebody sends only a link.
CREATE TABLE review_address (
    address TEXT    NOT NULL,
    row     INTEGER NOT NULL,
    own     INTEGER NOT NULL,              -- 1: the check's page; 0: where the claim appeared
    PRIMARY KEY (address, row)
);
CREATE INDEX review_address_row ON review_address (row);

-- Everything that came in, stored before it is acknowledged.
CREATE TABLE inbox (
    id           TEXT    PRIMARY KEY,
    source       TEXT    NOT NULL,         -- telegram.NAME, rss.NAME
    external_id  TEXT    NOT NULL,         -- the source's own identifier
    conversation TEXT    NOT NULL DEFAULT '',
    raw          TEXT,                     -- as it came; deleted after its end state
    incoming     TEXT,                     -- what was understood of it
    state        TEXT    NOT NULL,
    reason       TEXT,
    attempts     INTEGER NOT NULL DEFAULT 0,
    lease_until  INTEGER NOT NULL DEFAULT 0,
    received_at  INTEGER NOT NULL,
    ended_at     INTEGER,
    UNIQUE (source, external_id)
);
-- Rows of one state in the order in which they came.
CREATE INDEX inbox_waiting ON inbox (state);
CREATE INDEX inbox_ended ON inbox (ended_at);
CREATE INDEX inbox_conversation ON inbox (source, conversation);

-- Everything that is to go out, stored before it is sent.
CREATE TABLE outbox (
    id           TEXT    PRIMARY KEY,
    position     INTEGER NOT NULL UNIQUE,  -- order of planning
    inbox_id     TEXT    NOT NULL,
    once         TEXT    NOT NULL UNIQUE,  -- what may be said only once
    chat         TEXT    NOT NULL,
    conversation TEXT    NOT NULL,
    message      INTEGER,                  -- the question it answers
    lane         TEXT    NOT NULL,         -- what must go out in order, one at a time
    target       TEXT,                     -- the answer that this edits
    repeatable   INTEGER NOT NULL,         -- doing it twice does no harm
    ephemeral    INTEGER NOT NULL,         -- 1: forget whom it was for when it has ended;
                                           -- 2: nor try it again
    outgoing     TEXT,                     -- what is to be done, as JSON
    state        TEXT    NOT NULL CHECK (state IN ('planned', 'sending', 'sent', 'uncertain', 'dead')),
    reason       TEXT,
    attempts     INTEGER NOT NULL DEFAULT 0,
    not_before   INTEGER NOT NULL DEFAULT 0,
    lease_until  INTEGER NOT NULL DEFAULT 0,
    planned_at   INTEGER NOT NULL,
    ended_at     INTEGER,
    receipt      INTEGER                   -- the message that was sent
);
CREATE INDEX outbox_waiting ON outbox (state, position);
CREATE INDEX outbox_lane ON outbox (chat, lane, state, position);
CREATE INDEX outbox_ended ON outbox (ended_at);
CREATE INDEX outbox_conversation ON outbox (chat, conversation, message);

-- What the buttons under a sent answer do.
CREATE TABLE button (
    id           TEXT    PRIMARY KEY,
    outbox_id    TEXT    NOT NULL,
    chat         TEXT    NOT NULL,
    conversation TEXT    NOT NULL,
    action       TEXT    NOT NULL,         -- Action as JSON
    told         TEXT,                     -- the answer it stands under, as JSON
    planned_at   INTEGER NOT NULL
);
CREATE INDEX button_conversation ON button (chat, conversation);
CREATE INDEX button_outbox ON button (outbox_id);

-- What a conversation has chosen.
CREATE TABLE setting (
    chat         TEXT NOT NULL,
    conversation TEXT NOT NULL,
    language     TEXT NOT NULL,
    PRIMARY KEY (chat, conversation)
);

-- What readers said of answers.
CREATE TABLE feedback (
    id           TEXT    PRIMARY KEY,
    chat         TEXT    NOT NULL,
    conversation TEXT    NOT NULL,
    review_id    TEXT,
    kind         TEXT    NOT NULL CHECK (kind IN ('not-same', 'report')),
    text         TEXT,
    at           INTEGER NOT NULL
);

-- How far each source was read, and how it fares.
CREATE TABLE source (
    name          TEXT    PRIMARY KEY,     -- publisher.rss.NAME, feed.rss.NAME, chat.telegram.NAME
    cursor        TEXT,
    validators    TEXT,                    -- ETag and Last-Modified as JSON
    polled_at     INTEGER,
    succeeded_at  INTEGER,
    failures      INTEGER NOT NULL DEFAULT 0,
    not_before    INTEGER NOT NULL DEFAULT 0,
    error         TEXT
);

-- What a source showed before: the key of each thing and a hash of what it said.
CREATE TABLE seen (
    source TEXT    NOT NULL,
    key    TEXT    NOT NULL,
    hash   TEXT    NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (source, key)
);
CREATE INDEX seen_at ON seen (at);

-- What this database is.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
