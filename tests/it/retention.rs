//! What is left when its time is over, and when a reader asks to be forgotten: the bytes on the
//! disk are searched.

use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};

use claimwatch::store::Keep;

use crate::botapi::Fault;
use crate::world::World;

/// Shares its telling words with a check, but in forms that the check does not use.
const QUESTION: &str =
    "Zyzzyva swears that exporters in China are pelleting plastic to make rice, is it true?";
/// Words of [`QUESTION`] that stand in no check.
const WORDS: [&str; 4] = ["Zyzzyva", "zyzzyva", "exporters", "pelleting"];

#[tokio::test(flavor = "multi_thread")]
async fn after_a_day_no_word_of_a_question_is_left_with_the_buttons() {
    let mut world = World::new().await;
    world.start();
    let ana = world.api.private("Ana");
    let question = ana.says(QUESTION);
    world.until("an answer", |world| world.outbox("sent") == 1);
    ana.edits(question, &format!("{QUESTION} xylophone"));
    world.until("an edited answer", |world| world.outbox("sent") == 2);
    let answer = ana.messages().into_iter().next().expect("an answer");
    assert!(answer.text.contains("Snopes"), "{}", answer.text);
    for word in WORDS.iter().chain(&["xylophone"]).filter(|word| **word != "zyzzyva") {
        assert!(world.holds(word).is_some(), "{word} was never there, so it proves nothing");
    }
    world.stop();
    let told = "SELECT count(*) FROM button WHERE told IS NOT NULL";
    let buttons = world.count(told);
    assert!(buttons > 0, "there are no buttons: {:?}", answer.labels());
    let store = world.store();
    let later = Utc::now() + TimeDelta::hours(25);
    let year = TimeDelta::days(365);
    let keep = Keep { texts: TimeDelta::hours(24), posts: TimeDelta::days(30), rows: year };
    store.sweep(keep, later).expect("swept");
    for word in WORDS.iter().chain(&["xylophone"]) {
        assert_eq!(world.holds(word), None, "{word} is still there");
    }
    assert_eq!(world.count(told), buttons, "the buttons still work");
    drop(store);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_when_a_reader_asks_to_be_forgotten_is_never_sent() {
    let mut world = World::new().await;
    world.start();
    let ana = world.api.private("Ana");
    let wait = Duration::from_secs(2);
    ana.fail_next("sendMessage", Fault::TooManyRequests { retry_after: wait.as_secs() });
    ana.says(QUESTION);
    let refused = |world: &World| world.api.calls("sendMessage").len() == 1;
    world.until("a 429", |world| refused(world) && world.outbox("planned") == 1);
    let began = Instant::now();
    ana.says("/forget");
    world.until("the last word", |_| !ana.messages().is_empty());
    world.until("an end of all", |world| world.outbox("sent") == 1);
    let said: Vec<String> = ana.messages().into_iter().map(|message| message.text).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("deleted"), "{said:?}");
    // The last word waits as long as the chat asked for; `end` sees that nobody was pressed.
    assert!(began.elapsed() > wait / 2, "{:?}", began.elapsed());
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_sent_when_a_reader_asks_to_be_forgotten_comes_before_the_last_word() {
    let mut world = World::new().await;
    world.start();
    let ana = world.api.private("Ana");
    ana.fail_next("sendMessage", Fault::Delay(Duration::from_secs(1)));
    ana.says(QUESTION);
    world.until("a send under way", |world| world.outbox("sending") == 1);
    ana.says("/forget");
    world.until("both messages", |_| ana.messages().len() == 2);
    world.until("an end of all", |world| world.outbox("sent") == 2);
    assert!(ana.messages()[0].text.contains("Snopes"));
    assert!(ana.messages()[1].text.contains("deleted"));
    world.stop();
    for trace in WORDS.into_iter().chain([ana.id.to_string().as_str()]) {
        assert_eq!(world.holds(trace), None, "{trace} is still there");
    }
    world.end();
}
