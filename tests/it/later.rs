//! Told later, from end to end: who asked too early is told once, in the same chat.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use claimwatch::answer::{Answering, Rooms};
use claimwatch::claim::post::{Audience, Incoming, Intent, Post, ReplyTo};
use claimwatch::claim::reply::Kept;
use claimwatch::claim::review::ClaimReview;
use claimwatch::config::Settings;
use claimwatch::doors::{Chance, Clock, Entropy, Fault};
use claimwatch::gather::Effort;
use claimwatch::house::{Doors, House};
use claimwatch::learn::FollowUps;
use claimwatch::store::{Also, End, Keys, Later, Question, Received, Trust};

use crate::botapi::{BotMessage, Chat};
use crate::world::World;

const LAMPS: &str =
    "A friend says Himalayan salt lamps clean the air by catching viruses and pollen, true?";
const CHECK: &str = r#"{"@type":"ClaimReview","@id":"lamps","url":"https://www.snopes.com/fact-check/invented-salt-lamps/","name":"Salt lamps do not clean the air","claimReviewed":"Himalayan salt lamps clean the air by catching viruses and pollen.","abstract":"Three laboratories measured no effect on the air of a room.","datePublished":"2026-10-02","inLanguage":"en","reviewRating":{"alternateName":"Unsupported"}}"#;
const SAME: &str = r#"{"@type":"ClaimReview","@id":"lamps-2","url":"https://fullfact.org/health/invented-salt-lamps/","name":"Do salt lamps clean the air?","claimReviewed":"Himalayan salt lamps clean the air by catching viruses and pollen.","datePublished":"2026-10-03","inLanguage":"en","reviewRating":{"alternateName":"False"}}"#;
const OTHER: &str = r#"{"@type":"ClaimReview","url":"https://www.snopes.com/fact-check/invented-socks/","claimReviewed":"Wet socks worn overnight cure a fever.","reviewRating":{"alternateName":"False"}}"#;
const BUTTON: &str = "Tell me when there is one";

