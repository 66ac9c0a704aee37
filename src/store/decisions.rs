//! Decisions about what waits for a moderator, and every try to make one. A button decides once;
//! who has the command line may put another decision in the place of the one there is.

use anyhow::Result;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use super::alerts::{AlertTold, alerts_of};
use super::claims::take_check;
use super::outbox::{Plan, insert_plan};
use super::pairs::{Pair, put_pair};
use super::queue::{COLUMNS, Queued, Verdict, get, put_audit, queued};
use super::{Store, millis};
use crate::claim::sketch::{SAME_POST, same_claim};

/// How the effect of a decision begins that took the place of another.
const INSTEAD: &str = "instead of";

/// What became of a try to decide.
#[derive(Debug, Clone, PartialEq)]
pub enum Decided {
    /// It is decided now; its state is the one from before.
    Now(Box<Queued>),
    /// It had been before; how.
    Before(Box<Queued>),
    /// There is no such thing any more.
    Gone,
}

/// Who decides, and what.
#[derive(Debug, Clone, Copy)]
pub struct Ruling<'a> {
    /// What: something of the queue.
    pub id: &'a str,
    /// How.
    pub verdict: Verdict,
    /// Who, by a name under a secret.
    pub actor: &'a str,
    /// The identity of its record.
    pub audit: &'a str,
}

impl Store {
    /// Decides something of the queue, once; each try is kept.
    ///
    /// # Errors
    /// If the database fails.
    pub fn decide(&self, ruling: &Ruling<'_>, now: DateTime<Utc>) -> Result<Decided> {
        self.write(|db| Ok(decide(db, ruling, false, now)?.0))
    }

    /// As [`decide`](Self::decide), also in the place of an earlier decision of another kind. What
    /// takes the place of each alert about it is planned with that: `edit` is handed the alert and
    /// how often its item was decided anew.
    ///
    /// # Errors
    /// If the database fails.
    pub fn decide_anew(
        &self,
        ruling: &Ruling<'_>,
        now: DateTime<Utc>,
        edit: impl Fn(&AlertTold, u64) -> Plan,
    ) -> Result<Decided> {
        self.write(|db| {
            let (decided, with) = decide(db, ruling, true, now)?;
            for id in with {
                let times = times_anew(db, &id)?;
                for told in alerts_of(db, &id)? {
                    insert_plan(db, "", &edit(&told, times), now)?;
                }
            }
            Ok(decided)
        })
    }

    /// How often something of the queue was decided anew.
    ///
    /// # Errors
    /// If the database fails.
    pub fn times_decided_anew(&self, id: &str) -> Result<u64> {
        self.read(|db| times_anew(db, id))
    }
}

fn times_anew(db: &Connection, id: &str) -> Result<u64> {
    let sql = "SELECT count(*) FROM audit WHERE subject = ?1 AND substr(effect, 1, ?2) = ?3";
    let most = i64::try_from(INSTEAD.len())?;
    let times: i64 =
        db.prepare_cached(sql)?.query_row(params![id, most, INSTEAD], |row| row.get(0))?;
    Ok(times.unsigned_abs())
}

/// Decides, `anew` if need be; also which items are decided with that.
fn decide(
    db: &Connection,
    ruling: &Ruling<'_>,
    anew: bool,
    now: DateTime<Utc>,
) -> Result<(Decided, Vec<String>)> {
    let Ruling { id, verdict, actor, audit } = *ruling;
    let Some(queued) = get(db, id)? else { return Ok((Decided::Gone, Vec::new())) };
    let before = queued.state.as_str();
    let changes = before == "open" || anew && before != verdict.name();
    let effect = match before {
        "open" => "done".to_owned(),
        _ if changes => format!("{INSTEAD} {before}"),
        _ => before.to_owned(),
    };
    put_audit(db, audit, actor, verdict.name(), id, &effect, now)?;
    if !changes {
        return Ok((Decided::Before(Box::new(queued)), Vec::new()));
    }
    set_state(db, id, verdict, now)?;
    let mut with = vec![id.to_owned()];
    if let Some(pair) = pair_of(&queued, verdict) {
        put_pair(db, &pair, now)?;
        if let Some(claim) = &queued.claim {
            settle_claim(db, claim, &pair)?;
        }
        with.extend(decide_like(db, &pair, anew.then_some(ruling), now)?);
    }
    Ok((Decided::Now(Box::new(queued)), with))
}

fn set_state(db: &Connection, id: &str, verdict: Verdict, now: DateTime<Utc>) -> Result<()> {
    db.prepare_cached("UPDATE queue SET state = ?2, decided_at = ?3 WHERE id = ?1")?
        .execute(params![id, verdict.name(), millis(now)])?;
    Ok(())
}

