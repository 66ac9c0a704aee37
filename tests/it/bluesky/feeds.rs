//! Posts of the network come in over a stream.

use std::fmt::Write as _;

use super::{Jetstream, Network};
use crate::world::World;

const FIRST: i64 = 1_783_175_888_000_000;

async fn world(jetstream: &Jetstream, more: &str) -> World {
    let mut config = String::new();
    writeln!(config, "[feed.bluesky.all]\nservice = \"{}\"\n{more}", jetstream.url())
        .expect("a string");
    World::with(&config).await
}

fn start(world: &mut World, jetstream: &Jetstream, came: usize) {
    world.start();
    world.until("a follower", |_| jetstream.came().len() >= came);
}

#[tokio::test]
async fn a_stream_is_followed_from_where_it_was_and_what_goes_wrong_is_counted() {
    let jetstream = Jetstream::start();
    jetstream.commit(FIRST - 60_000_000, "3before", Some("Posted before anybody followed"));
    let mut world = world(&jetstream, "languages = [\"en\"]\n").await;
    start(&mut world, &jetstream, 1);
    jetstream.commit(FIRST, "3one", Some("The shark of the flooded highway in Houston"));
    jetstream.tell(FIRST, "{\"no\": \"message\"");
    jetstream.tell(FIRST, "{\"time_us\": 5, \"kind\": \"tomorrow\"}");
    jetstream.commit(FIRST + 1_000_000, "3two", Some("Garlic water cures influenza"));
    world.until("two posts", |world| {
        world.count("SELECT count(*) FROM inbox WHERE source = 'feed.bluesky.all'") == 2
    });
    let came = jetstream.came();
    assert_eq!(came, ["/subscribe?wantedCollections=app.bsky.feed.post"]);

    jetstream.close();
    world.until("a follower again", |_| jetstream.came().len() == 2);
    // A few seconds before the last one, since clocks of servers differ.
    assert!(jetstream.came()[1].ends_with(&format!("&cursor={}", FIRST + 1_000_000 - 5_000_000)));
    jetstream.commit(FIRST + 2_000_000, "3three", Some("Something else altogether"));
    world.settled(3);
    assert!(world.said().contains("some events can't be read"), "{}", world.said());
    let metrics = format!("{}/metrics", world.base());
    let metrics = reqwest::get(metrics).await.expect("metrics").text().await.expect("a text");
    let counts = "claimwatch_stream_events_total{kind=\"bluesky\",outcome=";
    assert!(metrics.contains(&format!("{counts}\"new\"}} 3")), "{metrics}");
    assert!(metrics.contains(&format!("{counts}\"malformed\"}} ")), "{metrics}");

    world.stop();
    jetstream.commit(FIRST + 3_000_000, "3four", Some("Posted while nobody followed"));
    jetstream.commit(FIRST + 3_100_000, "3five", Some("Posted and taken back meanwhile"));
    jetstream.commit(FIRST + 3_200_000, "3five", None);
    start(&mut world, &jetstream, 3);
    world.until("the fourth", |world| {
        world.count("SELECT count(*) FROM inbox WHERE external_id LIKE '%3four %'") == 1
    });
    world.settled(4);
    let taken_back = world.count("SELECT count(*) FROM inbox WHERE external_id LIKE '%3five %'");
    assert_eq!(taken_back, 0);
    world.end();
}

#[tokio::test]
async fn killed_around_a_batch_nothing_is_lost_or_stored_twice() {
    for place in ["posts-before-inbox", "posts-stored"] {
        let jetstream = Jetstream::start();
        let mut world = world(&jetstream, "").await;
        start(&mut world, &jetstream, 1);
        jetstream.commit(FIRST, "3one", Some("The first of all posts that came"));
        world.settled(1);
        world.killed_at(place, |world| {
            world.until("a follower", |_| jetstream.came().len() == 2);
            jetstream.commit(FIRST + 1, "3two", Some("The second of all posts that came"));
        });
        jetstream.commit(FIRST + 2, "3three", Some("The third of all posts that came"));
        world.settled(3);
        world.end();
    }
}

#[tokio::test]
async fn only_posts_of_the_wanted_accounts_and_words_come_in() {
    let (jetstream, network) = (Jetstream::start(), Network::start());
    let filter = format!(
        "accounts = [\"@ann.test\", \"did:plc:bob\"]\nkeywords = [\"SHARK\"]\nappview = {:?}\n",
        network.url()
    );
    let mut world = world(&jetstream, &filter).await;
    start(&mut world, &jetstream, 1);
    let came = jetstream.came();
    for did in ["did%3Aplc%3Aann", "did%3Aplc%3Abob"] {
        assert!(came[0].contains(&format!("wantedDids={did}")), "{came:?}");
    }
    jetstream.commit(FIRST, "3one", Some("A shark on the highway"));
    jetstream.commit(FIRST + 1, "3two", Some("A whale on the highway"));
    world.settled(1);
    world.end();
}

#[tokio::test]
async fn a_feed_that_cannot_be_followed_is_told_and_others_go_on() {
    let (jetstream, network) = (Jetstream::start(), Network::start());
    let more = format!(
        "[feed.bluesky.wrong]\nservice = {:?}\n[feed.bluesky.nobody]\nservice = {:?}\n\
         accounts = [\"nobody.test\"]\nappview = {:?}\n",
        network.url().replace("http://", "ws://"),
        jetstream.url(),
        network.url()
    );
    let mut world = world(&jetstream, &more).await;
    start(&mut world, &jetstream, 1);
    world.until("two failures", |world| {
        world.count("SELECT count(*) FROM source WHERE failures > 0") == 2
    });
    let ready = format!("{}/readyz", world.base());
    let ready = reqwest::get(ready).await.expect("an answer");
    // No restart of ours mends what is theirs.
    assert_eq!(ready.status(), 200);
    let ready = ready.text().await.expect("a text");
    assert!(ready.starts_with("{\"ready\":true,\"failing\":[],\"notices\":["), "{ready}");
    assert!(
        ready.contains("feed.bluesky.wrong.stream") && ready.contains("check `service`"),
        "{ready}"
    );
    assert!(ready.contains("feed.bluesky.nobody") && ready.contains("check `accounts`"), "{ready}");
    assert!(!ready.contains("feed.bluesky.all"), "{ready}");
    let metrics = format!("{}/metrics", world.base());
    let metrics = reqwest::get(metrics).await.expect("metrics").text().await.expect("a text");
    for (feed, is_open) in [("all", 1), ("wrong", 0), ("nobody", 0)] {
        let line = format!("claimwatch_stream_open{{feed=\"feed.bluesky.{feed}\"}} {is_open}\n");
        assert!(metrics.contains(&line), "{line} in {metrics}");
    }
    // A message that is too large is passed over, with what lies before the present.
    jetstream.tell(FIRST, &"x".repeat(9 * 1024 * 1024));
    world.until("a follower again", |_| jetstream.came().len() == 2);
    jetstream.commit(FIRST + 1, "3one", Some("A shark on the highway"));
    world.settled(1);
    world.end();
}
