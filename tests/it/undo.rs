//! An answer below a post that a moderator asked for waits for a moment, in which it can be taken
//! back.

use std::time::Duration;

use crate::botapi::{Chat, Fault};
use crate::checked::watched;
use crate::world::World;

const RICE: &str = "Shock: rice exported from China is made of plastic pellets, a friend at the \
                    customs office in Lagos told me";
const ANSWERS: &str = "SELECT count(*) FROM outbox WHERE once LIKE 'answer %'";

/// A world in which an answer waits for so many seconds, its rooms, and the alert of a post.
async fn alerted(seconds: u32) -> (World, Chat, Chat, i64) {
    let mut world = World::new().await;
    let (room, town) = watched(&mut world, &format!("answer_undo_seconds = {seconds}\n"));
    town.says(RICE);
    let alert = world.api.wait_for("an alert", |_| room.messages().into_iter().next()).await;
    (world, room, town, alert.id)
}

/// Waits until an alert ends so: what was decided, and its buttons.
pub(crate) fn says(world: &World, room: &Chat, end: &str) {
    world.until(end, |_| shown(room) == end);
}

/// How the first alert ends.
pub(crate) fn shown(room: &Chat) -> String {
    let alert = room.messages().remove(0);
    let last = alert.text.lines().last().unwrap_or_default();
    let last = if last.starts_with("In common:") { "" } else { last };
    format!("{last} [{}]", alert.labels().join("] [")).trim().to_owned()
}

/// What whoever pressed a button reads.
fn toast(world: &World, press: &str) -> String {
    world.until("an answer to the press", |world| world.api.press_answer(press).is_some());
    let answer = world.api.press_answer(press).expect("an answer");
    answer["text"].as_str().unwrap_or_default().to_owned()
}

/// Time passes: what waits is due.
pub(crate) fn later(world: &World) {
    world.execute("UPDATE outbox SET not_before = planned_at + 1 WHERE state = 'planned'");
}

pub(crate) const UNDECIDED: &str = "[Right match] [Wrong match] [Answer there] [Mute]";
pub(crate) const WAITS: &str =
    "Answer there requested. [Right match] [Wrong match] [Take back] [Mute]";
pub(crate) const ANSWERED: &str = "Answer there requested. [Right match] [Wrong match] [Mute]";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_in_time_is_never_sent_and_may_be_asked_for_again() {
    let (mut world, room, town, alert) = alerted(300).await;
    assert_eq!(shown(&room), UNDECIDED);
    let asked = room.presses(alert, "Answer there");
    says(&world, &room, WAITS);
    let back = room.presses(alert, "Take back");
    says(&world, &room, UNDECIDED);
    insta::assert_snapshot!(format!("{}\n{}", toast(&world, &asked), toast(&world, &back)), @r"
    The answer is on its way to where the post stands.
    Taken back. Nothing is sent.
    ");
    // Neither as time passes, nor after a start, nor by command.
    later(&world);
    world.kill();
    world.start();
    let id = world.texts("SELECT id FROM outbox WHERE reason = 'a moderator took it back'");
    assert_eq!(id.len(), 1);
    let retry = world.command(&["dead", "retry", &id[0]]).output().expect("the program");
    let said = String::from_utf8_lossy(&retry.stderr).into_owned();
    assert_eq!((retry.status.code(), said.contains("has been deleted")), (Some(2), true), "{said}");
    let ben = world.api.private("Ben");
    ben.says("Who has the secret moon landing tapes?");
    world.api.wait_for("an answer", |_| ben.messages().into_iter().next()).await;
    assert_eq!(town.messages().len(), 0);
    assert_eq!(world.count("SELECT count(*) FROM told JOIN outbox ON id = outbox_id"), 1, "Ben's");
    assert_eq!(
        world.texts("SELECT action || ' ' || effect FROM audit ORDER BY rowid"),
        ["answer done", "take-back done"]
    );

    room.presses(alert, "Answer there");
    says(&world, &room, WAITS);
    later(&world);
    let answer = world.api.wait_for("an answer", |_| town.messages().into_iter().next()).await;
    assert!(answer.text.starts_with("False, says Snopes"), "{}", answer.text);
    says(&world, &room, ANSWERED);
    assert_eq!(town.messages().len(), 1);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_takes_back_is_sent_once_its_seconds_are_over() {
    let (world, room, town, alert) = alerted(6).await;
    let began = std::time::Instant::now();
    room.presses(alert, "Answer there");
    says(&world, &room, WAITS);
    // What else is decided meanwhile leaves it as it is.
    room.presses(alert, "Wrong match");
    says(&world, &room, "Answer there requested. [Take back]");
    world.api.wait_for("an answer", |_| town.messages().into_iter().next()).await;
    assert!(began.elapsed() >= Duration::from_secs(6), "{:?}", began.elapsed());
    says(&world, &room, "Answer there requested. []");
    // And that is all: the alert was put right once after it was sent.
    world.settled(3);
    assert_eq!((room.messages()[0].edits.len(), town.messages().len()), (3, 1));
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_back_too_late_is_told_so() {
    let (world, room, town, alert) = alerted(300).await;
    town.fail_next("sendMessage", Fault::Delay(Duration::from_secs(3)));
    room.presses(alert, "Answer there");
    says(&world, &room, WAITS);
    later(&world);
    world.until("it is being sent", |world| world.outbox("sending") == 1);
    let back = room.presses(alert, "Take back");
    insta::assert_snapshot!(toast(&world, &back), @"Too late: it was sent.");
    says(&world, &room, ANSWERED);
    world.api.wait_for("an answer", |_| town.messages().into_iter().next()).await;
    world.settled(3);
    assert_eq!((world.count(ANSWERS), town.messages().len()), (1, 1));
    let effect = "SELECT effect FROM audit WHERE action = 'take-back'";
    assert_eq!(world.texts(effect), ["too late"]);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_press_at_once_ask_for_one_answer_and_take_one_back() {
    let (world, room, town, alert) = alerted(300).await;
    for moderator in ["Mod One", "Mod Two"] {
        room.by(moderator).presses(alert, "Answer there");
    }
    world.until("both are heard", |world| world.inbox("done") == 2);
    says(&world, &room, WAITS);
    assert_eq!(world.count(ANSWERS), 1);
    let presses =
        ["Mod One", "Mod Two"].map(|moderator| room.by(moderator).presses(alert, "Take back"));
    for press in &presses {
        assert_eq!(toast(&world, press), "Taken back. Nothing is sent.");
    }
    says(&world, &room, UNDECIDED);
    assert_eq!(world.count(ANSWERS), 0);
    assert_eq!(
        world.texts("SELECT action || ' ' || effect FROM audit ORDER BY rowid"),
        ["answer done", "answer done", "take-back done", "take-back taken back"]
    );
    later(&world);
    world.settled(5);
    assert_eq!(town.messages().len(), 0);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_wait_there_is_nothing_to_take_back() {
    let (world, room, town, alert) = alerted(0).await;
    room.presses(alert, "Answer there");
    world.api.wait_for("an answer", |_| town.messages().into_iter().next()).await;
    says(&world, &room, ANSWERED);
    world.settled(2);
    assert_eq!(room.messages()[0].edits.len(), 1);
    world.end();
}
