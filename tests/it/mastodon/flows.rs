//! From end to end: the real program is mentioned on the strict server, and reads its timelines.

use super::{Draft, Fault, Mastodon, Seen};
use crate::botapi::Chat;
use crate::corrections::{all_seen, changed, withdraw};
use crate::later::{import, undated};
use crate::world::World;

const SHARK: &str =
    "a shark swimming along a flooded highway in Houston after the hurricane, look at this photo";
const RICE: &str = "Shock: rice exported from China is made of plastic pellets";
/// A message's way in and out.
const PLACES: [&str; 8] = [
    "received-before-inbox",
    "inbox-stored",
    "question-leased",
    "handled-before-end",
    "answer-planned",
    "send-marked",
    "sent-before-receipt",
    "receipt-stored",
];

/// A world whose program has an account on the server.
async fn world(server: &Mastodon, more: &str) -> World {
    let mut world = World::with("").await;
    world.write("mastodon.token", server.token());
    let more = format!(
        "[chat.mastodon.town]\nservice = \"{}\"\ntoken_file = \"mastodon.token\"\n{more}",
        server.url()
    );
    world.again(&more, "127.0.0.1:0");
    world
}

fn start(world: &mut World) {
    world.start();
    world.hears("account is ready");
    // The first look only finds where to begin.
    world.until("a first look", |world| {
        world.count("SELECT count(*) FROM source WHERE name = 'mastodon.town'") == 1
    });
}

/// The bot's answers, once there are so many and all have their receipts.
fn answers(world: &World, server: &Mastodon, count: usize) -> Vec<Seen> {
    world.until(&format!("{count} answers"), |world| {
        server.said().len() >= count && world.outbox("sent") == count as u64
    });
    server.said()
}

