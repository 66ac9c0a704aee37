//! Listening switched on and off, and what is said unasked, killed at a place.

use super::SHARK;
use super::flows::{goes_on, said_once};
use crate::botapi::Chat;
use crate::world::World;

/// A watched group, in a world that has begun.
fn town(world: &mut World) -> Chat {
    let town = world.api.group("Town");
    world.api.hears_everything();
    world.again(&format!("watch = [{}]\n", town.id), "127.0.0.1:0");
    world.start();
    town
}

const LISTENED: &str = "SELECT count(*) FROM setting WHERE listening = 1";

pub(super) fn listening(place: &'static str, mut world: World) {
    let town = town(&mut world);
    world.killed_at(place, |_| {
        town.says("/listen on");
    });
    world.settled(1);
    said_once(&world, place, &[&town], [0, 0]);
    assert_eq!(world.count(LISTENED), 1, "{place}");
    town.by("Ben").says(SHARK);
    world.settled(2);
    assert_eq!(world.count("SELECT count(*) FROM unasked"), 1, "{place}: it listens");
    world.end();
}

pub(super) fn silent(place: &'static str, mut world: World) {
    let town = town(&mut world);
    town.says("/listen on");
    world.until("the first answer", |world| world.outbox("sent") == 1);
    world.killed_at(place, |_| {
        town.says("/listen off");
    });
    world.settled(2);
    said_once(&world, place, &[&town], [1, 1]);
    assert_eq!(world.count(LISTENED), 0, "{place}");
    let before = town.messages().len();
    town.by("Ben").says(SHARK);
    world.settled(3);
    assert_eq!(town.messages().len(), before, "{place}: it is silent");
    world.end();
}

pub(super) fn unasked(place: &'static str, mut world: World) {
    let town = town(&mut world);
    town.says("/listen on");
    world.until("the first answer", |world| world.outbox("sent") == 1);
    world.killed_at(place, |_| {
        town.by("Ben").says(SHARK);
    });
    world.settled(2);
    said_once(&world, place, &[&town], [1, 1]);
    assert_eq!(world.inbox("answered"), 1, "{place}");
    goes_on(&world);
    world.end();
}
