//! The lines from within: what fails around them must not lose, repeat or mix up anything.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use claimwatch::answer::{Answering, Rooms};
use claimwatch::claim::post::{Audience, Incoming, Intent, Post, ReplyTo};
use claimwatch::claim::reply::Kept;
use claimwatch::claim::review::ClaimReview;
use claimwatch::config::Settings;
use claimwatch::doors::{Chance, Clock, Entropy, Fault};
use claimwatch::gather::{Effort, rebuild};
use claimwatch::house::{Doors, House};
use claimwatch::store::{Keys, Outcome, Received, Trust};
use tempfile::TempDir;

const CHAT: &str = "telegram.main";

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).expect("a time")
}

fn house(dir: &TempDir) -> House {
    let doors = Doors {
        clock: Clock::new(noon),
        chance: Chance::seeded(1),
        entropy: Entropy::new(|| [7; 32]),
        fault: Fault::default(),
    };
    let settings = Settings { data: dir.path().to_owned(), ..Settings::default() };
    House::build(settings, doors).expect("a house")
}

fn answering(house: &House, now: DateTime<Utc>) -> Answering {
    Answering {
        store: Arc::clone(&house.store),
        finder: Arc::clone(&house.finder),
        words: Arc::clone(&house.words),
        clock: Clock::new(move || now),
        chance: house.doors.chance.clone(),
        fault: Fault::default(),
        rooms: Arc::new(Rooms::default()),
        receivers: Vec::new(),
        keys: Keys {
            store: Arc::clone(&house.store),
            entropy: house.doors.entropy.clone(),
            clock: house.doors.clock.clone(),
            days: 30,
        },
        moderation: Default::default(),
        operator: None,
        retention_hours: 24,
        kept: Kept::default(),
    }
}

fn review(number: usize) -> ClaimReview {
    ClaimReview {
        url: Some(format!("https://desk.example/check/{number}")),
        claim_reviewed: Some(format!("Garlic number {number} cures influenza")),
        ..ClaimReview::default()
    }
}

fn take_in(house: &House, reviews: &[ClaimReview]) {
    let put = house.store.put_reviews(reviews, Trust::Imported, &house.publishers, noon());
    put.expect("taken in");
}

fn question(message: i64, intent: Intent) -> Received {
    Received {
        id: format!("in{message}"),
        external_id: message.to_string(),
        conversation: "5".to_owned(),
        raw: None,
        incoming: Ok(Incoming {
            reply_to: Some(ReplyTo {
                chat: CHAT.to_owned(),
                conversation: "5".to_owned(),
                message: Some(message.to_string()),
                thread: None,
                audience: Audience::Private,
            }),
            ..Incoming::of(intent, Post::of("Garlic number 3 cures influenza"), noon())
        }),
    }
}

fn state(house: &House, wanted: &str) -> u64 {
    let states = house.store.inbox_states().expect("states");
    states.into_iter().find(|(state, _)| state == wanted).map_or(0, |(_, count)| count)
}

#[test]
fn what_the_database_fails_for_waits_until_it_does_not() {
    let dir = tempfile::tempdir().expect("a directory");
    let house = house(&dir);
    take_in(&house, &[review(3)]);
    house.catch_up(Effort::FULL).expect("an index");
    let rows: Vec<Received> = (1..=3).map(|message| question(message, Intent::Question)).collect();
    house.store.receive(CHAT, &rows, None, noon()).expect("stored");
    let beside = rusqlite::Connection::open(dir.path().join("claimwatch.db")).expect("a database");
    beside.execute_batch("ALTER TABLE setting RENAME TO gone").expect("a failure");
    for minute in 0..5 {
        let line = answering(&house, noon() + TimeDelta::minutes(2 * minute));
        while line.step().expect("leases go on").leased > 0 {}
    }
    assert_eq!(state(&house, "new"), 3);
    beside.execute_batch("ALTER TABLE gone RENAME TO setting").expect("mended");
    let line = answering(&house, noon() + TimeDelta::minutes(20));
    while line.step().expect("a step").leased > 0 {}
    assert_eq!(state(&house, "answered"), 3);
}