fn pair_of(queued: &Queued, verdict: Verdict) -> Option<Pair> {
    Some(Pair {
        id: queued.id.clone(),
        review_id: queued.review_id.clone()?,
        verdict,
        sketch: queued.sketch.clone()?,
        text: queued.text.clone(),
        confidence: queued.confidence.unwrap_or_default(),
    })
}

/// A claim has the check that was called right for it, and has not the one that was called wrong.
fn settle_claim(db: &Connection, claim: &str, pair: &Pair) -> Result<()> {
    if pair.verdict == Verdict::Wrong {
        for sql in [
            "UPDATE claim SET review_id = NULL WHERE id = ?1 AND review_id = ?2",
            // Nor does it matter to them what becomes of that check.
            "UPDATE claim SET told_review = NULL WHERE id = ?1 AND told_review = ?2",
        ] {
            db.prepare_cached(sql)?.execute([claim, pair.review_id.as_str()])?;
        }
        return Ok(());
    }
    take_check(db, claim, &pair.review_id)?;
    // Where it had been called wrong, it matters again.
    db.prepare_cached(
        "UPDATE claim SET told_review = ?2,
             told_rating = (SELECT json_extract(document, '$.reviewRating.alternateName')
                            FROM review WHERE id = ?2 AND json_valid(document))
         WHERE id = ?1 AND review_id = ?2 AND told_review IS NULL AND told_posts > 0",
    )?
    .execute([claim, pair.review_id.as_str()])?;
    Ok(())
}

/// What else is asked about the same check and posts much alike is decided with it; where a
/// decision takes the place of another, what was decided likewise, too. Returns which.
fn decide_like(
    db: &Connection,
    pair: &Pair,
    anew: Option<&Ruling<'_>>,
    now: DateTime<Utc>,
) -> Result<Vec<String>> {
    let sql = format!("SELECT {COLUMNS} FROM queue WHERE review_id = ?1 AND state <> ?2");
    let others: Vec<Queued> = db
        .prepare_cached(&sql)?
        .query_map([pair.review_id.as_str(), pair.verdict.name()], queued)?
        .collect::<rusqlite::Result<_>>()?;
    let mut decided = Vec::new();
    for one in others {
        let is_open = one.state == "open";
        let like =
            one.sketch.as_ref().is_some_and(|sketch| sketch.likeness(&pair.sketch) >= SAME_POST);
        let texts = one.text.as_deref().zip(pair.text.as_deref());
        let same = texts.is_none_or(|(one, other)| same_claim(one, other, None));
        if !(like && same && (is_open || anew.is_some())) {
            continue;
        }
        set_state(db, &one.id, pair.verdict, now)?;
        if let (false, Some(Ruling { verdict, actor, audit, .. })) = (is_open, anew) {
            let audit = format!("{audit} {}", one.id);
            let effect = format!("{INSTEAD} {}", one.state);
            put_audit(db, &audit, actor, verdict.name(), &one.id, &effect, now)?;
            let own = pair_of(&one, pair.verdict);
            if let (true, Some(own)) = (has_pair(db, &one.id)?, own) {
                put_pair(db, &own, now)?;
            }
            if let Some(claim) = &one.claim {
                settle_claim(db, claim, pair)?;
            }
        }
        decided.push(one.id);
    }
    Ok(decided)
}

