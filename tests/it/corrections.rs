//! Corrections, from end to end: what was told is put right when its check changes or goes.

use chrono::{TimeDelta, Utc};
use claimwatch::store::{Outcome, Outgoing};

use crate::botapi::{BotMessage, Chat, Fault};
use crate::later::{answering, house, import, noon, reached, take_in, undated};
use crate::world::{CHECKS, World};

const RICE: &str =
    "My aunt says that rice exported from China is made of plastic pellets, is that true?";

/// A correction's way, and how it is sent.
pub(crate) const PLACES: [&str; 5] = [
    "correction-before-plan",
    "correction-planned",
    "send-marked",
    "sent-before-receipt",
    "receipt-stored",
];

/// The check of the rice with another verdict.
pub(crate) fn changed(verdict: &str) -> String {
    let rice = CHECKS.lines().next().expect("a check");
    assert!(rice.contains(r#""alternateName":"False""#), "{rice}");
    rice.replace(r#""alternateName":"False""#, &format!(r#""alternateName":"{verdict}""#))
}

pub(crate) fn withdraw(world: &World, id: &str) {
    let ran = world.command(&["withdraw", id]).output().expect("withdraw");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

async fn reads(world: &World, chat: &Chat, what: &str) -> BotMessage {
    let find = |_: &_| chat.messages().into_iter().find(|one| one.text.contains(what));
    world.api.wait_for(&format!("{what:?}"), find).await
}

/// All that changed was looked at.
pub(crate) fn all_seen(world: &World) {
    let seen = "SELECT count(*) FROM meta WHERE name IN ('followed', 'corrected')
                AND value = (SELECT max(sequence) FROM review)";
    world.until("both cursors", |world| world.count(seen) == 2);
    world.until("an end of all", |world| world.outbox("planned") + world.outbox("sending") == 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_verdict_is_put_right_where_it_was_told() {
    let mut world = World::new().await;
    world.start();
    let (ana, family) = (world.api.private("Ana"), world.api.group("Family"));
    ana.says(RICE);
    let bot = world.api.bot_name();
    family.says(&format!("@{bot} {RICE}"));
    reads(&world, &ana, "False, says Snopes").await;
    reads(&world, &family, "False, says Snopes").await;
    world.settled(2);
    // Another text under the same verdict is no correction.
    import(&world, &changed("False").replace("No laboratory", "Not one laboratory"));
    all_seen(&world);
    assert!(ana.messages()[0].edits.is_empty());
    import(&world, &changed("Mostly false"));
    let put_right = reads(&world, &ana, "Correction").await;
    insta::assert_snapshot!(undated(&put_right.text), @r#"
    Correction (DATE): Snopes has changed its verdict (before: “False”).

    The claim they checked: “Rice exported from China is made of plastic pellets.”

    Mostly false, says Snopes (24 February 2025).

    From the check: No laboratory that looked at such rice found plastic in it. The videos show ordinary rice that was cooked too long. Plastic would cost more than rice.

    Read the check: Is Rice from China Made of Plastic? (snopes.com)
    Sources: [1] Food Safety Centre report (example.org), [2] Interview with a grain trader (example.org)

    Matched automatically to your message. Not the same? Tell me.
    "#);
    assert_eq!(put_right.labels(), ["Read it at snopes.com", "Not the same claim"]);
    reads(&world, &family, "Mostly false, says Snopes").await;
    all_seen(&world);
    world.kill();
    world.start();
    all_seen(&world);
    for chat in [&ana, &family] {
        let messages = chat.messages();
        assert_eq!((messages.len(), messages[0].edits.len()), (1, 1), "put right once");
    }
    // And once more when it changes once more.
    import(&world, &changed("True"));
    reads(&world, &ana, "True, says Snopes").await;
    all_seen(&world);
    let counted = "claimwatch_corrections_total{outcome=\"told\"}";
    world.until("it is counted", |world| {
        crate::feeds::get(&world.base(), "/metrics").contains(counted)
    });
    assert_eq!(ana.messages()[0].edits.len(), 2);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_check_leaves_no_verdict_behind() {
    let mut world = World::new().await;
    world.start();
    let (ana, ben) = (world.api.private("Ana"), world.api.private_in("Ben", "de"));
    ana.says(RICE);
    ben.says(RICE);
    reads(&world, &ana, "Snopes").await;
    reads(&world, &ben, "Snopes").await;
    world.settled(2);
    withdraw(&world, "plastic-rice");
    let put_right = reads(&world, &ana, "Correction").await;
    insta::assert_snapshot!(undated(&put_right.text), @r#"
    Correction (DATE): the check by Snopes that was shown here has been withdrawn. Please do not rely on what it said.

    Send the message again, and I look for other checks.
    "#);
    assert!(put_right.labels().is_empty(), "{:?}", put_right.labels());
    assert_eq!(put_right.preview["is_disabled"], true);
    all_seen(&world);
    // Who asks now is not told of it either.
    ana.says(RICE);
    reads(&world, &ana, "no check of this yet").await;
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_to_be_sent_is_answered_anew_before_it_goes_out() {
    let mut world = World::new().await;
    world.start();
    let ana = world.api.private("Ana");
    ana.fail_next("sendMessage", Fault::TooManyRequests { retry_after: 3 });
    ana.says(RICE);
    world.until("a 429", |world| {
        world.api.calls("sendMessage").len() == 1 && world.outbox("planned") == 1
    });
    withdraw(&world, "plastic-rice");
    let told = reads(&world, &ana, "no check of this yet").await;
    assert_eq!(told.labels(), ["Tell me when there is one"], "as if asked now");
    world.settled(1);
    let messages = ana.messages();
    assert_eq!((messages.len(), messages[0].edits.len()), (1, 0));
    ana.presses(told.id, "Tell me when there is one");
    reads(&world, &ana, "Noted.").await;
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follow_up_whose_check_goes_before_it_is_sent_is_not_sent() {
    let mut world = World::new().await;
    world.start();
    let ana = world.api.private("Ana");
    let lamps = "They say Himalayan salt lamps clean the air by catching viruses and pollen";
    let check = r#"{"@type":"ClaimReview","@id":"lamps","claimReviewed":"Himalayan salt lamps clean the air by catching viruses and pollen.","url":"https://www.snopes.com/fact-check/invented-salt-lamps/","reviewRating":{"alternateName":"Unsupported"}}"#;
    ana.says(lamps);
    let none = reads(&world, &ana, "no check").await;
    ana.presses(none.id, "Tell me when there is one");
    world.settled(2);
    ana.fail_next("sendMessage", Fault::TooManyRequests { retry_after: 3 });
    let calls = world.api.calls("sendMessage").len();
    import(&world, check);
    world.until("a 429", |world| {
        world.api.calls("sendMessage").len() == calls + 1 && world.outbox("planned") == 1
    });
    withdraw(&world, "lamps");
    all_seen(&world);
    assert_eq!(ana.messages().len(), 1);
    // She waits on, and is told of the next one.
    let next =
        check.replace("lamps\",\"claim", "lamps-2\",\"claim").replace("snopes.com", "fullfact.org");
    import(&world, &next);
    reads(&world, &ana, "Full Fact").await;
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn very_old_answers_are_left_alone() {
    let mut world = World::new().await;
    world.start();
    let ana = world.api.private("Ana");
    ana.says(RICE);
    reads(&world, &ana, "Snopes").await;
    world.settled(1);
    world.stop();
    import(&world, &changed("True"));
    let store = world.store();
    let found = |since| store.outdated(0, since, 9).expect("a database").len();
    assert_eq!(found(Utc::now() - TimeDelta::days(90)), 1);
    assert_eq!(found(Utc::now() + TimeDelta::minutes(1)), 0);
    drop(store);
    world.end();
}

#[test]
fn a_correction_is_planned_once() {
    let dir = tempfile::tempdir().expect("a directory");
    let house = house(&dir);
    let answering = answering(&house);
    take_in(&house, &["Drinking boiled garlic water cures influenza overnight".to_owned()]);
    assert!(reached(&house) > 0);
    let row = crate::later::asked("in1", "Is it true that garlic water cures influenza overnight?");
    let to = match &row.incoming {
        Ok(incoming) => incoming.reply_to.clone().expect("a place"),
        Err(why) => panic!("{why}"),
    };
    house.store.receive(&to.chat, &[row], None, noon()).expect("stored");
    answering.step().expect("a step");
    let until = noon() + TimeDelta::seconds(60);
    let sending = house.store.lease_outbox(9, noon(), until).expect("leased");
    let sent = Outcome::Sent(Some("at://post/1".to_owned()));
    house.store.end_outbox(&sending[0], &sent, noon()).expect("sent");
    let id = house.store.changes_after(0, 9).expect("changes")[0].stored.clone().expect("it").id;
    house.store.withdraw(&id, noon()).expect("withdrawn");
    let outdated = house.store.outdated(0, noon(), 9).expect("outdated");
    assert_eq!(outdated.len(), 1);
    let correction = answering.correction(&outdated[0]).expect("a correction");
    let edit = correction.sent.as_ref().expect("a plan");
    assert!(matches!(edit.outgoing, Outgoing::Edit { .. }));
    assert_eq!(edit.target.as_ref(), Some(&outdated[0].answer));
    for _ in 0..2 {
        house.store.correct(std::slice::from_ref(&correction), Some(9), noon()).expect("planned");
    }
    let states = house.store.outbox_states().expect("states");
    assert_eq!(states, [("planned".to_owned(), 1), ("sent".to_owned(), 1)]);
    assert!(house.store.outdated(0, noon(), 9).expect("outdated").is_empty());
}