#[test]
fn without_an_index_questions_wait() {
    let dir = tempfile::tempdir().expect("a directory");
    let house = house(&dir);
    take_in(&house, &[review(3)]);
    house.store.receive(CHAT, &[question(1, Intent::Question)], None, noon()).expect("stored");
    let line = answering(&house, noon());
    assert_eq!(line.step().expect("a step").leased, 0);
    let asked = Post::of("Garlic number 3 cures influenza");
    assert!(house.finder.answer(&asked, Audience::Private).is_err(), "none would be a lie");
    house.catch_up(Effort::FULL).expect("an index");
    assert_eq!(line.step().expect("a step").leased, 1);
    assert_eq!(state(&house, "answered"), 1);
}

#[test]
fn a_damaged_index_is_noticed_by_searching_and_made_anew() {
    let dir = tempfile::tempdir().expect("a directory");
    {
        let house = house(&dir);
        take_in(&house, &(0..50).map(review).collect::<Vec<_>>());
        house.catch_up(Effort::FULL).expect("an index");
    }
    let generation = dir.path().join("search/generation-1");
    for entry in std::fs::read_dir(generation).expect("a generation") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "term" || extension == "idx") {
            let mut bytes = std::fs::read(&path).expect("a file");
            let half = bytes.len() / 2;
            bytes[..half].fill(0xee);
            std::fs::write(&path, bytes).expect("damage");
        }
    }
    let house = house(&dir);
    let asked = Post::of("Garlic number 3 cures influenza");
    for _ in 0..2 {
        let answered = house.finder.answer(&asked, Audience::Private);
        assert!(answered.is_err(), "{answered:?}");
    }
    assert!(!house.index.is_serving());
    house.catch_up(Effort::FULL).expect("made anew");
    assert!(!house.finder.answer(&asked, Audience::Private).expect("an answer").matches.is_empty());
}

#[test]
fn a_check_that_changes_while_the_index_is_made_anew_is_in_it_once() {
    let dir = tempfile::tempdir().expect("a directory");
    let house = house(&dir);
    take_in(&house, &(0..4_500).map(review).collect::<Vec<_>>());
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for turn in 0.. {
                let name = Some(format!("Version {turn}"));
                take_in(&house, &[ClaimReview { name, ..review(0) }]);
                if done.load(Ordering::Acquire) {
                    break;
                }
            }
        });
        let (store, index) = (&house.store, &house.index);
        let made = rebuild(store, index, &house.analyzers, Effort::SPARING, String::new());
        done.store(true, Ordering::Release);
        made.expect("made");
    });
    assert_eq!(house.index.documents(), 4_500);
    house.catch_up(Effort::SPARING).expect("caught up");
    assert_eq!(house.index.documents(), 4_500);
}

#[test]
fn a_long_wait_ends_and_an_edit_never_overtakes_its_answer() {
    let dir = tempfile::tempdir().expect("a directory");
    let house = house(&dir);
    take_in(&house, &[review(3)]);
    house.catch_up(Effort::FULL).expect("an index");
    let mut edit = question(1, Intent::Edited);
    (edit.id, edit.external_id) = ("edit".into(), "2".into());
    house
        .store
        .receive(CHAT, &[question(1, Intent::Question), edit], None, noon())
        .expect("stored");
    assert_eq!(answering(&house, noon()).step().expect("a step").leased, 2);
    let minute = TimeDelta::minutes(1);
    let first = house.store.lease_outbox(9, noon(), noon() + minute).expect("leased");
    assert_eq!(first.len(), 1, "the edit waits for its answer");
    let at = noon() + TimeDelta::days(30);
    let later = Outcome::Later { at, reason: "asked too often".into() };
    house.store.end_outbox(&first[0], &later, noon()).expect("stored");
    let day_after = noon() + TimeDelta::days(1) + minute;
    let next = house.store.lease_outbox(9, day_after, day_after + minute).expect("leased");
    assert_eq!(next, [], "never before the server said so");
    assert_eq!(house.store.expire_outbox(day_after - minute, day_after).expect("ended"), 2);
    assert_eq!(house.store.outbox_states().expect("states"), [("dead".to_owned(), 2)]);
}