fn end(world: World, server: &Mastodon) {
    world.end();
    assert_eq!(server.violations(), Vec::<String>::new(), "{}", server.story());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mention_is_answered_unlisted_in_its_thread_behind_its_warning() {
    let server = Mastodon::start();
    let (old, ana) = (server.person("old"), server.person("ana@far.example"));
    old.posts("@claimwatch garlic water cures influenza overnight");
    let mut world = world(&server, "").await;
    start(&mut world);
    let began = std::time::Instant::now();
    let asked = ana.drafts(&Draft {
        warning: "sharks".into(),
        ..Draft::of(&format!("@claimwatch is it true? {SHARK}"))
    });
    let [answer] = answers(&world, &server, 1).try_into().expect("one answer");
    println!("answered after {} ms", began.elapsed().as_millis());
    insta::assert_snapshot!(answer.text, @r#"
    @ana@far.example Altered, says AFP Fact Check (29 August 2026).

    From the check: The picture was put together from two others. The shark was photographed off South Africa in 2005.

    The claim they checked: “A photo shows a shark swimming along a flooded highway in Houston after a hurricane.”

    Read the check: https://factcheck.afp.com/invented-shark-highway
    Matched automatically.
    "#);
    assert_eq!((answer.to, answer.visibility.as_str()), (Some(asked), "unlisted"));
    assert_eq!((answer.warning.as_str(), answer.language.as_deref()), ("sharks", Some("en")));
    assert!(answer.key.is_some() && server.is_marked_as_bot());
    // What lay behind us when we came is not answered.
    assert_eq!(world.inbox("answered"), 1);
    end(world, &server);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mention_below_a_post_asks_about_that_post_and_nothing_found_is_said() {
    let server = Mastodon::start();
    let (ana, ben) = (server.person("ana"), server.person("ben"));
    let mut world = world(&server, "").await;
    start(&mut world);
    let claim = ben.posts(SHARK);
    let asked = ana.replies(claim, "@ben @claimwatch is this so?");
    let answer = answers(&world, &server, 1).remove(0);
    assert!(answer.text.starts_with("@ana Altered, says AFP"), "{}", answer.text);
    assert_eq!(answer.to, Some(asked));
    // Whoever goes on talking below it asks nothing.
    ben.replies(asked, "@ana @claimwatch told you so, my friend");
    let cheese = "@claimwatch the mayor of our town eats only blue cheese on weekdays";
    ana.drafts(&Draft { visibility: "direct", ..Draft::of(cheese) });
    let answer = answers(&world, &server, 2).remove(1);
    insta::assert_snapshot!(answer.text, @"@ana I found no check of this yet. I looked at the checks of 5 publishers. That says nothing about whether it is true.");
    assert_eq!(answer.visibility, "direct");
    world.settled(3);
    assert_eq!(world.inbox("skipped"), 1);
    end(world, &server);
}

#[tokio::test(flavor = "multi_thread")]
async fn bots_and_more_than_the_budget_get_no_answer() {
    let server = Mastodon::start();
    let mut world = world(&server, "author_hourly_max = 2\nthread_hourly_max = 3\n").await;
    start(&mut world);
    let robot = server.person("robot");
    robot.is_a_bot();
    let mentions = |name: &str| server.person(name).posts(&format!("@claimwatch {SHARK}"));
    mentions("robot");
    for _ in 0..3 {
        mentions("ana");
    }
    let first = mentions("ben");
    let rumour = server.person("ben").replies(first, SHARK);
    for name in ["cy", "dee", "eve"] {
        server.person(name).replies(rumour, "@claimwatch is it?");
    }
    world.settled(8);
    // Ana twice; Ben's thread three times.
    assert_eq!(server.said().len(), 5);
    assert_eq!((world.inbox("answered"), world.inbox("skipped")), (5, 3));
    // Of those who got no answer not even the place is kept.
    let kept = "SELECT count(*) FROM inbox WHERE state = 'skipped' AND conversation <> ''";
    assert_eq!(world.count(kept), 0);
    end(world, &server);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_fails_is_tried_again_and_hears_everything_once() {
    let server = Mastodon::start();
    let mut world = world(&server, "").await;
    start(&mut world);
    let faults = [
        Fault::ServerError(503),
        Fault::TooManyRequests { seconds: 1 },
        Fault::DropBefore,
        Fault::DropAfter,
        Fault::Truncate,
        Fault::Garbage,
    ];
    for (at, fault) in faults.into_iter().enumerate() {
        server.fail_next("POST /api/v1/statuses", fault);
        server.person(&format!("ana{at}")).posts(&format!("@claimwatch {SHARK}"));
        assert_eq!(answers(&world, &server, at + 1).len(), at + 1);
    }
    server.fail_next("GET /api/v1/notifications", Fault::ServerError(502));
    server.person("ben").posts(&format!("@claimwatch {SHARK}"));
    assert_eq!(answers(&world, &server, 7).len(), 7);
    let gone = server.person("cy");
    let asked = gone.posts(&format!("@claimwatch {SHARK}"));
    let beginning = format!("GET /api/v1/statuses/{asked}");
    server.fail_times(&beginning, 1, Fault::ServerError(500));
    world.until("a question looked at", |_| !server.calls(&beginning).is_empty());
    gone.deletes(asked);
    world.until("a dead row", |world| world.outbox("dead") == 1);
    assert_eq!(server.said().len(), 7);
    end(world, &server);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_revoked_is_told_once_and_a_new_start_goes_on() {
    let server = Mastodon::start();
    let mut world = world(&server, "").await;
    start(&mut world);
    server.revoke();
    let told = world.hears("no mentions");
    assert!(told.contains("put a new one into token_file"), "{told}");
    assert!(!world.said().contains(server.token()));
    let asked = server.person("ana").posts(&format!("@claimwatch {SHARK}"));
    let ready = format!("{}/readyz", world.base());
    let answer = crate::telegram::claimwatch_client().get(&ready).send().await.expect("an answer");
    let failing = answer.text().await.expect("a text");
    assert!(failing.contains("mastodon.town"), "{failing}");
    assert_eq!(world.said().matches("no mentions").count(), 1);
    world.stop();
    server.restore();
    world.start();
    let answer = answers(&world, &server, 1).remove(0);
    assert_eq!(answer.to, Some(asked));
    end(world, &server);
}

/// Takes one mention through the program, which is killed at a place; exactly one status comes of
/// it, and nothing is uncertain.
async fn killed_at(place: &'static str, forgets: bool) {
    let server = Mastodon::start();
    let mut world = world(&server, "").await;
    start(&mut world);
    world.kill();
    world.start_with_fault(place);
    let asked = server.person("ana").posts(&format!("@claimwatch {SHARK}"));
    world.hears(&format!("fault reached: {place}"));
    world.kill();
    if forgets {
        server.forget_keys();
    }
    world.start();
    let said = answers(&world, &server, 1);
    assert_eq!((said.len(), said[0].to), (1, Some(asked)), "{place}");
    world.settled(1);
    assert_eq!((world.outbox("uncertain"), world.outbox("dead")), (0, 0), "{place}");
    // The line goes on.
    server.person("ben").posts(&format!("@claimwatch {SHARK}"));
    answers(&world, &server, 2);
    end(world, &server);
}

#[test]
fn a_mention_survives_a_kill_at_every_step_and_is_answered_once() {
    let mut ways: Vec<(&str, bool)> = PLACES.map(|place| (place, false)).to_vec();
    // As after an hour, when the server has forgotten the key of what was said.
    ways.push(("sent-before-receipt", true));
    for ways in ways.chunks(3) {
        std::thread::scope(|scope| {
            for (place, forgets) in ways {
                scope.spawn(move || {
                    println!("killed at {place}");
                    let runtime = tokio::runtime::Builder::new_multi_thread()
                        .worker_threads(2)
                        .enable_all()
                        .build()
                        .expect("a runtime");
                    runtime.block_on(killed_at(place, *forgets));
                });
            }
        });
    }
}

/// A world whose moderators hear of what a timeline tells.
async fn watching(server: &Mastodon, filters: &str) -> (World, Chat) {
    let mut world = World::with("").await;
    world.write("mastodon.token", server.token());
    let room = world.api.group("Moderators");
    let more = format!(
        "moderators = {}\n[feed.mastodon.news]\nservice = \"{}\"\ntoken_file = \"mastodon.token\"\n{filters}",
        room.id,
        server.url()
    );
    world.again(&more, "127.0.0.1:0");
    (world, room)
}

fn listens(world: &mut World, server: &Mastodon, channel: &str) {
    world.start();
    world.until("a stream", |world| {
        server.listening(channel) == 1
            && world.count("SELECT count(*) FROM source WHERE name = 'feed.mastodon.news'") == 1
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_timeline_tells_reaches_the_moderators_and_what_is_missed_is_read_back() {
    let server = Mastodon::start();
    let (ana, ben) = (server.person("ana"), server.person("ben"));
    ana.posts("#news long before");
    let (mut world, room) = watching(&server, "timeline = \"#News\"\nlanguages = [\"en\"]\n").await;
    listens(&mut world, &server, "hashtag news");
    ana.posts("#news Lovely weather at the lake today");
    ana.posts(&format!("{RICE} #news"));
    ben.drafts(&Draft { language: Some("de"), ..Draft::of("#news Schönes Wetter am See") });
    let line = world.api.wait_for("an alert", |_| room.messages().into_iter().next()).await;
    for said in [RICE, "False, says Snopes (24 February 2025).", "feed.mastodon.news"] {
        assert!(line.text.contains(said), "no {said:?} in {}", line.text);
    }
    world.settled(2);
    server.send_raw("hashtag news", "event: update\ndata: {\"no\": 1}\n\n");
    let metric = format!("{}/metrics", world.base());
    let client = crate::telegram::claimwatch_client();
    let counted = "claimwatch_stream_events_total{kind=\"mastodon\",outcome=\"malformed\"} 1";
    for _ in 0..200 {
        let metrics =
            client.get(&metric).send().await.expect("metrics").text().await.expect("text");
        if metrics.contains(counted) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let metrics = client.get(&metric).send().await.expect("metrics").text().await.expect("text");
    assert!(metrics.contains(counted), "{metrics}");
    assert!(metrics.contains("kind=\"mastodon\",outcome=\"filtered\"} 1"), "{metrics}");

    world.stop();
    let missed = ana.posts(&format!("Look: {SHARK} #news"));
    world.start();
    world.api.wait_for("the missed post's alert", |_| room.messages().into_iter().nth(1)).await;
    // An edit is looked at again, a post taken back leaves no word.
    ana.edits(missed, "Nothing of it is true, sorry #news");
    world.settled(4);
    ana.deletes(missed);
    world.until("no word of it", |world| {
        let words =
            "SELECT count(*) FROM inbox WHERE incoming LIKE '%flooded%' OR incoming LIKE '%sorry%'";
        world.count(words) == 0
    });
    assert_eq!(room.messages().len(), 2);
    end(world, &server);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_told_by_a_stream_survives_a_kill_on_its_way() {
    for place in ["posts-before-inbox", "posts-stored"] {
        let server = Mastodon::start();
        let ana = server.person("ana");
        let (mut world, room) = watching(&server, "").await;
        listens(&mut world, &server, "public");
        world.until("a place", |world| {
            world.count(
                "SELECT count(*) FROM source WHERE cursor IS NOT NULL AND name LIKE 'feed.%'",
            ) == 1
        });
        world.kill();
        // The first batch after a start with a gap is what was missed.
        world.start_with_fault(place);
        ana.posts(RICE);
        world.hears(&format!("fault reached: {place}"));
        world.kill();
        world.start();
        world.api.wait_for("an alert", |_| room.messages().into_iter().next()).await;
        assert_eq!(
            world.count("SELECT count(*) FROM inbox WHERE state = 'answered'"),
            1,
            "{place}"
        );
        end(world, &server);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_hold_no_words_names_or_tokens() {
    let server = Mastodon::start();
    let mut world = world(&server, "[log]\nlevel = \"trace\"\n").await;
    start(&mut world);
    server.person("zebedee").posts(&format!("@claimwatch {SHARK}"));
    answers(&world, &server, 1);
    world.stop();
    let said = world.said();
    let id = server.person("zebedee").id.to_string();
    for secret in [server.token(), "flooded", "zebedee", &id] {
        assert!(!said.contains(secret), "{secret} is in the log:\n{said}");
    }
    end(world, &server);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_verdict_is_put_in_place_of_the_answer_and_a_withdrawal_leaves_none() {
    let server = Mastodon::start();
    let mut world = world(&server, "").await;
    start(&mut world);
    let rice = format!("@claimwatch {RICE}");
    server.person("ana").drafts(&Draft { warning: "food".into(), ..Draft::of(&rice) });
    let first = answers(&world, &server, 1).remove(0);
    assert!(first.text.contains("False, says Snopes"), "{}", first.text);
    import(&world, &changed("Mostly false"));
    let put_right = answers_edited(&world, &server, 1);
    insta::assert_snapshot!(undated(&put_right.text), @r"
    @ana Correction (DATE): Snopes has changed its verdict (before: “False”).

    Mostly false, says Snopes (24 February 2025).

    Read the check: https://www.snopes.com/fact-check/invented-plastic-rice/
    ");
    assert_eq!(put_right.edits, [first.text]);
    assert_eq!((put_right.warning.as_str(), put_right.visibility.as_str()), ("food", "unlisted"));
    all_seen(&world);
    world.kill();
    start(&mut world);
    withdraw(&world, "plastic-rice");
    let put_right = answers_edited(&world, &server, 2);
    insta::assert_snapshot!(undated(&put_right.text), @"@ana Correction (DATE): the check by Snopes that was shown here has been withdrawn. Please do not rely on what it said.");
    assert_eq!(put_right.language.as_deref(), Some("en"));
    all_seen(&world);
    assert_eq!(server.said().len(), 1);
    end(world, &server);
}

/// The bot's one answer, once it was edited so often.
fn answers_edited(world: &World, server: &Mastodon, times: usize) -> Seen {
    world.until(&format!("{times} edits"), |world| {
        server.said()[0].edits.len() >= times && world.outbox("sent") == 1 + times as u64
    });
    server.said().remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_killed_at_every_step_edits_the_answer_once() {
    for place in crate::corrections::PLACES {
        let server = Mastodon::start();
        let mut world = world(&server, "").await;
        start(&mut world);
        server.person("ana").posts(&format!("@claimwatch {RICE}"));
        answers(&world, &server, 1);
        world.killed_at(place, |world| {
            world.hears("account is ready");
            import(world, &changed("Mostly false"));
        });
        let put_right = answers_edited(&world, &server, 1);
        assert!(
            put_right.text.contains("Mostly false, says Snopes"),
            "{place}: {}",
            put_right.text
        );
        all_seen(&world);
        assert_eq!((server.said().len(), server.said()[0].edits.len()), (1, 1), "{place}");
        assert_eq!((world.outbox("uncertain"), world.outbox("dead")), (0, 0), "{place}");
        end(world, &server);
    }
}
