//! Claims that spread before anybody checked them: what happens when the check appears.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use claimwatch::answer::{Answering, Receiver};
use claimwatch::claim::moderation;
use claimwatch::claim::sketch::Sketch;
use claimwatch::doors::{Clock, Fault};
use claimwatch::house::House;
use claimwatch::learn::Checks;
use claimwatch::store::{Also, End, Sighting};

use crate::botapi::Chat;
use crate::later::{answering, house, import, noon, reached, take_in, undated};
use crate::world::World;

const LAMPS: &str = "They say Himalayan salt lamps clean the air by catching viruses and pollen, I \
                     have ordered three of them";
const CHECK: &str = r#"{"@type":"ClaimReview","url":"https://www.snopes.com/fact-check/invented-salt-lamps/","name":"Salt lamps do not clean the air","claimReviewed":"Himalayan salt lamps clean the air by catching viruses and pollen.","reviewBody":"Three laboratories measured nothing.","datePublished":"2026-10-02","inLanguage":"en","reviewRating":{"alternateName":"Unsupported"}}"#;

/// A world with moderators, a watched group, and a claim told again when it has twice the posts.
pub(crate) fn watched(world: &mut World, settings: &str) -> (Chat, Chat) {
    let (room, town) = (world.api.group("Moderators"), world.api.group("Town"));
    world.api.hears_everything();
    let more = format!(
        "moderators = {}\nwatch = [{}]\n[moderation]\ngrowth_factor = 2\n{settings}",
        room.id, town.id
    );
    world.again(&more, "127.0.0.1:0");
    world.start();
    (room, town)
}

/// Some people of the town say it, in nearly the same words.
pub(crate) fn spreads(world: &World, town: &Chat, people: &[&str]) {
    let before = world.inbox("no_match") + world.inbox("answered");
    for (number, person) in people.iter().enumerate() {
        town.by(person).says(&format!("{LAMPS}{}", "!".repeat(number)));
    }
    let all = before + u64::try_from(people.len()).expect("a number");
    world.until("all are looked at", |world| {
        world.inbox("no_match") + world.inbox("answered") == all
    });
}

pub(crate) fn compared(world: &World) {
    let checked =
        "SELECT value = (SELECT max(sequence) FROM review) FROM meta WHERE name = 'checked'";
    world.until("all are compared", |world| world.count(checked) == 1);
    world.until("an end of all", |world| world.outbox("planned") + world.outbox("sending") == 0);
}

