//! Telegram from end to end: the real program against the strict server.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::botapi::{BotMessage, Chat, Fault, Origin};
use crate::world::World;

const RICE: &str =
    "My aunt says that rice exported from China is made of plastic pellets, is that true?";
const LEMON: &str =
    "Dicen que el limón congelado y rallado cura el cáncer mejor que la quimioterapia";
const UNKNOWN: &str = "The mayor of Atlantis will hand out free submarines to everybody on Friday";
const MOON: &str = "Who has the secret moon landing tapes?";

/// The one answer in a chat, when it is there.
async fn answer(world: &World, chat: &Chat) -> BotMessage {
    nth(world, chat, 1).await
}

async fn nth(world: &World, chat: &Chat, n: usize) -> BotMessage {
    world.api.wait_for("an answer", |_| chat.messages().into_iter().nth(n - 1)).await
}

/// Waits until a message's text holds something.
async fn reads(world: &World, chat: &Chat, n: usize, what: &str) -> BotMessage {
    let find = |_: &_| {
        let message = chat.messages().into_iter().nth(n - 1)?;
        message.text.contains(what).then_some(message)
    };
    world.api.wait_for(&format!("a message with {what:?}"), find).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_claim_is_answered_with_verdict_summary_and_sources() {
    let mut world = World::new().await;
    world.start();
    let ana = world.api.private("Ana");
    let question = ana.says(RICE);
    let reply = answer(&world, &ana).await;
    insta::assert_snapshot!(reply.text, @r#"
    False, says Snopes (24 February 2025).

    From the check: No laboratory that looked at such rice found plastic in it. The videos show ordinary rice that was cooked too long. Plastic would cost more than rice.

    The claim they checked: “Rice exported from China is made of plastic pellets.”

    Read the check: Is Rice from China Made of Plastic? (snopes.com)
    Sources: [1] Food Safety Centre report (example.org), [2] Interview with a grain trader (example.org)

    Matched automatically to your message. Not the same? Tell me.
    "#);
    assert_eq!(reply.reply_to, Some(question));
    assert_eq!(reply.preview["url"], "https://www.snopes.com/fact-check/invented-plastic-rice/");
    let links: Vec<_> = reply.links().into_iter().map(|(_, url)| url).collect();
    assert!(links.contains(&"https://example.org/rice-report".to_owned()), "{links:?}");
    assert_eq!(reply.labels(), ["Read it at snopes.com", "Not the same claim"]);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_claim_gets_an_honest_none_and_an_edit_gets_the_answer() {
    let mut world = World::new().await;
    world.start();
    let ana = world.api.private("Ana");
    let question = ana.says(UNKNOWN);
    let reply = answer(&world, &ana).await;
    insta::assert_snapshot!(reply.text, @r#"
    I found no check of this yet. I looked at the checks of 5 publishers. That says nothing about whether it is true.

    A tip that often helps: find out who said it first, and when.
    "#);
    assert_eq!(reply.preview["is_disabled"], true);
    ana.edits(question, RICE);
    let edited = reads(&world, &ana, 1, "Snopes").await;
    assert_eq!(edited.edits.len(), 1);
    assert_eq!(ana.messages().len(), 1);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn buttons_show_what_is_missing_survive_a_restart_and_take_no() {
    let mut world = World::new().await;
    world.start();
    let ana = world.api.private("Ana");
    ana.says(MOON);
    let reply = answer(&world, &ana).await;
    insta::assert_snapshot!(reply.text, @r#"
    I found a check of a similar claim. It may not be yours.

    The question they looked into: “Fact check: Who has the secret moon landing tapes?”

    Factually checked this (16 June 2025) and gives no rating.

    What they found: The alleged secret moon landing tapes stem from claims of one retired technician [1]. No copy has ever been shown [2].

    Read the check: factually.co
    Sources: [1] Museum of flight (example.org), [2] Archive notes (example.org)

    Matched automatically to your message. Not the same? Tell me.
    "#);
    let labels = reply.labels();
    world.settled(1);
    world.kill();
    world.start();
    let press = ana.presses(reply.id, &labels[1]);
    let shown = reads(&world, &ana, 1, "benefit").await;
    insta::assert_snapshot!(shown.text, @r#"
    I found a check of a similar claim. It may not be yours.

    The question they looked into: “Fact check: Who has the secret moon landing tapes?”

    Factually checked this (16 June 2025) and gives no rating.

    What they found: The alleged secret moon landing tapes stem from claims of one retired technician [1]. No copy has ever been shown [2].

    What is missing, according to Factually
    - The original telemetry tapes were erased and used again [2]

    Possible bias and who benefits, according to Factually
    Several groups could benefit from this story:
    - Sellers of books about the moon could benefit from it

    Read the check: factually.co
    Sources: [1] Museum of flight (example.org), [2] Archive notes (example.org)

    Matched automatically to your message. Not the same? Tell me.
    "#);
    world.api.wait_for("an answered press", |api| api.press_answer(&press)).await;
    let back = shown.labels();
    ana.presses(shown.id, back.iter().find(|label| label.contains("Back")).expect("a way back"));
    let again = world.api.wait_for("the way back", |_| {
        ana.messages().into_iter().next().filter(|message| message.text == reply.text)
    });
    let again = again.await;
    let press = ana.presses(again.id, again.labels().last().expect("a last button"));
    let toast = world.api.wait_for("a toast", |api| api.press_answer(&press)).await;
    insta::assert_snapshot!(toast["text"].as_str().unwrap_or_default(), @"Thank you, noted.");
    world
        .api
        .wait_for("the answer taken back", |_| {
            ana.messages().into_iter().next().filter(|message| message.text != reply.text)
        })
        .await;
    // A button of one chat does nothing in another.
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_hears_us_only_when_asked() {
    let mut world = World::new().await;
    world.api.hears_everything();
    world.start();
    let family = world.api.group("Family");
    let rumour = family.says(RICE);
    let bot = world.api.bot_name();
    let asked = family.replies(rumour, &format!("@{bot}"));
    let reply = answer(&world, &family).await;
    assert!(reply.text.contains("Snopes"), "{}", reply.text);
    assert_eq!(reply.reply_to, Some(asked));
    family.replies(rumour, "/check");
    nth(&world, &family, 2).await;
    assert_eq!(family.messages().len(), 2);
    // What was not said to us is not kept.
    let bytes = std::fs::read(world.data().join("claimwatch.db-wal")).unwrap_or_default();
    assert_eq!(world.inbox("skipped"), 1);
    drop(bytes);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_chat_that_must_wait_does_not_hold_up_the_others() {
    let mut world = World::new().await;
    world.start();
    let (ana, ben) = (world.api.private("Ana"), world.api.private("Ben"));
    ana.fail_next("sendMessage", Fault::TooManyRequests { retry_after: 3 });
    let began = Instant::now();
    ana.says(RICE);
    ana.says(UNKNOWN);
    world.api.wait_for("the 429", |api| (!api.calls("sendMessage").is_empty()).then_some(())).await;
    ben.says(RICE);
    answer(&world, &ben).await;
    assert!(began.elapsed() < Duration::from_secs(3), "Ben waited for Ana");
    assert!(ana.messages().is_empty());
    let first = nth(&world, &ana, 2).await;
    assert!(began.elapsed() >= Duration::from_secs(3));
    assert!(ana.messages()[0].text.contains("Snopes"), "order: {}", first.text);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_have_been_sent_is_not_sent_again() {
    for fault in [Fault::DropAfter, Fault::Truncate, Fault::DropBefore, Fault::Garbage] {
        let mut world = World::new().await;
        world.start();
        let ana = world.api.private("Ana");
        ana.fail_next("sendMessage", fault.clone());
        ana.says(RICE);
        world.until("an uncertain row", |world| world.outbox("uncertain") == 1);
        ana.says(UNKNOWN);
        world.until("the next answer", |world| world.outbox("sent") == 1);
        let told = ana.messages().iter().filter(|message| message.text.contains("Snopes")).count();
        let applied = matches!(fault, Fault::DropAfter | Fault::Truncate);
        assert_eq!(told, usize::from(applied), "{fault:?}");
        world.end();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn duplicates_unknown_updates_and_a_blocked_bot_are_taken_in_stride() {
    let mut world = World::new().await;
    world.start();
    let ana = world.api.private("Ana");
    ana.says(RICE);
    answer(&world, &ana).await;
    for id in world.api.update_ids() {
        world.api.redeliver(id);
    }
    world.api.raw_update(json!({"guest_message": {"text": "from a newer API"}}));
    let ben = world.api.private("Ben");
    ben.blocks();
    ben.says(RICE);
    world.until("a dead row", |world| world.outbox("dead") == 1);
    let cyd = world.api.private("Cyd");
    cyd.forwards(&Origin::Person("Zoe"), RICE);
    answer(&world, &cyd).await;
    assert_eq!(ana.messages().len(), 1);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_language_is_the_messages_or_the_chosen_one() {
    let mut world = World::new().await;
    world.start();
    let ana = world.api.private_in("Ana", "pt-br");
    ana.says(LEMON);
    let reply = answer(&world, &ana).await;
    insta::assert_snapshot!(reply.text, @r#"
    Bulo, según Maldita.es (2 de marzo de 2026).

    De la verificación: Ningún estudio en personas lo demuestra. Dejar un tratamiento por ello es peligroso.

    La afirmación verificada: «El limón congelado y rallado cura el cáncer mejor que la quimioterapia.»

    Leer la verificación: No, el limón congelado no cura el cáncer (maldita.es)

    Relacionado automáticamente con su mensaje. ¿No es lo mismo? Avíseme.
    "#);
    ana.says("/settings");
    let settings = nth(&world, &ana, 2).await;
    let german = settings.labels().into_iter().find(|label| label.contains("Deutsch"));
    let press = ana.presses(settings.id, &german.expect("a German button"));
    world.api.wait_for("a toast", |api| api.press_answer(&press)).await;
    ana.says(UNKNOWN);
    let reply = nth(&world, &ana, 3).await;
    insta::assert_snapshot!(reply.text, @r#"
    Dazu habe ich noch keinen Faktencheck gefunden. Gesucht habe ich bei 5 Redaktionen. Das sagt nichts darüber, ob es stimmt.

    Ein Tipp, der oft hilft: herausfinden, wer es zuerst gesagt hat und wann.
    "#);
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn forget_leaves_no_trace() {
    let mut world = World::new().await;
    world.start();
    let ana = world.api.private("Ana");
    ana.says("Zanzibar garlic: drinking boiled garlic water cures influenza overnight");
    answer(&world, &ana).await;
    ana.says("/report Quetzalcoatl is missing");
    nth(&world, &ana, 2).await;
    let kept = "SELECT count(*) FROM feedback WHERE conversation = '' AND text IS NULL";
    assert_eq!(world.count(kept), 1, "that somebody reported something, not who and what");
    ana.says("/forget");
    let done = nth(&world, &ana, 3).await;
    insta::assert_snapshot!(done.text, @r#"
    Done. What was still held about you is deleted.

    You can go on using the bot whenever you like.
    "#);
    world.until("everything ended", |world| world.outbox("sent") == 1);
    world.stop();
    let number = ana.id.to_string();
    for entry in std::fs::read_dir(world.data()).expect("data") {
        let path = entry.expect("an entry").path();
        let Ok(bytes) = std::fs::read(&path) else { continue };
        for trace in ["Zanzibar", "Quetzalcoatl", number.as_str()] {
            let found = bytes.windows(trace.len()).position(|window| window == trace.as_bytes());
            let around = found.map(|at| {
                let near = &bytes[at.saturating_sub(120)..(at + 120).min(bytes.len())];
                String::from_utf8_lossy(near).into_owned()
            });
            assert_eq!(around, None, "{trace} is still in {}", path.display());
        }
    }
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn menus_are_set_in_every_language_and_logs_hold_no_texts() {
    let mut world = World::with("[log]\nlevel = \"trace\"\n").await;
    world.start();
    let ana = world.api.private("Ana Anonymous");
    ana.says(RICE);
    answer(&world, &ana).await;
    world.until("menus", |world| world.api.calls("setMyCommands").len() == 6);
    world.stop();
    let said = world.said();
    for secret in [world.api.token(), "aunt", "Anonymous", &ana.id.to_string()] {
        assert!(!said.contains(secret), "{secret} is in the log:\n{said}");
    }
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_older_than_some_of_its_fields_will_do() {
    let mut world = World::new().await;
    world.api.is_old();
    world.api.hears_everything();
    let (room, town) = (world.api.private("Mod"), world.api.group("Town"));
    room.says("/start");
    world.again(&format!("moderators = \"@mod_reader\"\nwatch = [{}]\n", town.id), "127.0.0.1:0");
    world.start();
    town.says("/listen on");
    let said = nth(&world, &town, 1).await;
    assert!(said.text.starts_with("I listen here."), "{}", said.text);
    town.by("Ben").says("Shock: rice exported from China is made of plastic pellets, they say");
    reads(&world, &room, 2, "plastic pellets").await;
    world.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_believed_only_with_its_secret() {
    let probe = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = probe.local_addr().expect("an address").port();
    drop(probe);
    let more = "mode = \"webhook\"\nwebhook_url = \"https://bot.example/telegram/main\"\n\
                webhook_secret_file = \"secret\"\n";
    let mut world = World::new().await;
    world.again(more, &format!("127.0.0.1:{port}"));
    world.write("secret", "a-secret_of-32-letters_0123456789");
    world.start();
    let url = format!("{}/telegram/main", world.base());
    let client = claimwatch_client();
    let update = json!({"update_id": 9, "message": {"message_id": 1, "date": 1, "text": RICE,
        "chat": {"id": 5, "type": "private", "first_name": "Ana"}}});
    for secret in [None, Some("wrong"), Some("a-secret_of-32-letters_0123456788")] {
        let mut request = client.post(&url).json(&update);
        if let Some(secret) = secret {
            request = request.header("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        assert_eq!(request.send().await.expect("an answer").status(), 401);
    }
    assert_eq!(world.inbox("new") + world.inbox("expired"), 0);
    let request = client.post(&url).json(&update);
    let request =
        request.header("X-Telegram-Bot-Api-Secret-Token", "a-secret_of-32-letters_0123456789");
    assert_eq!(request.send().await.expect("an answer").status(), 200);
    // It was sent in 1970: stored, and too late to be answered.
    world.until("a late question", |world| world.inbox("expired") == 1);
    world.end();
}

pub(crate) fn claimwatch_client() -> reqwest::Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder().no_proxy().build().expect("a client")
}
