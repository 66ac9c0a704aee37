//! Readers who say "not the same claim": a weak sign each, and together something for moderators.

use crate::botapi::Chat;
use crate::world::World;

const RICE: &str = "Shock: rice exported from China is made of plastic pellets, a friend at the \
                    customs office in Lagos told me";

/// A world with moderators and, watched, a group.
fn moderated(world: &mut World, settings: &str) -> (Chat, Chat) {
    let (room, town) = (world.api.group("Moderators"), world.api.group("Town"));
    world.api.hears_everything();
    let more = format!("moderators = {}\nwatch = [{}]\n[moderation]\n{settings}", room.id, town.id);
    world.again(&more, "127.0.0.1:0");
    world.start();
    (room, town)
}

/// Somebody asks, gets a check, and says that it is about another claim.
async fn doubts(world: &World, reader: &str, text: &str) -> Chat {
    let chat = world.api.private(reader);
    let before = chat.messages().len();
    chat.says(text);
    let found = world.api.wait_for("an answer", |_| chat.messages().into_iter().nth(before)).await;
    let press = chat.presses(found.id, "Not the same claim");
    let toast = world.api.wait_for("a toast", |api| api.press_answer(&press)).await;
    assert_eq!(toast["text"], "Thank you, noted.");
    world.until("an end of all", |world| {
        world.inbox("new") + world.outbox("planned") + world.outbox("sending") == 0
    });
    chat
}