fn gaps(world: &World) -> String {
    let out = world.command(&["gaps", "--csv"]).output().expect("the program");
    String::from_utf8_lossy(&out.stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn moderators_are_told_once_which_spreading_claim_a_new_check_answers() {
    let mut world = World::new().await;
    let (room, town) = watched(&mut world, "answer_undo_seconds = 1\n");
    spreads(&world, &town, &["Ana", "Bea", "Cem"]);
    town.by("Cem").says("The lighthouse of Marnstadt will be painted pink by order of the king");
    assert!(gaps(&world).contains("Himalayan"), "{}", gaps(&world));
    assert_eq!(room.messages().len(), 0);
    import(&world, CHECK);
    let alert = world.api.wait_for("an alert", |_| room.messages().into_iter().next()).await;
    insta::assert_snapshot!(undated(&alert.text), @r#"
    A claim that spreads has now been checked

    They say Himalayan salt lamps clean the air by catching viruses and pollen, I have ordered three of them!!
    Seen in “Town” (telegram.main): t.me

    3 posts, 3 accounts, 3 in the last hour, since DATE.
    Language: English

    Unsupported, says Snopes (2 October 2026).

    The claim they checked: “Himalayan salt lamps clean the air by catching viruses and pollen.”
    Read the check: Salt lamps do not clean the air (snopes.com)

    In common: himalayan, salt, lamps, clean, air, catching
    "#);
    assert_eq!(alert.labels(), ["Right match", "Wrong match", "Answer there", "Mute"]);
    assert!(!gaps(&world).contains("Himalayan"), "{}", gaps(&world));

    let counted = "claimwatch_claim_lookups_total{outcome=\"told\"} 1";
    world.until("it is counted", |world| {
        crate::feeds::get(&world.base(), "/metrics").contains(counted)
    });

    // It changes, and the daemon starts anew: moderators have been told.
    import(&world, &CHECK.replace("Three laboratories", "Four laboratories"));
    compared(&world);
    world.kill();
    world.start();
    import(&world, &CHECK.replace("Three laboratories", "Five laboratories"));
    compared(&world);
    assert_eq!(room.messages().len(), 1);
    assert_eq!(world.count("SELECT told_today FROM claim WHERE review_id IS NOT NULL"), 1);

    // It is a claim with a check now: told again when it has grown, and decided as any other.
    spreads(&world, &town, &["Dan", "Eva", "Fay"]);
    let grown = world.api.wait_for("growth", |_| room.messages().into_iter().nth(1)).await;
    assert!(grown.text.starts_with("Growing: 6 posts so far"), "{}", grown.text);
    room.presses(alert.id, "Answer there");
    let answer = world.api.wait_for("an answer", |_| town.messages().into_iter().next()).await;
    assert!(answer.text.contains("Snopes"), "{}", answer.text);
    room.presses(alert.id, "Right match");
    world.until("decided", |_| {
        room.messages().iter().all(|one| one.text.contains("Decided: right match."))
    });
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_check_answers_is_one_claim_and_one_alert() {
    let mut world = World::new().await;
    let (room, town) = watched(&mut world, "");
    spreads(&world, &town, &["Ana", "Bea", "Cem"]);
    let other = "My doctor swears since last winter: Himalayan salt lamps clean the air by \
                 catching viruses and pollen, says a leaflet of the pharmacy";
    for person in ["Cem", "Dan", "Eva", "Fay"] {
        town.by(person).says(other);
    }
    world.until("two claims", |world| {
        world.count("SELECT count(*) FROM claim WHERE text IS NOT NULL") == 2
            && world.inbox("new") == 0
    });
    import(&world, CHECK);
    compared(&world);
    assert_eq!(room.messages().len(), 1);
    assert!(room.messages()[0].text.contains("4 posts"), "{}", room.messages()[0].text);
    assert_eq!(world.count("SELECT count(*) FROM claim"), 1);
    assert_eq!(world.count("SELECT posts FROM claim"), 7);
    assert_eq!(world.count("SELECT count(DISTINCT claim) FROM claim_post"), 1);
    assert_eq!(world.count("SELECT count(DISTINCT claim) FROM claim_band"), 1);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_whose_check_is_withdrawn_is_a_gap_again_until_there_is_another() {
    let mut world = World::new().await;
    let (_, town) = watched(&mut world, "");
    spreads(&world, &town, &["Ana", "Bea", "Cem"]);
    import(&world, &CHECK.replacen('{', r#"{"@id":"lamps","#, 1));
    compared(&world);
    assert!(!gaps(&world).contains("Himalayan"), "{}", gaps(&world));
    let withdrawn = world.command(&["withdraw", "lamps"]).output().expect("withdraw");
    assert!(withdrawn.status.success(), "{}", String::from_utf8_lossy(&withdrawn.stderr));
    assert!(gaps(&world).contains("Himalayan"), "{}", gaps(&world));
    compared(&world);
    import(&world, &CHECK.replace("invented-salt-lamps", "other-salt-lamps"));
    compared(&world);
    assert!(!gaps(&world).contains("Himalayan"), "{}", gaps(&world));
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_muted_claim_and_a_lone_post_are_not_told() {
    let mut world = World::new().await;
    let (room, town) = watched(&mut world, "");
    spreads(&world, &town, &["Ana"]);
    import(&world, CHECK);
    compared(&world);
    assert_eq!(room.messages().len(), 0, "one post is nothing that spreads");
    let rice = "Nobody says that tomato leaves in the car repel every mosquito in the whole town";
    for person in ["Ana", "Bea", "Cem"] {
        town.by(person).says(rice);
    }
    world.until("a claim", |world| world.count("SELECT count(*) FROM claim WHERE posts = 3") == 1);
    world.execute("UPDATE claim SET muted_until = 9999999999999 WHERE posts = 3");
    let check = r#"{"@type":"ClaimReview","claimReviewed":"Nobody says that tomato leaves in the car repel every mosquito in the whole town.","url":"https://www.snopes.com/fact-check/invented-tomato/","reviewRating":{"alternateName":"False"}}"#;
    import(&world, check);
    compared(&world);
    assert_eq!(world.count("SELECT count(*) FROM claim WHERE review_id IS NOT NULL"), 1);
    assert_eq!(room.messages().len(), 0, "muted, but no gap any more");
    world.end();
}

/// What answers in a house whose alerts go to one receiver.
fn line(house: &House) -> Answering {
    let receivers = vec![Receiver { name: "webhook.desk".into(), keyed: true }];
    Answering { receivers, moderation: moderation::Settings::default(), ..answering(house) }
}

fn checks(house: &House) -> Checks {
    let line = line(house);
    Checks {
        store: Arc::clone(&house.store),
        analyzers: Arc::clone(&house.analyzers),
        check: Arc::new(move |claim, since, quietly| line.now_checked(claim, since, quietly)),
        clock: Clock::new(noon),
        fault: Fault::default(),
        days: 30,
        posts_min: 2,
        pass: Mutex::default(),
    }
}

/// A claim that so many posts make, the last of them at that time.
fn spread(house: &House, claim: &str, text: &str, posts: usize, at: DateTime<Utc>) {
    for number in 0..posts {
        let sighting = Sighting {
            claim: claim.to_owned(),
            sketch: Sketch::of(text),
            text: Some(text.to_owned()),
            place: "rss.town".to_owned(),
            at,
            checked: house.store.checked().expect("a cursor"),
            ..Sighting::default()
        };
        let also = Also { sighting: Some(&sighting), ..Also::default() };
        let inbox = format!("{claim} {number}");
        house.store.end_with(&inbox, End::NoMatch, &[], also, at).expect("stored");
    }
}

const GARLIC: &str = "Drinking boiled garlic water cures influenza overnight";

fn all_steps(checks: &Checks, sequence: u64) -> (usize, usize) {
    let (mut steps, mut told) = (0, 0);
    loop {
        let step = checks.step(sequence).expect("a step");
        assert!(step.looked_up <= 32, "{step:?}");
        if !step.more {
            return (steps, told);
        }
        (steps, told) = (steps + 1, told + step.told);
    }
}

#[test]
fn of_many_claims_only_those_are_looked_up_that_share_words_with_a_new_check() {
    let dir = tempfile::tempdir().expect("a directory");
    let house = house(&dir);
    let checks = checks(&house);
    for number in 0..100 {
        let text = format!("Minister Number{number} sold bridge{number} to a circus of Atlantis");
        spread(&house, &format!("c{number}"), &text, 2, noon());
    }
    spread(&house, "garlic", &format!("{GARLIC}, my aunt says"), 2, noon());
    spread(&house, "old", &format!("{GARLIC}, says my uncle"), 2, noon() - TimeDelta::days(31));
    spread(&house, "lone", &format!("{GARLIC}, says my cousin"), 1, noon());
    take_in(&house, &[GARLIC.to_owned()]);
    let sequence = reached(&house);
    let step = checks.step(sequence).expect("a step");
    assert_eq!((step.looked_up, step.told), (1, 1));
    assert_eq!(house.store.checked().expect("a cursor"), sequence);
    assert!(!checks.step(sequence).expect("a step").more);
    let claim = house.store.claim("garlic").expect("a database").expect("the claim");
    assert_eq!((claim.told_posts, claim.told_today), (2, 1));
    let old = house.store.claim("old").expect("a database").expect("the claim");
    assert_eq!(old.review_id, None, "nobody has said it for long");
}

#[test]
fn an_import_is_taken_in_small_steps_and_does_not_drown_the_moderators() {
    let dir = tempfile::tempdir().expect("a directory");
    let house = house(&dir);
    let checks = checks(&house);
    let claim = |number: usize| {
        format!("Minister Number{number} sold the old bridge of Town{number} to Circus{number}")
    };
    for number in 0..60 {
        spread(&house, &format!("c{number:02}"), &claim(number), 2 + number % 3, noon());
    }
    take_in(&house, &(0..60).map(claim).collect::<Vec<_>>());
    let sequence = reached(&house);
    let first = checks.step(sequence).expect("a step");
    assert!(first.more && house.store.checked().expect("a cursor") < sequence);
    let (steps, told) = all_steps(&checks, sequence);
    assert!(steps >= 1, "it takes more than one step");
    let told = told + first.told;
    assert!((20..=32).contains(&told), "{told} are told");
    assert_eq!(house.store.unchecked(2, noon()).expect("claims").len(), 0, "none is a gap");
    let states = house.store.outbox_states().expect("states");
    assert_eq!(states, [("planned".to_owned(), u64::try_from(told).expect("a number"))]);
}

#[test]
fn a_post_that_was_matched_before_the_check_could_be_found_is_looked_up_again() {
    let dir = tempfile::tempdir().expect("a directory");
    let house = house(&dir);
    let checks = checks(&house);
    let before = house.store.checked().expect("a cursor");
    take_in(&house, &[GARLIC.to_owned()]);
    let sequence = reached(&house);
    assert_eq!(all_steps(&checks, sequence).1, 0);
    assert_eq!(house.store.checked().expect("a cursor"), sequence);
    // Matched before that, stored after it.
    let text = format!("{GARLIC}, my aunt says");
    for number in 0..2 {
        let sighting = Sighting {
            claim: "garlic".to_owned(),
            sketch: Sketch::of(&text),
            text: Some(text.clone()),
            place: "rss.town".to_owned(),
            at: noon(),
            checked: before,
            ..Sighting::default()
        };
        let also = Also { sighting: Some(&sighting), ..Also::default() };
        let inbox = format!("in{number}");
        house.store.end_with(&inbox, End::NoMatch, &[], also, noon()).expect("stored");
    }
    assert_eq!(all_steps(&checks, sequence).1, 1);
    assert_eq!(all_steps(&checks, sequence).1, 0);
}
