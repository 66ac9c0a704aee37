//! Somebody mentions the account, and what comes of it.

use serde_json::{Value, json};

use super::state::Fault;
use super::{Network, Ref};
use crate::corrections::{all_seen, changed, withdraw};
use crate::later::{import, undated};
use crate::world::World;

const SHARK: &str =
    "a shark swimming along a flooded highway in Houston after the hurricane, look at this photo";

async fn world(network: &Network, more: &str) -> World {
    let mut world = World::with(&format!("{}{more}", network.config())).await;
    start(&mut world);
    world
}

fn start(world: &mut World) {
    world.start();
    world.hears("account is ready");
    // The first look only finds where to begin.
    world.until("a first look", |world| {
        world.count("SELECT count(*) FROM source WHERE name = 'bluesky.sky'") == 1
    });
}

fn answered(world: &World, network: &Network, count: usize) -> Vec<Value> {
    world.until(&format!("{count} answers"), |world| {
        network.answers().len() >= count && world.outbox("sent") == count as u64
    });
    network.answers()
}

fn end(world: World, network: &Network) {
    world.end();
    assert_eq!(network.violations(), Vec::<String>::new());
}

fn mentioned(network: &Network, author: &str, text: &str) -> Ref {
    network.post(author, &format!("@claimwatch.test {text}"), None)
}

