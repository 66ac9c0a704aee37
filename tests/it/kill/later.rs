//! What is said later, each way killed at a place and looked at after the next start.

use super::flows::{RICE, goes_on, said_once, shown};
use crate::alerts::silence::{spoken, ten_hours_of_silence};
use crate::checked::{compared, spreads, watched};
use crate::later::import;
use crate::world::World;

pub(super) fn follow_up(place: &'static str, mut world: World) {
    let ana = world.api.private("Ana");
    world.start();
    ana.says("They say Himalayan salt lamps clean the air by catching viruses and pollen");
    let none = shown(&world, "nothing", || ana.messages().into_iter().next());
    ana.presses(none.id, "Tell me when there is one");
    world.until("a noted wish", |world| world.outbox("sent") == 3);
    let check = r#"{"@type":"ClaimReview","claimReviewed":"Himalayan salt lamps clean the air by catching viruses and pollen.","url":"https://www.snopes.com/fact-check/invented-salt-lamps/","reviewRating":{"alternateName":"Unsupported"}}"#;
    world.write("more.jsonl", check);
    let mut begun = None;
    world.killed_at(place, |world| {
        world.hears("bot is ready");
        begun = Some(world.begun(&["import", "more.jsonl"]));
    });
    drop(begun);
    world.until("a follow-up", |world| world.outbox("sent") + world.outbox("uncertain") == 4);
    said_once(&world, place, &[&ana], [1, 3]);
    // The check is looked at once more, and nobody is told again.
    world.write("more.jsonl", &check.replace("Unsupported", "False"));
    let import = world.command(&["import", "more.jsonl"]).output().expect("import");
    assert!(import.status.success(), "{}", String::from_utf8_lossy(&import.stderr));
    goes_on(&world);
    let followed =
        "SELECT value = (SELECT max(sequence) FROM review) FROM meta WHERE name = 'followed'";
    world.until("the cursor", |world| world.count(followed) == 1);
    assert!(ana.messages().len() <= 2, "{place}: told twice");
    world.end();
}

pub(super) fn correction(place: &'static str, mut world: World) {
    let ana = world.api.private("Ana");
    world.start();
    ana.says(RICE);
    world.until("an answer", |world| world.outbox("sent") == 1);
    let mut begun = None;
    world.killed_at(place, |world| {
        world.hears("bot is ready");
        begun = Some(world.begun(&["withdraw", "plastic-rice"]));
    });
    drop(begun);
    // An edit may be repeated until it is surely done.
    world.until("a correction", |world| world.outbox("sent") == 2);
    let messages = ana.messages();
    assert_eq!((messages.len(), messages[0].edits.len()), (1, 1), "{place}: put right once");
    assert!(messages[0].text.contains("withdrawn"), "{place}: {}", messages[0].text);
    goes_on(&world);
    assert_eq!(ana.messages()[0].edits.len(), 1, "{place}");
    world.end();
}

pub(super) fn silence(place: &'static str, mut world: World) {
    let handle = tokio::runtime::Handle::current();
    let room = tokio::task::block_in_place(|| handle.block_on(spoken(&mut world, "")));
    world.killed_at(place, |world| {
        world.hears("bot is ready");
        ten_hours_of_silence(world);
    });
    // What was not heard after the start is no silence.
    ten_hours_of_silence(&world);
    world.until("an alarm", |world| world.outbox("sent") + world.outbox("uncertain") == 1);
    said_once(&world, place, &[&room], [0, 0]);
    assert_eq!(world.count("SELECT count(*) FROM outbox"), 1, "{place}");
    world.end();
}

pub(super) fn checked(place: &'static str, mut world: World) {
    let (room, town) = watched(&mut world, "");
    // What is said in a group is told on only once several people say it.
    spreads(&world, &town, &["Ana", "Bea", "Cem"]);
    let check = r#"{"@type":"ClaimReview","claimReviewed":"Himalayan salt lamps clean the air by catching viruses and pollen.","url":"https://www.snopes.com/fact-check/invented-salt-lamps/","reviewRating":{"alternateName":"Unsupported"}}"#;
    let mut begun = None;
    world.write("more.jsonl", check);
    world.killed_at(place, |world| {
        world.hears("bot is ready");
        begun = Some(world.begun(&["import", "more.jsonl"]));
    });
    drop(begun);
    world.until("an alert", |world| world.outbox("sent") + world.outbox("uncertain") == 1);
    compared(&world);
    said_once(&world, place, &[&room], [0, 0]);
    // The check is looked at once more, and nobody is told again.
    import(&world, &check.replace("catching", "trapping"));
    compared(&world);
    assert!(room.messages().len() <= 1, "{place}: told twice");
    assert_eq!(world.count("SELECT count(*) FROM outbox"), 1, "{place}");
    assert_eq!(world.count("SELECT count(*) FROM queue"), 1, "{place}");
    assert_eq!(world.count("SELECT posts FROM claim WHERE review_id IS NOT NULL"), 3, "{place}");
    world.end();
}

pub(super) fn revised(place: &'static str, mut world: World) {
    let (room, town) = watched(&mut world, "");
    town.by("Ana").says(RICE);
    world.until("an alert", |world| world.outbox("sent") == 1);
    let mut begun = None;
    world.killed_at(place, |world| {
        world.hears("bot is ready");
        begun = Some(world.begun(&["withdraw", "plastic-rice"]));
    });
    drop(begun);
    world.until("it is told", |world| world.outbox("sent") + world.outbox("uncertain") == 2);
    said_once(&world, place, &[&room], [1, 1]);
    let revised =
        "SELECT value = (SELECT max(sequence) FROM review) FROM meta WHERE name = 'revised'";
    world.until("the cursor", |world| world.count(revised) == 1);
    assert_eq!(world.count("SELECT count(*) FROM outbox"), 2, "{place}: told once");
    assert_eq!(world.count("SELECT told_today FROM claim WHERE told_at > 0"), 2, "{place}");
    world.end();
}