/// Takes in checks beside the daemon.
pub(crate) fn import(world: &World, checks: &str) {
    world.write("more.jsonl", checks);
    let ran = world.command(&["import", "more.jsonl"]).output().expect("import");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

async fn message(world: &World, chat: &Chat, n: usize, what: &str) -> BotMessage {
    let find = |_: &_| chat.messages().into_iter().nth(n).filter(|one| one.text.contains(what));
    world.api.wait_for(&format!("{what:?} in message {n}"), find).await
}

/// The day in a text as `DATE`: it is the real one.
pub(crate) fn undated(text: &str) -> String {
    text.lines()
        .map(|line| match line.split_once(" 20") {
            Some(_) if line.contains("Snopes (") || line.contains("Full Fact (") => line.to_owned(),
            Some((before, after)) => {
                let start = before.rmatch_indices([' ', '(']).nth(1).map_or(0, |(at, _)| at + 1);
                format!("{}DATE{}", &before[..start], &after[2..])
            }
            None => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// Asks, gets nothing, and asks to be told.
async fn asks(world: &World, chat: &Chat, text: &str) -> i64 {
    let before = chat.messages().len();
    let question = chat.says(text);
    let none = message(world, chat, before, "no check of this yet").await;
    let press = chat.presses(none.id, BUTTON);
    let toast = world.api.wait_for("a toast", |api| api.press_answer(&press)).await;
    assert_eq!(toast["text"], "Noted. I will tell you here.");
    message(world, chat, before, "Noted.").await;
    question
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asked_too_early_is_told_once_when_a_check_appears() {
    let mut world = World::new().await;
    world.start();
    let ana = world.api.private("Ana");
    let question = ana.says(LAMPS);
    let none = message(&world, &ana, 0, "no check").await;
    assert_eq!(none.labels(), [BUTTON]);
    // The button works after a restart, and once.
    world.settled(1);
    world.kill();
    world.start();
    let [first, second] = [ana.presses(none.id, BUTTON), ana.presses(none.id, BUTTON)];
    let toast = world.api.wait_for("a toast", |api| api.press_answer(&first)).await;
    assert_eq!(toast["text"], "Noted. I will tell you here.");
    let toast = world.api.wait_for("a toast", |api| api.press_answer(&second)).await;
    assert_eq!(toast["text"], "That is noted already.");
    let noted = message(&world, &ana, 0, "Noted.").await;
    insta::assert_snapshot!(undated(&noted.text), @r#"
    I found no check of this yet. I looked at the checks of 5 publishers. That says nothing about whether it is true.

    A tip that often helps: find out who said it first, and when.

    Noted. If a check of this appears by DATE, I will tell you here.
    "#);
    assert!(noted.labels().is_empty());
    // Another check is none of hers.
    import(&world, OTHER);
    world.settled(3);
    world.kill();
    world.start();
    import(&world, &format!("{CHECK}\n{SAME}"));
    let told = message(&world, &ana, 1, "Snopes").await;
    insta::assert_snapshot!(undated(&told.text), @r#"
    You asked about this on DATE. I had found nothing then.

    False, says Full Fact (3 October 2026).
    Publishers do not agree on this one. The others are listed below.

    The claim they checked: “Himalayan salt lamps clean the air by catching viruses and pollen.”

    Read the check: Do salt lamps clean the air? (fullfact.org)

    Also checked by:
    Unsupported, says Snopes (2 October 2026). snopes.com

    Matched automatically to your message. Not the same? Tell me.
    "#);
    assert_eq!(told.reply_to, Some(question));
    assert_eq!(told.labels(), ["Read it at fullfact.org", "Not the same claim"]);
    world.settled(3);
    world.kill();
    world.start();
    // It changes, and is found still: she was told.
    import(&world, &CHECK.replace("Three laboratories", "Four laboratories"));
    let followed =
        "SELECT value = (SELECT max(sequence) FROM review) FROM meta WHERE name = 'followed'";
    world.until("the cursor", |world| world.count(followed) == 1);
    world.settled(3);
    assert_eq!(ana.messages().len(), 2);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn not_the_same_claim_under_a_follow_up_means_to_wait_on() {
    let mut world = World::new().await;
    world.start();
    let ana = world.api.private("Ana");
    asks(&world, &ana, LAMPS).await;
    import(&world, CHECK);
    let told = message(&world, &ana, 1, "Snopes").await;
    ana.presses(told.id, "Not the same claim");
    let again = message(&world, &ana, 1, "another claim").await;
    insta::assert_snapshot!(undated(&again.text), @r#"
    Thank you. I noted that this check is about another claim.

    I go on looking until DATE, and tell you here if another check appears.
    "#);
    // That check is nothing to her, however often it changes.
    import(&world, &CHECK.replace("Three laboratories", "Four laboratories"));
    import(&world, SAME);
    let told = message(&world, &ana, 2, "Full Fact").await;
    assert!(!told.text.contains("Snopes"), "{}", told.text);
    world.until("an end of all", |world| world.outbox("planned") + world.outbox("sending") == 0);
    assert_eq!(ana.messages().len(), 3);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_told_where_it_asked_and_nobody_who_did_not_ask() {
    let mut world = World::new().await;
    world.start();
    let family = world.api.group("Family");
    let bot = world.api.bot_name();
    let question = asks(&world, &family, &format!("@{bot} {LAMPS}")).await;
    let ben = world.api.private("Ben");
    ben.says(LAMPS);
    message(&world, &ben, 0, "no check").await;
    import(&world, CHECK);
    let told = message(&world, &family, 1, "Snopes").await;
    assert!(told.text.starts_with("This was asked here on "), "{}", told.text);
    assert_eq!(told.reply_to, Some(question));
    assert_eq!(ben.messages().len(), 1, "he did not ask to be told");
    let counted = "claimwatch_followups_total{outcome=\"told\"} 1";
    world.until("it is counted", |world| {
        crate::feeds::get(&world.base(), "/metrics").contains(counted)
    });
    // Who asks to be told when there is one already is told at once.
    let press = ben.presses(ben.messages()[0].id, BUTTON);
    world.api.wait_for("a toast", |api| api.press_answer(&press)).await;
    message(&world, &ben, 1, "Snopes").await;
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn forgotten_before_the_check_arrives_means_nothing_is_sent_and_nothing_left() {
    let mut world = World::new().await;
    world.start();
    let ana = world.api.private("Ana");
    asks(&world, &ana, &format!("{LAMPS} Zyzzyva says so.")).await;
    assert!(world.holds("Zyzzyva").is_some());
    ana.says("/forget");
    message(&world, &ana, 1, "deleted").await;
    import(&world, CHECK);
    let followed =
        "SELECT value = (SELECT max(sequence) FROM review) FROM meta WHERE name = 'followed'";
    world.until("the cursor", |world| world.count(followed) == 1);
    world.until("an end of all", |world| world.outbox("planned") + world.outbox("sending") == 0);
    assert_eq!(ana.messages().len(), 2);
    world.stop();
    for trace in ["Zyzzyva", "zyzzyva", ana.id.to_string().as_str()] {
        assert_eq!(world.holds(trace), None, "{trace} is still there");
    }
    world.end();
}

pub(crate) fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).expect("a time")
}

/// A house whose clock stands still.
pub(crate) fn house(dir: &tempfile::TempDir) -> Arc<House> {
    let doors = Doors {
        clock: Clock::new(noon),
        chance: Chance::seeded(1),
        entropy: Entropy::new(|| [7; 32]),
        fault: Fault::default(),
    };
    let settings = Settings { data: dir.path().to_owned(), ..Settings::default() };
    Arc::new(House::build(settings, doors).expect("a house"))
}

/// What answers in it.
pub(crate) fn answering(house: &House) -> Answering {
    Answering {
        store: Arc::clone(&house.store),
        finder: Arc::clone(&house.finder),
        words: Arc::clone(&house.words),
        clock: Clock::new(noon),
        chance: house.doors.chance.clone(),
        fault: Fault::default(),
        rooms: Arc::new(Rooms::default()),
        receivers: Vec::new(),
        keys: Keys {
            store: Arc::clone(&house.store),
            entropy: house.doors.entropy.clone(),
            clock: Clock::new(noon),
            days: 30,
        },
        moderation: Default::default(),
        operator: None,
        retention_hours: 24,
        kept: Kept {
            questions_days: 7,
            follow_up_days: 30,
            answers_days: 365,
            people_days: 30,
            posts_days: 30,
        },
    }
}

/// What follows questions up in it.
fn follow_ups(house: &House) -> FollowUps {
    let answering = answering(house);
    FollowUps {
        store: Arc::clone(&house.store),
        analyzers: Arc::clone(&house.analyzers),
        tell: Arc::new(move |question, since| answering.follow_up(question, since)),
        clock: Clock::new(noon),
        fault: Fault::default(),
        pass: Mutex::default(),
    }
}

/// A question as it comes in.
pub(crate) fn asked(id: &str, text: &str) -> Received {
    Received {
        id: id.to_owned(),
        external_id: id.to_owned(),
        conversation: "5".to_owned(),
        raw: None,
        incoming: Ok(Incoming {
            reply_to: Some(ReplyTo {
                chat: "telegram.main".to_owned(),
                conversation: "5".to_owned(),
                message: Some("1".to_owned()),
                thread: None,
                audience: Audience::Private,
            }),
            ..Incoming::of(Intent::Question, Post::of(text), noon())
        }),
    }
}

/// Somebody waits for an answer to a text.
fn waits(house: &House, number: usize, text: &str) {
    let to = ReplyTo {
        chat: "telegram.main".to_owned(),
        // As many as one conversation may have wait.
        conversation: (number / 50).to_string(),
        message: Some(number.to_string()),
        thread: None,
        audience: Audience::Private,
    };
    let id = format!("in{number:06}");
    let question = Question {
        inbox_id: id.clone(),
        to,
        post: Post::of(text),
        language: "en".to_owned(),
        at: noon(),
        until: noon() + TimeDelta::days(7),
        excluded: Vec::new(),
        since: None,
    };
    let keep = Later::Keep(Box::new(question));
    let wait = Later::Await { question: id.clone(), until: noon() + TimeDelta::days(30) };
    for later in [keep, wait] {
        house
            .store
            .end_with(
                &id,
                End::NoMatch,
                &[],
                Also { later: Some(&later), ..Also::default() },
                noon(),
            )
            .expect("stored");
    }
}

pub(crate) fn reached(house: &House) -> u64 {
    house.catch_up(Effort::SPARING).expect("an index").sequence
}

pub(crate) fn take_in(house: &House, claims: &[String]) {
    let reviews: Vec<ClaimReview> = claims
        .iter()
        .zip(1..)
        .map(|(claim, number)| ClaimReview {
            url: Some(format!("https://desk.example/{number}/{}", claim.len())),
            claim_reviewed: Some(claim.clone()),
            ..ClaimReview::default()
        })
        .collect();
    let put = house.store.put_reviews(&reviews, Trust::Imported, &house.publishers, noon());
    put.expect("taken in");
}

#[test]
fn of_many_that_wait_only_those_are_looked_up_that_share_words_with_a_new_check() {
    let dir = tempfile::tempdir().expect("a directory");
    let house = house(&dir);
    let follow_ups = follow_ups(&house);
    for number in 0..100 {
        waits(&house, number, &format!("Did minister Number{number} sell bridge{number}?"));
    }
    waits(&house, 100, "Is it true that garlic water cures influenza overnight?");
    take_in(&house, &["Drinking boiled garlic water cures influenza overnight".to_owned()]);
    let sequence = reached(&house);
    assert!(house.store.followed().expect("a cursor") < sequence);
    let step = follow_ups.step(sequence).expect("a step");
    assert_eq!((step.looked_up, step.told), (1, 1));
    assert_eq!(house.store.followed().expect("a cursor"), sequence);
    let step = follow_ups.step(sequence).expect("a step");
    assert_eq!((step.looked_up, step.told, step.more), (0, 0, false));
    assert_eq!(house.store.outbox_states().expect("states"), [("planned".to_owned(), 1)]);
}

#[test]
fn who_shares_the_rarest_words_with_a_new_check_is_looked_up_first() {
    let dir = tempfile::tempdir().expect("a directory");
    let house = house(&dir);
    let mut follow_ups = follow_ups(&house);
    let order: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = Arc::clone(&order);
    follow_ups.tell = Arc::new(move |question, _| {
        seen.lock().expect("not poisoned").push(question.inbox_id.clone());
        Ok(None)
    });
    for number in 0..100 {
        waits(
            &house,
            number,
            &format!("Does council Number{number} sell water{number} and water?"),
        );
    }
    waits(&house, 100, "Is it true that garlic water cures influenza overnight?");
    let claim = "Garlic water of the council cures influenza overnight";
    take_in(&house, &[claim.to_owned()]);
    let step = follow_ups.step(reached(&house)).expect("a step");
    assert!(step.looked_up < 50 && step.more, "all share two words: {step:?}");
    assert_eq!(order.lock().expect("not poisoned")[0], "in000100", "the last who asked");
}

#[test]
fn a_pass_is_taken_in_small_steps_and_moves_its_cursor_at_the_end() {
    let dir = tempfile::tempdir().expect("a directory");
    let house = house(&dir);
    let follow_ups = follow_ups(&house);
    for number in 0..100 {
        waits(&house, number, "Is it true that garlic water cures influenza overnight?");
    }
    take_in(&house, &["Drinking boiled garlic water cures influenza overnight".to_owned()]);
    let sequence = reached(&house);
    let first = follow_ups.step(sequence).expect("a step");
    assert!(first.looked_up < 50 && first.more, "{first:?}");
    assert!(house.store.followed().expect("a cursor") < sequence, "it is not at its end");
    let mut told = first.told;
    loop {
        let step = follow_ups.step(sequence).expect("a step");
        told += step.told;
        if !step.more {
            break;
        }
    }
    assert_eq!(told, 100);
    assert_eq!(house.store.followed().expect("a cursor"), sequence);
}

#[test]
fn a_question_that_has_expired_is_told_nothing_and_goes_with_the_sweep() {
    let dir = tempfile::tempdir().expect("a directory");
    let house = house(&dir);
    let mut follow_ups = follow_ups(&house);
    waits(&house, 1, "Is it true that garlic water cures influenza overnight?");
    take_in(&house, &["Drinking boiled garlic water cures influenza overnight".to_owned()]);
    let late = || noon() + TimeDelta::days(31);
    follow_ups.clock = Clock::new(late);
    let sequence = reached(&house);
    while follow_ups.step(sequence).expect("a step").more {}
    assert!(house.store.outbox_states().expect("states").is_empty());
    let year = TimeDelta::days(365);
    let keep = claimwatch::store::Keep { texts: year, posts: year, rows: year };
    assert_eq!(house.store.sweep(keep, late()).expect("swept").rows, 1);
    let bytes = std::fs::read(dir.path().join("claimwatch.db")).expect("the database");
    let trace = b"garlic water cures influenza overnight?";
    assert!(!bytes.windows(trace.len()).any(|window| window == trace));
}