#[tokio::test]
async fn a_mention_is_answered_in_its_thread_with_the_link() {
    let network = Network::start();
    mentioned(&network, "old", "garlic water cures influenza overnight");
    let world = world(&network, "").await;
    let asked = mentioned(&network, "ann", &format!("is it true? {SHARK}"));
    let answers = answered(&world, &network, 1);
    let text = answers[0]["text"].as_str().expect("a text");
    insta::assert_snapshot!(text, @"
    Altered, says AFP Fact Check (29 August 2026).

    The claim they checked: “A photo shows a shark swimming along a flooded highway in Houston after a hurricane.”

    Read the check: factcheck.afp.com
    Matched automatically.
    ");
    let here = json!({"uri": asked.uri, "cid": asked.cid});
    assert_eq!(answers[0]["reply"], json!({"root": here, "parent": here}));
    assert_eq!(answers[0]["langs"], json!(["en"]));
    let facet = &answers[0]["facets"][0];
    let at = |key: &str| facet["index"][key].as_u64().expect("a place") as usize;
    assert_eq!(&text[at("byteStart")..at("byteEnd")], "factcheck.afp.com");
    let link = "https://factcheck.afp.com/invented-shark-highway";
    assert_eq!(facet["features"][0]["uri"], link);
    let profile = network.with(|state| state.profile()).expect("a profile");
    assert_eq!(profile["labels"]["values"], json!([{"val": "bot"}]));
    // What lay behind us when we came is not answered.
    assert_eq!((world.inbox("answered"), answers.len()), (1, 1));
    end(world, &network);
}

#[tokio::test]
async fn a_mention_below_a_post_asks_about_that_post_and_nothing_found_is_said() {
    let network = Network::start();
    let world = world(&network, "").await;
    let claim = network.post("bob", SHARK, None);
    let asked = network.post("ann", "@claimwatch.test is this so?", Some(&claim));
    let answers = answered(&world, &network, 1);
    assert!(answers[0]["text"].as_str().is_some_and(|text| text.starts_with("Altered, says AFP")));
    assert_eq!(answers[0]["reply"]["root"]["uri"], claim.uri.as_str());
    assert_eq!(answers[0]["reply"]["parent"]["uri"], asked.uri.as_str());

    mentioned(&network, "cy", "the mayor of our town eats only blue cheese on weekdays");
    let answers = answered(&world, &network, 2);
    insta::assert_snapshot!(answers[1]["text"].as_str().expect("a text"), @"I found no check of this yet. I looked at the checks of 5 publishers. That says nothing about whether it is true.");
    end(world, &network);
}

#[tokio::test]
async fn bots_those_who_block_us_and_more_than_the_budget_get_no_answer() {
    let network = Network::start();
    let world = world(&network, "author_hourly_max = 2\nthread_hourly_max = 3\n").await;
    network.with(|state| {
        state.bots.insert("robot".to_owned());
        state.blocking.insert("hater".to_owned());
    });
    mentioned(&network, "robot", SHARK);
    mentioned(&network, "hater", SHARK);
    for _ in 0..3 {
        mentioned(&network, "ann", SHARK);
    }
    let first = mentioned(&network, "bob", SHARK);
    for author in ["cy", "dee", "eve"] {
        network.post(author, &format!("@claimwatch.test {SHARK}"), Some(&first));
    }
    world.settled(9);
    // Ann twice; Bob's thread three times.
    assert_eq!(network.answers().len(), 5);
    assert_eq!((world.inbox("answered"), world.inbox("skipped")), (5, 4));
    // Of those who got no answer not even the place is kept.
    let kept = "SELECT count(*) FROM inbox WHERE state = 'skipped' AND conversation <> ''";
    assert_eq!(world.count(kept), 0);
    end(world, &network);
}

#[tokio::test]
async fn sessions_that_end_and_servers_that_fail_hold_up_nothing() {
    let network = Network::start();
    let world = world(&network, "").await;
    network.with(|state| state.end_sessions(false));
    mentioned(&network, "ann", SHARK);
    answered(&world, &network, 1);
    network.with(|state| state.end_sessions(true));
    mentioned(&network, "bob", SHARK);
    answered(&world, &network, 2);
    for fault in [Fault::Fails, Fault::TooOften, Fault::Swallows] {
        network.with(|state| state.faults.push_back(("com.atproto.repo.putRecord", fault)));
    }
    mentioned(&network, "cy", SHARK);
    answered(&world, &network, 3);
    let puts = network.with(|state| {
        assert!(state.faults.is_empty());
        state.calls.iter().filter(|call| call.ends_with("putRecord")).count()
    });
    // The profile, two answers, and three tries before the fourth found it said.
    assert_eq!(puts, 1 + 2 + 4);
    end(world, &network);
}

#[tokio::test]
async fn a_password_that_is_not_known_is_told_once_and_not_tried_all_the_time() {
    let network = Network::start();
    network.with(|state| state.locked_out = true);
    let mut world = World::with(&network.config()).await;
    world.start();
    let line = world.hears("the account can't start");
    assert!(line.contains("make an app password"), "{line}");
    let base = world.base();
    let ready = reqwest::get(format!("{base}/readyz")).await.expect("an answer");
    let ready = ready.text().await.expect("a text");
    assert!(ready.contains("bluesky.sky"), "{ready}");
    let signed_in = network.with(|state| state.calls.len());
    assert_eq!(signed_in, 1);
    assert!(!world.said().contains(super::PASSWORD));
    end(world, &network);
}

#[tokio::test]
async fn killed_after_the_answer_was_taken_it_is_there_once() {
    for place in ["received-before-inbox", "answer-planned", "send-marked", "sent-before-receipt"] {
        let network = Network::start();
        let mut world = world(&network, "").await;
        world.killed_at(place, |world| {
            world.hears("account is ready");
            mentioned(&network, "ann", SHARK);
        });
        world.hears("account is ready");
        let answers = answered(&world, &network, 1);
        assert_eq!(answers.len(), 1, "{place}");
        world.settled(1);
        assert_eq!((world.outbox("sent"), world.outbox("uncertain")), (1, 0), "{place}");
        end(world, &network);
    }
}

#[tokio::test]
async fn a_question_that_was_deleted_is_not_answered() {
    let network = Network::start();
    let mut world = world(&network, "").await;
    let mut asked = None;
    world.kill();
    world.start_with_fault("answer-planned");
    world.hears("account is ready");
    asked.replace(mentioned(&network, "ann", SHARK));
    world.hears("fault reached: answer-planned");
    world.kill();
    network.with(|state| state.delete(&asked.expect("a question").uri));
    start(&mut world);
    world.until("an end", |world| world.outbox("dead") == 1);
    assert_eq!(network.answers(), Vec::<Value>::new());
    end(world, &network);
}

#[tokio::test]
async fn a_changed_answer_is_one_more_below_the_first_and_forget_is_heard() {
    let network = Network::start();
    let world = world(&network, "").await;
    let asked = mentioned(&network, "ann", SHARK);
    let answers = answered(&world, &network, 1);
    // As a correction plans it: the answer that was sent is its target.
    let path = world.data().join("claimwatch.db");
    let database = rusqlite::Connection::open(path).expect("the database");
    let outgoing: String = database
        .query_row("SELECT outgoing FROM outbox", [], |row| row.get(0))
        .expect("what was sent");
    let edit = outgoing.replacen("{\"send\":", "{\"edit\":", 1).replace("Altered", "Mended");
    let plan =
        "INSERT INTO outbox (id, position, inbox_id, once, chat, conversation, message, lane,
            target, repeatable, ephemeral, outgoing, state, planned_at)
        SELECT 'edit', position + 1, inbox_id, 'edit', chat, conversation, message, lane, id, 1, 0,
            ?1, 'planned', planned_at FROM outbox";
    database.execute(plan, [&edit]).expect("planned");
    let both = answered(&world, &network, 2);
    let (text, parent) = (both[1]["text"].as_str(), &both[1]["reply"]["parent"]["uri"]);
    assert!(text.is_some_and(|text| text.starts_with("Mended, says AFP")));
    assert_eq!(both[1]["reply"]["root"]["uri"], asked.uri.as_str());
    assert_eq!(both[0], answers[0]);
    assert!(parent.as_str().is_some_and(|uri| uri.starts_with(&format!("at://{}/", super::BOT))));

    mentioned(&network, "ann", "forget");
    world.until("the last word", |_| network.answers().len() == 3);
    let last = network.answers()[2]["text"].as_str().expect("a text").to_owned();
    assert!(last.starts_with("Done. What was still held about you is deleted."), "{last}");
    world.until("no trace", |world| world.holds("did:plc:ann").is_none());
    end(world, &network);
}

