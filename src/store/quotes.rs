//! Where the words of one post were copied to, and how they go from there: when its author or
//! network takes it back, and when the conversation it stood in is forgotten.

use anyhow::Result;
use rusqlite::Connection;

use super::digests::forget_digests;
use super::outbox::Outgoing;
use super::reviews::next_sequence;
use crate::claim::reply::decided_alone;

/// A row of the inbox whose words stand elsewhere, too: it stays, empty, so that they go if it is
/// taken back.
pub(super) const QUOTED: &str =
    "(EXISTS (SELECT 1 FROM pair WHERE inbox_id = inbox.id AND text IS NOT NULL)
      OR EXISTS (SELECT 1 FROM claim WHERE text_of = inbox.id)
      OR EXISTS (SELECT 1 FROM queue WHERE inbox_id = inbox.id AND text IS NOT NULL))";

/// What took, or is to take, the place of alerts that quote a post, since they were decided about:
/// `decided ALERT`, and with a number after it where that was decided anew. `!` comes after the
/// blank.
const EDITS: &str = "(SELECT edit.id FROM outbox alert JOIN outbox edit
      ON edit.once >= 'decided ' || alert.id AND edit.once < 'decided ' || alert.id || '!'
      WHERE alert.inbox_id = ?1 AND alert.once GLOB 'alert *')";

/// Forgets the words and the address of a post wherever they were kept beside its own row: as a
/// claim's, in the queue, as an alias of a check, in alerts. What was counted and decided stays.
/// The row itself is still whole when this is called.
pub(super) fn forget_words(db: &Connection, inbox_id: &str) -> Result<()> {
    // Older rows know a claim's text by its address only.
    let told = db
        .prepare_cached(
            "UPDATE claim SET text = NULL, url = NULL, text_of = NULL
             WHERE text_of = ?1
                OR text_of IS NULL AND id = (SELECT claim FROM claim_post WHERE inbox_id = ?1)
                   AND url = (SELECT json_extract(incoming, '$.post.id') FROM inbox
                              WHERE id = ?1 AND json_valid(incoming))",
        )?
        .execute([inbox_id])?;
    if told > 0 {
        forget_digests(db)?;
    }
    db.prepare_cached("UPDATE queue SET text = NULL, url = NULL WHERE inbox_id = ?1")?
        .execute([inbox_id])?;
    let aliased: Vec<String> = db
        .prepare_cached(
            "UPDATE pair SET text = NULL WHERE inbox_id = ?1 AND text IS NOT NULL
             RETURNING review_id",
        )?
        .query_map([inbox_id], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for review_id in aliased {
        // The index takes the check in again, without the alias.
        let sequence = next_sequence(db)?;
        db.prepare_cached("UPDATE review SET sequence = ?2 WHERE id = ?1 AND withdrawn = 0")?
            .execute(rusqlite::params![review_id, sequence])?;
    }
    forget_decided(db, inbox_id)?;
    // An alert that quotes it and was not sent yet is not; what is being sent is not tried again;
    // what was sent is not kept, nor what took its place when it was decided about.
    for sql in [
        "DELETE FROM button WHERE outbox_id IN (SELECT id FROM outbox
             WHERE inbox_id = ?1 AND state = 'planned' AND once GLOB 'alert *')",
        "DELETE FROM outbox WHERE inbox_id = ?1 AND state = 'planned' AND once GLOB 'alert *'",
        "UPDATE outbox SET ephemeral = 2
         WHERE inbox_id = ?1 AND state = 'sending' AND once GLOB 'alert *'",
        "UPDATE outbox SET outgoing = NULL
         WHERE state NOT IN ('planned', 'sending') AND outgoing IS NOT NULL
           AND inbox_id = ?1 AND once GLOB 'alert *'",
        &format!(
            "UPDATE outbox SET outgoing = NULL
             WHERE state NOT IN ('planned', 'sending') AND outgoing IS NOT NULL AND id IN {EDITS}"
        ),
    ] {
        db.prepare_cached(sql)?.execute([inbox_id])?;
    }
    Ok(())
}

