//! What one member of a group may do to what is there for all, and what only its admins may.

use crate::botapi::{BotMessage, Chat, Fault, Origin};
use crate::world::World;

const RICE: &str = "Shock: rice exported from China is made of plastic pellets, a friend at the \
                    customs office in Lagos told me";

/// The nth message of a chat, when it is there.
async fn nth(world: &World, chat: &Chat, n: usize) -> BotMessage {
    world.api.wait_for("a message", |_| chat.messages().into_iter().nth(n - 1)).await
}

/// What a press is answered with.
async fn pressed(world: &World, chat: &Chat, message: i64, label: &str) -> String {
    let press = chat.presses(message, label);
    let toast = world.api.wait_for("a toast", |api| api.press_answer(&press)).await;
    toast["text"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn not_the_same_claim_is_counted_and_takes_the_answer_from_nobody() {
    let mut world = World::new().await;
    world.start();
    let town = world.api.group("Town");
    let ben = town.by("Ben");
    ben.says(&format!("/check {RICE}"));
    let answer = nth(&world, &town, 1).await;
    let said = pressed(&world, &town.by("Cem"), answer.id, "Not the same claim").await;
    assert_eq!(said, "Thank you, noted.");
    world.settled(2);
    assert_eq!(world.count("SELECT count(*) FROM feedback WHERE kind = 'not-same'"), 1);
    let there = &town.messages()[0];
    assert_eq!((&there.text, there.labels()), (&answer.text, answer.labels()));
    assert_eq!(world.count("SELECT count(*) FROM told"), 1, "it is still put right if need be");
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_admin_has_the_group_forgotten_and_a_member_what_is_held_about_him() {
    let mut world = World::new().await;
    world.start();
    let town = world.api.group("Town");
    let (ben, cem) = (town.by("Ben"), town.by("Cem"));
    ben.says(&format!("/check {RICE}"));
    let answer = nth(&world, &town, 1).await;
    for member in [&ben, &cem] {
        pressed(&world, member, answer.id, "Not the same claim").await;
    }
    world.settled(3);
    world.execute(&format!(
        "INSERT INTO setting (chat, conversation, language, listening)
         VALUES ('telegram.main', '{}', 'en', 1)",
        town.id
    ));
    let held = || {
        let count = |sql: &str| world.count(sql);
        (
            count("SELECT count(*) FROM feedback"),
            count("SELECT count(*) FROM setting WHERE listening = 1"),
            count("SELECT count(*) FROM told"),
        )
    };
    let mut told = Vec::new();
    town.fail_next("getChatAdministrators", Fault::ServerError(502));
    ben.says("/forget");
    told.push(nth(&world, &town, 2).await.text);
    assert_eq!(held(), (2, 1, 1));
    ben.says("/forget");
    told.push(nth(&world, &town, 3).await.text);
    assert_eq!(held(), (1, 1, 1), "Cem's, the group's and its answer stay");
    let aside = "SELECT count(*) FROM inbox WHERE reason = 'a command of somebody else'";
    town.forwards(&Origin::Person("Ben"), "/forget");
    world.until("set aside", |world| world.count(aside) == 1);
    town.says("/forget");
    told.push(nth(&world, &town, 4).await.text);
    assert_eq!(held(), (0, 0, 0));
    insta::assert_snapshot!(told.join("\n---\n"), @r"
    I could not find out whether you are an admin of this group. Please try again in a moment.
    ---
    What was held about you alone is deleted: that you pressed “Not the same claim”, and by what name your posts here were counted. What this group asked and set stays, unless one of its admins sends /forget.
    ---
    Done. What was still held about this group is deleted, also its language and whether I listen.

    You can go on using the bot whenever you like.
    ");
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_admin_chooses_the_language_of_a_group() {
    let mut world = World::new().await;
    world.start();
    let town = world.api.group("Town");
    let ben = town.by("Ben");
    let chosen = "SELECT count(*) FROM setting WHERE language = 'de'";
    ben.says("/settings");
    let said = nth(&world, &town, 1).await;
    assert_eq!(said.text, "Only admins of this group can switch that.");
    assert!(said.labels().is_empty());
    town.says("/settings");
    let offer = nth(&world, &town, 2).await;
    let toast = pressed(&world, &ben, offer.id, "Deutsch").await;
    assert_eq!(toast, "Only admins of this group can change that.");
    assert_eq!(world.count(chosen), 0);
    let toast = pressed(&world, &town, offer.id, "Deutsch").await;
    assert_eq!(toast, "Erledigt. Ich antworte ab jetzt auf Deutsch.");
    assert_eq!(world.count(chosen), 1);
    // Whoever is alone with us needs nobody's leave.
    let ana = world.api.private("Ana");
    ana.says("/settings");
    let offer = nth(&world, &ana, 1).await;
    pressed(&world, &ana, offer.id, "Deutsch").await;
    assert_eq!(world.count(chosen), 2);
    world.end();
}