const RICE: &str = "rice exported from China is made of plastic pellets, my aunt says";

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_verdict_is_said_below_the_answer_and_a_withdrawal_leaves_no_verdict() {
    let network = Network::start();
    let mut world = world(&network, "").await;
    let asked = mentioned(&network, "ann", &format!("is it true? {RICE}"));
    let first = answered(&world, &network, 1).remove(0);
    assert!(first["text"].as_str().is_some_and(|text| text.starts_with("False, says Snopes")));
    import(&world, &changed("Mostly false"));
    let answers = answered(&world, &network, 2);
    insta::assert_snapshot!(undated(answers[1]["text"].as_str().expect("a text")), @r"
    Correction (DATE): Snopes has changed its verdict (before: “False”).

    Mostly false, says Snopes (24 February 2025).

    Read the check: snopes.com
    ");
    assert_eq!(answers[0], first, "what was said stays");
    assert_eq!(answers[1]["reply"]["root"]["uri"], asked.uri.as_str());
    let parent = answers[1]["reply"]["parent"]["uri"].as_str().expect("a parent");
    assert!(parent.starts_with(&format!("at://{}/", super::BOT)), "{parent}");
    let facet = &answers[1]["facets"][0]["features"][0]["uri"];
    assert!(facet.as_str().is_some_and(|uri| uri.contains("snopes.com")), "{facet}");
    all_seen(&world);
    world.kill();
    start(&mut world);
    withdraw(&world, "plastic-rice");
    let answers = answered(&world, &network, 3);
    insta::assert_snapshot!(undated(answers[2]["text"].as_str().expect("a text")), @"Correction (DATE): the check by Snopes that was shown here has been withdrawn. Please do not rely on what it said.");
    assert_eq!(answers[2]["langs"], json!(["en"]));
    assert_eq!(answers[2]["reply"]["parent"]["uri"], parent);
    all_seen(&world);
    assert_eq!(network.answers().len(), 3);
    end(world, &network);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_killed_at_every_step_is_said_below_the_answer_once() {
    for place in crate::corrections::PLACES {
        let network = Network::start();
        let mut world = world(&network, "").await;
        mentioned(&network, "ann", RICE);
        answered(&world, &network, 1);
        world.killed_at(place, |world| {
            world.hears("account is ready");
            import(world, &changed("Mostly false"));
        });
        let answers = answered(&world, &network, 2);
        let text = answers[1]["text"].as_str().expect("a text");
        assert!(text.starts_with("Correction") && text.contains("Mostly false"), "{place}: {text}");
        all_seen(&world);
        assert_eq!(network.answers().len(), 2, "{place}: said once");
        assert_eq!((world.outbox("uncertain"), world.outbox("dead")), (0, 0), "{place}");
        end(world, &network);
    }
}
