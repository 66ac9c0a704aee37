//! A source of posts that falls silent: told once a silence, wherever moderators are told.

use claimwatch::answer;
use claimwatch::claim::moderation;
use claimwatch::store::Silent;

use super::receiver::Receiver;
use crate::botapi::Chat;
use crate::feeds::try_push;
use crate::later::{answering, house, noon};
use crate::world::World;

const TOKEN: &str = "0123456789abcdef0123";

/// A world with a feed of posts that has brought some, and what its settings are followed by.
pub(crate) async fn spoken(world: &mut World, more: &str) -> Chat {
    let room = world.api.group("Moderators");
    world.write("push.token", TOKEN);
    let settings = format!("moderators = {}\n{more}", room.id);
    world.again(
        &format!("{settings}[feed.push.town]\ntoken_file = \"push.token\"\n"),
        "127.0.0.1:0",
    );
    world.start();
    let posts = (0..11).map(|n| format!("{{\"id\":\"{n}\",\"text\":\"Good morning\"}}"));
    push(world, &format!("[{}]", posts.collect::<Vec<_>>().join(",")));
    room
}

pub(crate) fn push(world: &World, body: &str) {
    let base = world.base();
    let told = try_push(&base, TOKEN, "application/json", body).expect("an answer");
    assert_eq!(told.status, 202, "{}", told.body);
    world.until("all are looked at", |world| world.inbox("new") == 0);
}

/// Has ten more hours gone by for the feed, in which it was listened to.
pub(crate) fn ten_hours_of_silence(world: &World) {
    world.hears("silence of feeds counts from now on");
    let ten_hours = 36_000_000;
    world.execute(&format!(
        "UPDATE source_health SET received_at = received_at - {ten_hours};
         UPDATE meta SET value = json_set(value, '$.since',
             json_extract(value, '$.since') - {ten_hours}) WHERE name = 'listening';"
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silence_is_told_once_everywhere_and_the_next_one_again() {
    let receiver = Receiver::start(&[]).await;
    let mut world = World::new().await;
    world.write("alerts.secret", "a secret");
    let hook = format!(
        "[alert.webhook.desk]\nurl = \"{}\"\nsecret_file = \"alerts.secret\"\n",
        receiver.url()
    );
    let room = spoken(&mut world, &hook).await;
    ten_hours_of_silence(&world);
    let told = |world: &World, places| {
        world.until("the silence is told", |world| world.outbox("sent") == places);
    };
    told(&world, 2);
    let alarm = room.messages().remove(0);
    let (headline, rest) = alarm.text.split_once('\n').expect("lines");
    assert_eq!(headline, "push.town has gone silent");
    assert!(rest.contains("It has never been silent for so long"), "{rest}");
    assert_eq!(alarm.labels(), [""; 0]);
    let body: serde_json::Value = serde_json::from_str(&receiver.requests()[0].body).expect("JSON");
    assert_eq!(body["alert"]["occasion"], "silent");
    assert_eq!(body["alert"]["post"]["place"], "push.town");

    // It goes on: nothing new. A start makes it neither new nor over.
    ten_hours_of_silence(&world);
    world.kill();
    world.start();
    ten_hours_of_silence(&world);
    let silent = || crate::feeds::get(&world.base(), "/metrics");
    let is_silent = "claimwatch_feed_silent{feed=\"push.town\"} 1";
    world.until("it is seen", |_| silent().contains(is_silent));
    // It speaks, and falls silent anew.
    push(&world, "{\"id\":\"again\",\"text\":\"Good evening\"}");
    assert_eq!(world.count("SELECT count(*) FROM outbox"), 2);
    ten_hours_of_silence(&world);
    ten_hours_of_silence(&world);
    told(&world, 4);
    assert_eq!((room.messages().len(), receiver.requests().len()), (2, 2));
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watched_chat_that_falls_silent_is_told_and_named_to_the_moderators_alone() {
    let mut world = World::new().await;
    let (room, town) = (world.api.group("Moderators"), world.api.group("Town"));
    let news = world.api.channel("News");
    world.api.hears_everything();
    let watch = format!("moderators = {}\nwatch = [{}, {}]\n", room.id, town.id, news.id);
    world.again(&watch, "127.0.0.1:0");
    world.start();
    for number in 0..11 {
        for chat in [&town, &news] {
            chat.says(&format!("Good morning, this is day {number}"));
        }
    }
    world.settled(22);
    ten_hours_of_silence(&world);
    let told = || room.messages().into_iter().map(|one| one.text).collect::<Vec<_>>();
    world.until("both are told", |_| told().len() == 2);
    town.says("Good evening");
    world.until("it speaks", |_| !notices(&world).contains("telegram.main watch 1"));
    assert!(notices(&world).contains("telegram.main watch 2"), "{}", notices(&world));
    assert!(!notices(&world).contains(&news.id.to_string()), "{}", notices(&world));
    ten_hours_of_silence(&world);
    ten_hours_of_silence(&world);
    world.until("told anew", |_| told().len() == 3);
    let headlines: Vec<String> =
        told().iter().map(|text| text.lines().next().unwrap_or_default().to_owned()).collect();
    let silent = |chat: &Chat| format!("telegram.main: {} has gone silent", chat.id);
    let times = |chat| headlines.iter().filter(|line| **line == silent(chat)).count();
    assert_eq!((times(&town), times(&news)), (2, 1), "{headlines:?}");
    let kept = "SELECT count(*) FROM (SELECT name AS text FROM source_health
                    UNION ALL SELECT value FROM meta) WHERE text LIKE '%-1%'";
    assert_eq!(world.count(kept), 0, "no number of a chat is kept for that");
    let metrics = crate::feeds::get(&world.base(), "/metrics");
    assert!(!metrics.contains("claimwatch_feed_silent{feed=\"telegram"), "{metrics}");
    world.end();
}

fn notices(world: &World) -> String {
    crate::feeds::get(&world.base(), "/readyz")
}

#[test]
fn a_silence_waits_for_the_end_of_quiet_hours_like_other_alerts() {
    let dir = tempfile::tempdir().expect("a directory");
    let house = house(&dir);
    let quiet = moderation::Settings {
        quiet_hours: Some("13:00-15:00".to_owned()),
        ..moderation::Settings::default()
    };
    let receivers = vec![answer::Receiver { name: "webhook.desk".into(), keyed: true }];
    let line = answer::Answering { receivers, moderation: quiet, ..answering(&house) };
    let silent = Silent {
        name: "rss.town".into(),
        since: noon(),
        received_at: noon(),
        silence_max: chrono::TimeDelta::hours(3),
        alarmed_at: None,
    };
    let [plan] = line.silence(&silent, "rss.town", noon()).try_into().expect("one place");
    let until = plan.not_before.expect("it waits");
    assert_eq!(until.to_rfc3339(), "2026-09-21T15:00:00+00:00");
    assert_eq!(plan.once, "silent rss.town 1790000000000 webhook.desk");
    assert!(plan.repeatable, "its receiver knows a repetition");
}
