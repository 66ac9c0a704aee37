//! A post answered because a moderator says so, and that taken back, killed at a place.

use super::OUT;
use super::flows::{RICE, shown};
use crate::botapi::Chat;
use crate::undo::{ANSWERED, UNDECIDED, WAITS, later, says};
use crate::world::World;

/// A world in which an answer waits for so many seconds, its rooms, and the alert of a post.
fn alerted(world: &mut World, seconds: u32) -> (Chat, Chat, i64) {
    let (room, town) = (world.api.group("Moderators"), world.api.group("Town"));
    world.api.hears_everything();
    let more = format!(
        "moderators = {}\nwatch = [{}]\n[moderation]\nanswer_undo_seconds = {seconds}\n",
        room.id, town.id
    );
    world.again(&more, "127.0.0.1:0");
    world.start();
    town.says(RICE);
    let alert = shown(world, "an alert", || room.messages().into_iter().next());
    world.settled(1);
    (room, town, alert.id)
}

/// A moderator has a post answered where it stands.
pub(super) fn answered(place: &'static str, mut world: World) {
    let (room, town, alert) = alerted(&mut world, 1);
    world.killed_at(place, |_| {
        room.presses(alert, "Answer there");
    });
    says(&world, &room, ANSWERED);
    world.settled(2);
    let answers = "SELECT count(*) FROM outbox
                   WHERE once LIKE 'answer %' AND state IN ('sent', 'uncertain')";
    assert_eq!(world.count(answers), 1, "{place}: it has an end");
    let said = town.messages().len();
    assert!(said == 1 || OUT.contains(&place) && said == 0, "{place}: {said} answers");
    assert_eq!(world.count("SELECT count(*) FROM audit"), 1, "{place}: a press is kept once");
    world.end();
}

/// A moderator takes that back.
pub(super) fn taken_back(place: &'static str, mut world: World) {
    let (room, town, alert) = alerted(&mut world, 300);
    room.presses(alert, "Answer there");
    says(&world, &room, WAITS);
    let open = |world: &World| world.outbox("planned") + world.outbox("sending");
    world.until("only it waits", |world| open(world) == 1);
    world.killed_at(place, |_| {
        room.presses(alert, "Take back");
    });
    says(&world, &room, UNDECIDED);
    world.settled(3);
    later(&world);
    let dropped = "SELECT count(*) FROM outbox WHERE reason = 'a moderator took it back'";
    assert_eq!((world.count(dropped), town.messages().len()), (1, 0), "{place}");
    let kept = world.texts("SELECT action || ' ' || effect FROM audit ORDER BY rowid");
    assert_eq!(kept, ["answer done", "take-back done"], "{place}: a press is kept once");
    // Asked for again, it is sent.
    room.presses(alert, "Answer there");
    says(&world, &room, WAITS);
    later(&world);
    shown(&world, "an answer", || town.messages().into_iter().next());
    says(&world, &room, ANSWERED);
    assert_eq!(town.messages().len(), 1, "{place}");
    world.end();
}