/// What is to take the place of alerts that quote a post, since they were decided about, says only
/// how from now on.
fn forget_decided(db: &Connection, inbox_id: &str) -> Result<()> {
    let waiting: Vec<(String, Option<String>)> = db
        .prepare_cached(&format!(
            "SELECT id, outgoing FROM outbox WHERE state = 'planned' AND id IN {EDITS}"
        ))?
        .query_map([inbox_id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (id, outgoing) in waiting {
        let outgoing = outgoing.and_then(|text| serde_json::from_str(&text).ok());
        let said = match outgoing {
            Some(Outgoing::Edit { to, reply }) => {
                let reply = decided_alone(&reply);
                Some(serde_json::to_string(&Outgoing::Edit { to, reply })?)
            }
            _ => None,
        };
        db.prepare_cached("UPDATE outbox SET outgoing = ?2 WHERE id = ?1")?
            .execute(rusqlite::params![id, said])?;
    }
    // What is being put there this very moment is not tried again.
    let sql = format!("UPDATE outbox SET ephemeral = 2 WHERE state = 'sending' AND id IN {EDITS}");
    db.prepare_cached(&sql)?.execute([inbox_id])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use crate::claim::post::{Audience, Incoming, Intent, Post, ReplyTo};
    use crate::claim::reply::Reply;
    use crate::claim::sketch::Sketch;
    use crate::store::{
        Also, End, Keep, Look, Outcome, Outgoing, Plan, QueueKind, Queued, Raised, Received,
        Ruling, Sighting, Store, Verdict,
    };

    const TEXT: &str = "they say that zyzzyvas were found in every sack of rice from the harbour";

    fn there() -> ReplyTo {
        ReplyTo {
            chat: "telegram.x".into(),
            conversation: "-5".into(),
            message: None,
            thread: None,
            audience: Audience::Group,
        }
    }

    const KEEP: Keep =
        Keep { texts: TimeDelta::days(1), posts: TimeDelta::days(30), rows: TimeDelta::days(365) };

    fn received(id: &str, external_id: &str, conversation: &str, now: DateTime<Utc>) -> Received {
        Received {
            id: id.into(),
            external_id: external_id.into(),
            conversation: conversation.into(),
            raw: None,
            incoming: Ok(Incoming {
                author_key: Some("a name".into()),
                ..Incoming::of(
                    Intent::Watched,
                    Post { author: Some("Jabberwock".into()), ..Post::of(TEXT) },
                    now,
                )
            }),
        }
    }

    fn queued(now: DateTime<Utc>) -> Queued {
        Queued {
            id: "q".into(),
            kind: QueueKind::Match,
            claim: Some("c".into()),
            review_id: Some("r".into()),
            inbox_id: Some("row".into()),
            confidence: Some(0.9),
            text: Some(TEXT.into()),
            url: None,
            sketch: Sketch::of(TEXT),
            state: "open".into(),
            at: now,
        }
    }

    /// What moderators are told of it.
    fn alert() -> Plan {
        Plan {
            id: "alert".into(),
            once: "alert q telegram.x -9 1".into(),
            chat: "telegram.x".into(),
            conversation: "-9".into(),
            message: None,
            target: None,
            repeatable: false,
            not_before: None,
            ephemeral: false,
            outgoing: Outgoing::Send {
                to: ReplyTo { conversation: "-9".into(), ..there() },
                reply: Reply { text: TEXT.into(), ..Reply::default() },
            },
            buttons: vec![],
            told: None,
        }
    }

    /// A post that came in, was told to moderators and confirmed.
    fn confirmed(store: &Store, source: &str, conversation: &str, now: DateTime<Utc>) {
        let post = received("row", "at://ann/1 hash", conversation, now);
        store.receive(source, &[post], None, now).expect("stored");
        let sighting = Sighting {
            claim: "c".into(),
            sketch: Sketch::of(TEXT),
            text: Some(TEXT.into()),
            author: Some("a name".into()),
            place: source.into(),
            at: now,
            queued: Some(queued(now)),
            ..Sighting::default()
        };
        let also = Also { sighting: Some(&sighting), ..Also::default() };
        store.end_with("row", End::Answered, &[alert()], also, now).expect("ended");
        let (actor, audit) = ("moderator", "audit");
        let ruling = Ruling { id: "q", verdict: Verdict::Right, actor, audit };
        store.decide(&ruling, now).expect("decided");
    }

    fn holds(store: &Store, dir: &std::path::Path, text: &str) -> bool {
        store.scrub().expect("scrubbed");
        ["claimwatch.db", "claimwatch.db-wal"].into_iter().any(|name| {
            let bytes = std::fs::read(dir.join(name)).expect("a file");
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        })
    }

    #[test]
    fn a_confirmed_post_that_is_taken_back_after_months_leaves_no_word() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let then: DateTime<Utc> = DateTime::default();
        confirmed(&store, "feed.bluesky.x", "", then);
        assert!(!holds(&store, dir.path(), "Jabberwock"), "whoever wrote it is gone at once");
        for days in [31, 400] {
            let now = then + TimeDelta::days(days);
            store.sweep_claims(now - KEEP.posts, 10).expect("swept");
            store.sweep(KEEP, now).expect("swept");
        }
        assert_eq!(store.aliases().expect("aliases")["r"], [TEXT]);
        let gone = ["at://ann/".to_owned()];
        let taken = store.receive_stream("feed.bluesky.x", &Look::default(), &gone, then);
        assert_eq!(taken.expect("taken back").gone, 1);
        assert!(store.aliases().expect("aliases").is_empty());
        assert!(!holds(&store, dir.path(), "zyzzyvas"));
        assert_eq!(store.pairs().expect("pairs").len(), 1, "what was decided stays");
        let later = then + TimeDelta::days(2);
        assert_eq!(store.sweep(KEEP, later).expect("swept").rows, 1, "its row goes now");
        assert!(!holds(&store, dir.path(), "at://ann"), "and its address");
    }

    #[test]
    fn a_group_that_is_forgotten_takes_its_words_out_of_claims_aliases_and_alerts() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let now: DateTime<Utc> = DateTime::default();
        confirmed(&store, "telegram.x", "-5", now);
        assert!(holds(&store, dir.path(), "zyzzyvas"));
        let asks = Received {
            id: "f".into(),
            external_id: "2".into(),
            conversation: "-5".into(),
            raw: None,
            incoming: Err("a command".into()),
        };
        store.receive("telegram.x", &[asks], None, now).expect("stored");
        let bye = Plan {
            id: "bye".into(),
            once: "bye".into(),
            chat: "telegram.x".into(),
            conversation: "-5".into(),
            message: None,
            target: None,
            repeatable: false,
            not_before: None,
            ephemeral: true,
            outgoing: Outgoing::Send { to: there(), reply: Reply::default() },
            buttons: vec![],
            told: None,
        };
        store.forget("f", &there(), &bye, now).expect("forgotten");
        assert!(!holds(&store, dir.path(), "zyzzyvas"));
        let left = store.claim("c").expect("a database").expect("a claim");
        assert_eq!((left.posts, left.text), (1, None), "it stays counted");
    }

    #[test]
    fn what_doubts_ask_about_a_post_goes_with_it_long_after_its_row() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let then: DateTime<Utc> = DateTime::default();
        let (post, press) = (received("row", "at://ann/1 hash", "", then), "press");
        store.receive("feed.bluesky.x", &[post], None, then).expect("stored");
        let sighting = Sighting {
            claim: "c".into(),
            text: Some(TEXT.into()),
            at: then,
            ..Sighting::default()
        };
        let also = Also { sighting: Some(&sighting), ..Also::default() };
        store.end_with("row", End::NoMatch, &[], also, then).expect("ended");
        let claim = store.claim("c").expect("a database").expect("a claim");
        assert_eq!(claim.text_of.as_deref(), Some("row"));
        // Somebody doubts an answer, and moderators are told tomorrow.
        let later = then + TimeDelta::days(29);
        store.receive("telegram.x", &[received(press, "2", "7", later)], None, later).expect("in");
        let queued = Queued { kind: QueueKind::NotSame, ..queued(later) };
        let plans = vec![alert()];
        let raised = Raised { queued, plans, told_today: Some(1) };
        let also = Also { raised: Some(&raised), ..Also::default() };
        assert_eq!(store.end_with(press, End::Done, &[], also, later).expect("ended"), 1);
        let now = then + TimeDelta::days(31);
        store.sweep(KEEP, now).expect("swept");
        assert!(holds(&store, dir.path(), "zyzzyvas"));
        let gone = ["at://ann/".to_owned()];
        let taken = store.receive_stream("feed.bluesky.x", &Look::default(), &gone, now);
        assert_eq!(taken.expect("taken back").gone, 1);
        assert_eq!(store.outbox_states().expect("states"), [], "nobody is told any more");
        assert!(!holds(&store, dir.path(), "zyzzyvas"));
    }

    const BACK: [&str; 1] = ["at://ann/"];

    fn take_back(store: &Store, now: DateTime<Utc>) {
        let gone = BACK.map(str::to_owned);
        let taken = store.receive_stream("feed.bluesky.x", &Look::default(), &gone, now);
        assert_eq!(taken.expect("taken back").gone, 1);
    }

    fn digest(text: &str) -> Plan {
        let outgoing = Outgoing::Send {
            to: ReplyTo { conversation: "-9".into(), ..there() },
            reply: Reply { text: text.into(), ..Reply::default() },
        };
        Plan {
            id: format!("d {text}"),
            once: "digest telegram.x -9 2 0".into(),
            outgoing,
            ..alert()
        }
    }

    #[test]
    fn a_digest_that_waits_is_due_anew_when_a_post_that_it_quotes_is_taken_back() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let now: DateTime<Utc> = DateTime::default();
        confirmed(&store, "feed.bluesky.x", "", now);
        let quoted = ["c".to_owned()];
        let plan = |upto: &str, plans: &[Plan], quoted: &[String]| {
            store.plan_digest(upto, plans, quoted, now).expect("planned")
        };
        let cursor = || store.source(crate::store::DIGEST).expect("a source").cursor;
        plan("1000", &[], &[]);
        assert_eq!(plan("2000", &[digest(TEXT)], &quoted), 1);
        take_back(&store, now);
        assert!(!holds(&store, dir.path(), "zyzzyvas"), "it is not sent");
        assert_eq!(cursor().as_deref(), Some("1000"), "it is due anew");
        // It was put together before that, and comes after it.
        assert_eq!(plan("2000", &[digest(TEXT)], &quoted), 0);
        assert_eq!(cursor().as_deref(), Some("1000"));
        assert_eq!(plan("2000", &[digest("without it")], &[]), 1);
        assert_eq!(cursor().as_deref(), Some("2000"));
    }

    #[test]
    fn what_was_decided_about_a_post_that_is_taken_back_is_said_without_it() {
        is_said_without_it("decided alert");
        is_said_without_it("decided alert 2");
    }

    fn is_said_without_it(once: &str) {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let now: DateTime<Utc> = DateTime::default();
        confirmed(&store, "feed.bluesky.x", "", now);
        let leased = store.lease_outbox(9, now, now + TimeDelta::minutes(1)).expect("leased");
        store.end_outbox(&leased[0], &Outcome::Sent(Some("7".into())), now).expect("sent");
        let reply = Reply { text: format!("{TEXT}\n\nDecided: right."), ..Reply::default() };
        let outgoing = Outgoing::Edit { to: there(), reply };
        let once = once.to_owned();
        let edit =
            Plan { id: "edit".into(), once, target: Some("alert".into()), outgoing, ..alert() };
        store.end_inbox("press", End::Done, &[edit], now).expect("planned");
        take_back(&store, now);
        assert!(!holds(&store, dir.path(), "zyzzyvas"));
        let leased = store.lease_outbox(9, now, now + TimeDelta::minutes(1)).expect("leased");
        let Outgoing::Edit { reply, .. } = &leased[0].outgoing else { panic!("{leased:?}") };
        assert_eq!(reply.text, "Decided: right.");
    }

    #[test]
    fn a_post_that_is_taken_back_while_it_is_looked_at_is_not_kept_by_what_comes_of_that() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let now: DateTime<Utc> = DateTime::default();
        let post = received("row", "at://ann/1 hash", "", now);
        store.receive("feed.bluesky.x", &[post], None, now).expect("stored");
        assert_eq!(
            store.lease_inbox(9, now, now + TimeDelta::minutes(1)).expect("leased").len(),
            1
        );
        take_back(&store, now);
        let sighting = Sighting {
            claim: "c".into(),
            text: Some(TEXT.into()),
            queued: Some(queued(now)),
            ..Sighting::default()
        };
        let also = Also { sighting: Some(&sighting), ..Also::default() };
        let planned = store.end_with("row", End::Answered, &[alert()], also, now).expect("ended");
        assert_eq!((planned, store.claim("c").expect("a database")), (0, None));
        assert_eq!(store.inbox_states().expect("states"), [("skipped".into(), 1)]);
        assert!(!holds(&store, dir.path(), "zyzzyvas"));
    }
}