fn has_pair(db: &Connection, id: &str) -> Result<bool> {
    Ok(db.prepare_cached("SELECT 1 FROM pair WHERE id = ?1")?.exists([id])?)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::{Decided, Ruling};
    use crate::claim::post::{Audience, ReplyTo};
    use crate::claim::reply::Reply;
    use crate::claim::sketch::Sketch;
    use crate::store::queue::put_queued;
    use crate::store::{End, Outgoing, Plan, QueueKind, Queued, Store, Verdict};

    const TEXT: &str = "they say that zyzzyvas were found in every sack of rice from the harbour";

    fn queued(id: &str, kind: QueueKind, text: &str) -> Queued {
        Queued {
            id: id.into(),
            kind,
            claim: None,
            review_id: Some("r".into()),
            inbox_id: None,
            confidence: Some(0.9),
            text: Some(text.into()),
            url: None,
            sketch: Sketch::of(text),
            state: "open".into(),
            at: DateTime::default(),
        }
    }

    /// In a chat, what is sent or is to take the place of `target`.
    fn plan(id: String, once: String, target: Option<String>) -> Plan {
        let to = ReplyTo {
            chat: "telegram.x".into(),
            conversation: "-9".into(),
            message: None,
            thread: None,
            audience: Audience::Moderators,
        };
        let reply = Reply { text: TEXT.into(), ..Reply::default() };
        let outgoing = match &target {
            Some(_) => Outgoing::Edit { to, reply },
            None => Outgoing::Send { to, reply },
        };
        Plan {
            id,
            once,
            chat: "telegram.x".into(),
            conversation: "-9".into(),
            message: None,
            repeatable: target.is_some(),
            target,
            not_before: None,
            ephemeral: false,
            outgoing,
            buttons: vec![],
            told: None,
        }
    }

    /// Two posts that say different things wait for a moderator, and an alert of one was told.
    fn two_posts(store: &Store, now: DateTime<Utc>) {
        let other = TEXT.replace("every sack", "three sacks");
        store
            .write(|db| {
                put_queued(db, &queued("post", QueueKind::Match, TEXT), now)?;
                put_queued(db, &queued("other", QueueKind::Match, &other), now)
            })
            .expect("queued");
        let alert = plan("alert".into(), "alert post telegram.x -9 1".into(), None);
        store.end_inbox("row", End::Answered, &[alert], now).expect("planned");
    }

    #[test]
    fn what_was_decided_with_something_is_decided_anew_with_it() {
        let dir = tempfile::tempdir().expect("a directory");
        let store = Store::open(dir.path()).expect("a database");
        let now: DateTime<Utc> = DateTime::default();
        two_posts(&store, now);
        let ruling = |id, verdict, audit| Ruling { id, verdict, actor: "somebody", audit };
        let states = || {
            ["post", "doubt", "other"].map(|id| {
                let queued = store.queued(id).expect("a database").expect("an item");
                queued.state
            })
        };
        let pairs = || {
            let pairs = store.pairs().expect("pairs");
            pairs.into_iter().map(|pair| (pair.id, pair.verdict)).collect::<Vec<_>>()
        };
        store.decide(&ruling("post", Verdict::Right, "1"), now).expect("decided");
        let doubt = queued("doubt", QueueKind::NotSame, &format!("{TEXT}!!"));
        store.write(|db| put_queued(db, &doubt, now)).expect("queued");
        let version = store.pairs_version().expect("a version");

        let edit = |told: &super::AlertTold, times| {
            let once = format!("decided {} {times}", told.id);
            plan(format!("edit {times}"), once, Some(told.id.clone()))
        };
        let anew = |verdict, audit| store.decide_anew(&ruling("doubt", verdict, audit), now, edit);
        let Decided::Now(before) = anew(Verdict::Wrong, "2").expect("decided") else {
            panic!("it was open");
        };
        assert_eq!(before.state, "open");
        assert_eq!(states(), ["wrong", "wrong", "open"], "the other post says something else");
        let wrong = |id: &str| (id.to_owned(), Verdict::Wrong);
        assert_eq!(pairs(), [wrong("doubt"), wrong("post")]);
        assert_ne!(store.pairs_version().expect("a version"), version, "seen by all who read them");
        assert_eq!(store.times_decided_anew("post").expect("a number"), 1);
        let effects = |id: &str| {
            let all = store.audited(id).expect("records");
            all.into_iter().map(|one| (one.action, one.effect)).collect::<Vec<_>>()
        };
        let (right, wrong) = ("right".to_owned(), "wrong".to_owned());
        assert_eq!(
            effects("post"),
            [(right.clone(), "done".to_owned()), (wrong.clone(), "instead of right".to_owned())]
        );
        let again = anew(Verdict::Wrong, "3").expect("decided");
        assert!(matches!(again, Decided::Before(_)), "{again:?}");

        let anew = anew(Verdict::Right, "4").expect("decided");
        assert!(matches!(anew, Decided::Now(before) if before.state == "wrong"));
        assert_eq!(states(), ["right", "right", "open"]);
        assert_eq!(store.times_decided_anew("post").expect("a number"), 2);
        // A button finds it decided.
        let pressed = store.decide(&ruling("post", Verdict::Wrong, "5"), now).expect("decided");
        assert!(matches!(pressed, Decided::Before(before) if before.state == "right"));
        assert_eq!(effects("post").pop(), Some((wrong, right)));
        let leased = |count| {
            let until = now + chrono::TimeDelta::minutes(1);
            let leased = store.lease_outbox(9, now, until).expect("leased");
            assert_eq!(leased.len(), 1);
            let ended = crate::store::Outcome::Sent(Some(format!("{count}")));
            store.end_outbox(&leased[0], &ended, now).expect("sent");
            leased[0].id.clone()
        };
        assert_eq!([leased(1), leased(2), leased(3)], ["alert", "edit 1", "edit 2"]);
    }
}
