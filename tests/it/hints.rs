//! What is no question, and reports: a hint how to ask, and what moderators are told.

use serde_json::json;

use crate::botapi::{BotMessage, Chat};
use crate::world::World;

const RICE: &str = "Shock: rice exported from China is made of plastic pellets, a friend at the \
                    customs office in Lagos told me";

async fn nth(world: &World, chat: &Chat, n: usize) -> BotMessage {
    world.api.wait_for("a message", |_| chat.messages().into_iter().nth(n - 1)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn chatter_gets_a_hint_once_and_is_not_kept_and_a_short_claim_is_a_question() {
    let mut world = World::new().await;
    world.start();
    let ana = world.api.private("Ana");
    ana.says("hi");
    let hint = nth(&world, &ana, 1).await;
    assert_eq!(
        hint.text,
        "Send or forward me the sentence that makes you wonder, or a link: these few words are too \
         little to look up."
    );
    assert!(hint.labels().is_empty());
    for text in ["Thank you very much!", "👍", "?", "zyzzyva"] {
        ana.says(text);
    }
    world.settled(5);
    assert_eq!(ana.messages().len(), 1, "once a day");
    assert_eq!(world.count("SELECT count(*) FROM question"), 0);
    assert_eq!(world.count("SELECT count(*) FROM inbox WHERE incoming IS NOT NULL"), 0);
    ana.says("5G causes zyzzyvitis");
    let none = nth(&world, &ana, 2).await;
    assert!(none.text.starts_with("I found no check of this yet."), "{}", none.text);
    assert_eq!(none.labels(), ["Tell me when there is one"]);
    // In a group, nobody asked anything.
    let town = world.api.group("Town");
    town.by("Ben").says(&format!("/check {RICE}"));
    let answer = nth(&world, &town, 1).await;
    town.by("Ben").replies(answer.id, "Thanks!!");
    world.until("refused", |world| world.inbox("refused") == 1);
    world.settled(8);
    assert_eq!(town.messages().len(), 1);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_read_gets_one_sentence() {
    let mut world = World::new().await;
    world.start();
    let sentence = "I can read text, captions and links, but not yet what pictures, videos and voice \
                    messages say: please send me the claim in words.";
    let (ana, ben) = (world.api.private("Ana"), world.api.private("Ben"));
    ana.photo(b"a picture", "");
    assert_eq!(nth(&world, &ana, 1).await.text, sentence);
    ben.write(json!({"voice": {"file_id": "v1", "file_unique_id": "u1", "duration": 3}}));
    assert_eq!(nth(&world, &ben, 1).await.text, sentence);
    let town = world.api.group("Town");
    let picture = town.photo(b"a picture", "");
    town.by("Ben").replies(picture, "/check");
    assert_eq!(nth(&world, &town, 1).await.text, sentence);
    town.by("Ben").replies(picture, &format!("@{}", world.api.bot_name()));
    assert_eq!(nth(&world, &town, 2).await.text, sentence);
    town.by("Ben").says("/check");
    assert!(nth(&world, &town, 3).await.text.starts_with("What shall I check?"));
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_below_an_answer_names_its_check_and_an_empty_one_is_asked_for_words() {
    let mut world = World::new().await;
    let room = world.api.group("Moderators");
    world.again(&format!("moderators = {}\n", room.id), "127.0.0.1:0");
    world.start();
    let ana = world.api.private("Ana");
    let question = ana.says(RICE);
    let answer = nth(&world, &ana, 1).await;
    ana.says("/report");
    let how = nth(&world, &ana, 2).await;
    assert_eq!(
        how.text,
        "What is wrong? Write it after the command: /report TEXT. Or reply to one of my answers \
         with /report."
    );
    ana.replies(question, "/report");
    assert_eq!(nth(&world, &ana, 3).await.text, how.text, "that is her own message");
    ana.replies(answer.id, "/report");
    assert!(nth(&world, &ana, 4).await.text.starts_with("Thank you."));
    ana.replies(answer.id, "/report the link is dead");
    let told = [nth(&world, &room, 1).await, nth(&world, &room, 2).await].map(|told| told.text);
    insta::assert_snapshot!(told.join("\n---\n"), @r#"
    A reader reports a problem, without saying which.

    Sent as a reply to my answer: False, says Snopes (24 February 2025). Is Rice from China Made of Plastic? (snopes.com)
    ---
    A reader reports: “the link is dead”

    Sent as a reply to my answer: False, says Snopes (24 February 2025). Is Rice from China Made of Plastic? (snopes.com)
    "#);
    world.settled(5);
    assert_eq!(world.count("SELECT count(*) FROM feedback WHERE kind = 'report'"), 2);
    world.end();
}
