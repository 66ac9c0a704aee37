//! Migrations on filled tables: what an earlier version wrote is still there and means the same.

use chrono::DateTime;
use rusqlite::Connection;
use tempfile::TempDir;

use super::{MIGRATIONS, Store};
use crate::claim::post::{Audience, ReplyTo};

const FILLED_1: &str = r#"
    INSERT INTO outbox (id, position, inbox_id, once, chat, conversation, message, lane, repeatable,
                        ephemeral, outgoing, state, planned_at, ended_at, receipt)
    VALUES ('o1', 1, 'i1', 'answer 1', 'telegram.x', '5', 7, '5', 0, 0, NULL, 'sent', 0, 0, 70),
           ('o2', 2, 'i2', 'answer 2', 'telegram.x', '5', NULL, '5', 0, 0,
            '{"send":{"to":{"chat":"telegram.x","conversation":"5","message":8,"audience":"private"},
              "reply":{"text":"hello","entities":[],"preview":null,"buttons":[]}}}',
            'planned', 0, NULL, NULL),
           ('o3', 3, 'i3', 'edit 3', 'telegram.x', '6', 9, '6', 1, 0,
            '{"edit":{"to":{"chat":"telegram.x","conversation":"6","message":9,"audience":"private"},
              "reply":{"text":"hello","entities":[],"preview":null,"buttons":[]}}}',
            'planned', 0, NULL, NULL);
    UPDATE outbox SET target = 'o1' WHERE id = 'o3';
"#;

/// A data directory as the program of a version left it, with these rows.
fn filled(version: usize, rows: &str) -> TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    let db = Connection::open(dir.path().join("claimwatch.db")).expect("a database");
    for sql in &MIGRATIONS[..version] {
        db.execute_batch(sql).expect("a schema");
    }
    db.execute_batch(rows).expect("filled");
    db.pragma_update(None, "user_version", version as i64).expect("its version");
    dir
}

#[test]
fn messages_that_were_numbers_are_found_by_their_names() {
    let dir = filled(1, FILLED_1);
    let store = Store::open(dir.path()).expect("migrated");
    let question = ReplyTo {
        chat: "telegram.x".into(),
        conversation: "5".into(),
        message: Some("7".into()),
        thread: None,
        audience: Audience::Private,
    };
    let answer = store.answer_to(&question).expect("a database").expect("an answer");
    assert_eq!((answer.id.as_str(), answer.state.as_str()), ("o1", "sent"));
    let leased = store.lease_outbox(9, DateTime::default(), DateTime::default()).expect("leased");
    let told: Vec<_> = leased
        .iter()
        .map(|row| (row.id.as_str(), row.target_message.as_deref(), row.repeatable))
        .collect();
    assert_eq!(told, [("o2", None, false), ("o3", Some("70"), true)]);
}

#[test]
fn answers_told_before_their_language_was_kept_are_still_told() {
    let dir = filled(2, "INSERT INTO told (outbox_id, review_id, rating) VALUES ('o1', 'r1', 'x')");
    drop(Store::open(dir.path()).expect("migrated"));
    let store = Store::open(dir.path()).expect("migrated once");
    let told: (String, Option<String>) = store
        .writer
        .lock()
        .expect("the writer")
        .query_row("SELECT rating, language FROM told", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("a row");
    assert_eq!(told, ("x".to_owned(), None));
}

#[test]
fn a_post_that_was_confirmed_before_is_still_known_by_its_row() {
    let dir = filled(
        2,
        "INSERT INTO queue (id, kind, inbox_id, state, at) VALUES ('q', 'match', 'i', 'right', 0);
             INSERT INTO pair (id, review_id, verdict, sketch, text, confidence, at)
             VALUES ('q', 'r', 'right', x'00', 'words', 0.9, 0);
             INSERT INTO setting (chat, conversation, language) VALUES ('telegram.x', '-5', 'de');",
    );
    let store = Store::open(dir.path()).expect("migrated");
    assert!(store.listened_groups("telegram.x").expect("groups").is_empty());
    let known: String = store
        .writer
        .lock()
        .expect("the writer")
        .query_row("SELECT inbox_id FROM pair", [], |row| row.get(0))
        .expect("a row");
    assert_eq!(known, "i");
}

#[test]
fn claims_from_before_are_compared_with_checks_that_come_from_now_on() {
    let dir = filled(
        2,
        "INSERT INTO review (id, sequence, version, fingerprint, document, trust, first_seen,
                                 changed_at)
             VALUES ('r1', 7, 1, 'f', '{}', 'imported', 0, 0);
             INSERT INTO claim (id, text, posts, first_seen, last_seen)
             VALUES ('c1', 'they say so', 2, 0, 0), ('c2', 'one says so', 1, 0, 0);
             UPDATE claim SET review_id = 'gone' WHERE id = 'c2';
             INSERT INTO feedback (id, chat, conversation, review_id, kind, at)
             VALUES ('f1', 'telegram.x', '5', 'r1', 'not-same', 0);",
    );
    let store = Store::open(dir.path()).expect("migrated");
    assert_eq!(store.checked().expect("a cursor"), 7, "an update is no import");
    assert_eq!(store.unchecked(2, DateTime::default()).expect("claims"), ["c1"]);
    assert_eq!(store.unchecked(1, DateTime::default()).expect("claims"), ["c1", "c2"]);
    let doubts = store.doubts(None).expect("doubts");
    assert_eq!((doubts.len(), &doubts[0].reader, &doubts[0].sketch), (1, &None, &None));
    assert_eq!(doubts[0].place, "", "no conversation is named");
}

#[test]
fn what_moderators_were_told_of_claims_before_is_known_from_then_on() {
    let dir = filled(
        2,
        r#"INSERT INTO review (id, sequence, version, fingerprint, document, trust, first_seen,
                               changed_at)
           VALUES ('r1', 7, 1, 'f', '{"reviewRating":{"alternateName":"False"}}', 'imported', 0, 0);
           INSERT INTO claim (id, review_id, posts, told_posts, first_seen, last_seen)
           VALUES ('c1', 'r1', 2, 2, 0, 0);"#,
    );
    let store = Store::open(dir.path()).expect("migrated");
    assert_eq!(store.revised().expect("a cursor"), 7);
    let [fresh, late] = store.revised_claims(0, 9).expect("claims");
    assert_eq!((fresh.len(), late.len()), (0, 0), "it is as they were told");
    assert!(store.withdraw("r1", DateTime::default()).expect("withdrawn"));
    let [fresh, _] = store.revised_claims(7, 9).expect("claims");
    let told = fresh.first().and_then(|one| one.claim.told_review.as_deref());
    assert_eq!(told, Some("r1"));
}