fn told(world: &World, args: &[&str]) -> String {
    let out = world.command(args).output().expect("the program");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_who_say_not_the_same_claim_reach_the_moderators_once() {
    let mut world = World::new().await;
    let (room, _) = moderated(&mut world, "");
    let ana = doubts(&world, "Ana", &format!("{RICE} Zyzzyva")).await;
    doubts(&world, "Ana", &format!("{RICE} Zyzzyva!!")).await;
    assert_eq!(room.messages().len(), 0, "she is one reader, however often she says so");
    assert_eq!(told(&world, &["queue", "list"]), "");
    ana.says("/forget");
    world.api.wait_for("an end", |_| ana.messages().into_iter().nth(2)).await;
    doubts(&world, "Ben", &format!("{RICE} Zyzzyva")).await;
    assert_eq!(room.messages().len(), 0, "Ana is forgotten");
    assert_eq!(world.count("SELECT count(*) FROM feedback"), 1, "that is Ben's");
    let named = "SELECT count(*) FROM feedback WHERE length(conversation) < 16 OR reader = ''";
    assert_eq!(world.count(named), 0, "by names under a secret alone");
    let other = "They say a shark swam past stranded cars on a flooded highway in Houston, look!";
    doubts(&world, "Cem", other).await;
    assert_eq!(room.messages().len(), 0, "that is another question");
    doubts(&world, "Dan", &format!("{RICE} Zyzzyva 😱")).await;
    let alert = world.api.wait_for("an alert", |_| room.messages().into_iter().next()).await;
    insta::assert_snapshot!(alert.text, @r#"
    2 readers say: not the same claim

    They got the check below for nearly the same text. What readers ask is not shown.

    The claim they checked: “Rice exported from China is made of plastic pellets.”

    False, says Snopes (24 February 2025).
    Read the check: Is Rice from China Made of Plastic? (snopes.com)

    If it is wrong for them, press “Wrong match”: such questions do not get it any more.
    "#);
    assert_eq!(alert.labels(), ["Right match", "Wrong match"]);
    doubts(&world, "Eva", &format!("{RICE} Zyzzyva")).await;
    assert_eq!(room.messages().len(), 1, "once");

    // What they asked stands nowhere but in their own messages, until those are deleted.
    let kept = "SELECT count(*) FROM outbox WHERE outgoing LIKE '%yzzyva%'";
    assert_eq!(world.count(kept), 0);
    assert_eq!(world.count("SELECT count(*) FROM queue WHERE text IS NOT NULL"), 0);
    assert_eq!(world.count("SELECT count(*) FROM feedback WHERE text IS NOT NULL"), 0);

    let listed = told(&world, &["queue", "list"]);
    assert!(listed.contains("(not kept: readers asked it)"), "{listed}");
    let item: serde_json::Value =
        serde_json::from_str(told(&world, &["queue", "list", "--json"]).trim()).expect("one item");
    assert_eq!(item["kind"], "not-same");
    let shown = told(&world, &["queue", "show", item["id"].as_str().expect("an id")]);
    assert!(shown.contains("\"readers\": 3"), "{shown}");
    let report = told(&world, &["learn", "--report"]);
    assert!(report.starts_with("decided 0, of these right 0\n"), "{report}");
    assert!(report.contains("\"not the same claim\" 4 times, 4 of them undecided"), "{report}");

    room.presses(alert.id, "Wrong match");
    world.until("decided", |_| room.messages()[0].text.ends_with("Decided: wrong match."));
    let fay = world.api.private("Fay");
    fay.says(&format!("{RICE} Zyzzyva"));
    let none = world.api.wait_for("an answer", |_| fay.messages().into_iter().next()).await;
    assert!(none.text.starts_with("I found no check of this yet."), "{}", none.text);
    let report = told(&world, &["learn", "--report"]);
    assert!(report.contains("\"not the same claim\" 4 times, 1 of them undecided"), "{report}");
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_post_much_like_the_questions_is_shown_and_decided_with_them() {
    let mut world = World::new().await;
    let (room, town) = moderated(&mut world, "not_same_min = 1\n");
    town.says(RICE);
    world.api.wait_for("an alert", |_| room.messages().into_iter().next()).await;
    doubts(&world, "Ana", RICE).await;
    let alert = world.api.wait_for("another", |_| room.messages().into_iter().nth(1)).await;
    assert!(alert.text.starts_with("1 reader says: not the same claim\n"), "{}", alert.text);
    assert!(alert.text.contains(RICE), "{}", alert.text);
    assert_eq!(alert.labels(), ["Right match", "Wrong match", "Mute"]);
    assert_eq!(world.count("SELECT told_today FROM claim WHERE told_at > 0"), 2);
    let whose = "SELECT count(*) FROM queue q JOIN inbox i ON i.id = q.inbox_id
                 JOIN outbox o ON o.inbox_id = i.id AND o.once LIKE 'alert ' || q.id || ' %'
                 WHERE q.kind = 'not-same' AND i.incoming LIKE '%\"seen_at\":{%'";
    assert_eq!(world.count(whose), 1, "should the town be forgotten, its words go from there, too");
    assert_eq!(told(&world, &["queue", "list", "--json"]).lines().count(), 2);
    room.presses(alert.id, "Right match");
    world.until("decided", |_| room.messages()[1].text.ends_with("Decided: right match."));
    assert_eq!(told(&world, &["queue", "list"]), "", "both are about the same pair");
    // Moderators have said what it is: nobody asks them again.
    doubts(&world, "Ben", RICE).await;
    assert_eq!(room.messages().len(), 2);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_muted_claim_readers_doubts_wait_in_the_queue_alone() {
    let mut world = World::new().await;
    let (room, town) = moderated(&mut world, "not_same_min = 1\n");
    town.says(RICE);
    let first = world.api.wait_for("an alert", |_| room.messages().into_iter().next()).await;
    room.presses(first.id, "Mute");
    world.until("muted", |world| world.count("SELECT count(*) FROM audit") == 1);
    doubts(&world, "Ana", RICE).await;
    assert_eq!(world.count("SELECT count(*) FROM queue WHERE kind = 'not-same'"), 1);
    assert_eq!(room.messages().len(), 1);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_presses_a_lot_does_not_drown_the_moderators() {
    let mut world = World::new().await;
    let (room, _) = moderated(&mut world, "not_same_min = 1\n");
    world.execute(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 20)
         INSERT INTO queue (id, kind, state, at)
         SELECT 'q' || n, 'not-same', 'open', unixepoch() * 1000 FROM n;",
    );
    doubts(&world, "Ana", RICE).await;
    assert_eq!(world.count("SELECT count(*) FROM queue WHERE kind = 'not-same'"), 21);
    assert_eq!(room.messages().len(), 0, "it waits in the queue");
    world.end();
}
